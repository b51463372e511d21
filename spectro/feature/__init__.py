"""Features of spectrograms."""

from .mel import melspectrogram, mfcc

__all__ = ["melspectrogram", "mfcc"]
