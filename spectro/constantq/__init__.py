"""Constant-Q transforms: wavelets whose length is so many periods of their frequency, octave by octave."""

from .inverse import griffinlim_cqt, icqt
from .magnitudes import hybrid_cqt, pseudo_cqt
from .transforms import cqt, vqt

__all__ = ["cqt", "griffinlim_cqt", "hybrid_cqt", "icqt", "pseudo_cqt", "vqt"]
