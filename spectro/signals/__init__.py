"""Signals as such: made, companded, mixed, resampled, predicted; where they cross zero."""

from .autocorrelation import autocorrelate
from .channels import to_mono, to_multi, to_stereo
from .companding import mu_compress, mu_expand
from .crossings import zero_crossings
from .prediction import lpc
from .resampling import resample
from .tones import chirp, clicks, tone

__all__ = [
    "autocorrelate",
    "chirp",
    "clicks",
    "lpc",
    "mu_compress",
    "mu_expand",
    "resample",
    "to_mono",
    "to_multi",
    "to_stereo",
    "tone",
    "zero_crossings",
]
