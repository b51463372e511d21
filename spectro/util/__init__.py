"""Arrays of samples and frames: librosa's `util`."""

from . import exceptions
from .masks import softmask

__all__ = ["exceptions", "softmask"]
