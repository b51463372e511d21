"""Features of spectrograms."""

from .chroma import chroma_stft
from .history import delta, stack_memory
from .mel import melspectrogram, mfcc

__all__ = ["chroma_stft", "delta", "melspectrogram", "mfcc", "stack_memory"]
