"""Audio files: read with soundfile, resampled with soxr."""

from .reading import get_duration, load

__all__ = ["get_duration", "load"]
