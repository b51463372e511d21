"""Transforms of signals that arrive piece by piece: what they give, joined, is what the whole signal gives."""

from .frames import MFCC, STFT, MelSpectrogram
from .onsets import OnsetStrength
from .synthesis import ISTFT

__all__ = ["ISTFT", "MFCC", "STFT", "MelSpectrogram", "OnsetStrength"]
