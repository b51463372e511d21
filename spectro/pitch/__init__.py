"""Pitch: peaks of spectra, tuning, fundamental frequencies, and their harmonics."""

from .harmonics import f0_harmonics, interp_harmonics, salience
from .peaks import estimate_tuning, piptrack, pitch_tuning
from .yin import pyin, yin

__all__ = [
    "estimate_tuning",
    "f0_harmonics",
    "interp_harmonics",
    "piptrack",
    "pitch_tuning",
    "pyin",
    "salience",
    "yin",
]
