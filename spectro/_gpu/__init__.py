"""Fused kernels for Metal and CUDA, from one source."""

from __future__ import annotations

from .decibel import decibels
from .filterbank import filterbank
from .istft import istft
from .onset import flux
from .spectrogram import spectrogram
from .stft import stft
from .support import supports, unavailable
from .tuning import warmup

__all__ = [
    "decibels",
    "filterbank",
    "flux",
    "istft",
    "spectrogram",
    "stft",
    "supports",
    "unavailable",
    "warmup",
]
