"""Features of spectrograms, and of rhythm."""

from .mel import melspectrogram, mfcc
from .ratio import tempogram_ratio
from .rhythm import fourier_tempogram, tempo, tempogram

__all__ = ["fourier_tempogram", "melspectrogram", "mfcc", "tempo", "tempogram", "tempogram_ratio"]
