"""Fused kernels for Metal and CUDA, from one source."""

from __future__ import annotations

from .launch.graph import prepared
from .measuring import warmup
from .ops.decibels import decibels
from .ops.filterbank import filterbank
from .ops.flux import flux
from .ops.istft import istft
from .ops.spectrogram import spectrogram
from .ops.stft import stft
from .ops.support import unavailable

__all__ = [
    "decibels",
    "filterbank",
    "flux",
    "istft",
    "prepared",
    "spectrogram",
    "stft",
    "unavailable",
    "warmup",
]
