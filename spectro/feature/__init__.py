"""Features of spectrograms."""

from . import inverse
from .mel import melspectrogram, mfcc

__all__ = ["inverse", "melspectrogram", "mfcc"]
