"""Fused kernels for Metal and CUDA, from one source.

`launch` brings a kernel to the device and knows no operation; `ops` are the operations, one file each; `kernels` is
their text. Words are explained at the head of `launch/fft.py`.
"""

from __future__ import annotations

from typing import Any

from .launch.accepting import unavailable
from .launch.compiled import missing
from .launch.replay import prepared
from .ops.decibels import decibels
from .ops.filterbank import filterbank
from .ops.first_order import first_order
from .ops.flux import flux
from .ops.framewise import framewise
from .ops.istft import istft
from .ops.median import running_median
from .ops.polar import direction, magnitude, rephase
from .ops.rates import doubled, halved
from .ops.reductions import reduced, reductions
from .ops.separation import separation
from .ops.softmask import softmask
from .ops.spectrogram import spectrogram
from .ops.stft import stft
from .ops.wavelets import dual, wavelets
from .warmup import warmup

__all__ = [
    "decibels",
    "direction",
    "doubled",
    "dual",
    "filterbank",
    "first_order",
    "flux",
    "framewise",
    "halved",
    "istft",
    "magnitude",
    "missing",
    "prepared",
    "reduced",
    "reductions",
    "rephase",
    "running_median",
    "separation",
    "softmask",
    "spectrogram",
    "stft",
    "supports",
    "unavailable",
    "warmup",
    "wavelets",
]


def supports(op: str, plan: Any, *arrays: Any) -> bool:
    """Whether an operation takes a plan and arrays of these kinds."""
    check = getattr(globals().get(op), "supports", None)
    return check is not None and check(plan, *arrays)
