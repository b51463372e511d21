"""Spectrograms as the ear takes them: weighted by frequency, or with an automatic gain for each channel."""

from .channel_gain import pcen
from .perception import perceptual_weighting

__all__ = ["pcen", "perceptual_weighting"]
