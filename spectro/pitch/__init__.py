"""Pitch: peaks of spectra, tuning, and fundamental frequencies."""

from .peaks import estimate_tuning, piptrack, pitch_tuning
from .yin import pyin, yin

__all__ = ["estimate_tuning", "piptrack", "pitch_tuning", "pyin", "yin"]
