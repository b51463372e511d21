"""Features of spectrograms."""

from .._floor.absent import absent
from .mel import melspectrogram, mfcc

__getattr__ = absent(__name__)

__all__ = ["melspectrogram", "mfcc"]
