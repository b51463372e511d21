"""Features of spectrograms."""

from . import inverse
from .contrast import spectral_contrast
from .mel import melspectrogram, mfcc
from .polynomial import poly_features
from .spectral import spectral_bandwidth, spectral_centroid, spectral_flatness, spectral_rolloff
from .together import spectral_features
from .waveform import rms, zero_crossing_rate

__all__ = [
    "inverse",
    "melspectrogram",
    "mfcc",
    "poly_features",
    "rms",
    "spectral_bandwidth",
    "spectral_centroid",
    "spectral_contrast",
    "spectral_features",
    "spectral_flatness",
    "spectral_rolloff",
    "zero_crossing_rate",
]
