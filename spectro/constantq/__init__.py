"""Constant-Q transforms: wavelets whose length is so many periods of their frequency, octave by octave."""

from .transforms import cqt, vqt

__all__ = ["cqt", "vqt"]
