"""Fused kernels for Metal and CUDA, from one source."""

from __future__ import annotations

from .decibel import decibels
from .filterbank import filterbank
from .istft import istft
from .measuring import warmup
from .onset import flux
from .spectrogram import spectrogram
from .stft import stft
from .support import supports, unavailable

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
