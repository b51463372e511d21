"""Arrays of samples and frames: librosa's `util`."""

from . import exceptions

__all__ = ["exceptions"]
