"""Audio files: read with soundfile, resampled with soxr."""

from .reading import get_duration, load
from .streaming import get_samplerate, stream

__all__ = ["get_duration", "get_samplerate", "load", "stream"]
