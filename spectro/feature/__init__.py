"""Features of spectrograms."""

from .._floor.absent import absent
from .._mel import melspectrogram, mfcc
from . import inverse
from .chroma import chroma_stft
from .chroma_cq import chroma_cens, chroma_cqt, chroma_vqt, tonnetz
from .contrast import spectral_contrast
from .history import delta, stack_memory
from .meter import hybrid_tempogram, metrogram
from .polynomial import poly_features
from .ratio import tempogram_ratio
from .rhythm import fourier_tempogram, tempo, tempogram
from .spectral import spectral_bandwidth, spectral_centroid, spectral_flatness, spectral_rolloff
from .together import spectral_features
from .waveform import rms, zero_crossing_rate

__getattr__ = absent(__name__)

__all__ = [
    "chroma_cens",
    "chroma_cqt",
    "chroma_stft",
    "chroma_vqt",
    "delta",
    "fourier_tempogram",
    "hybrid_tempogram",
    "inverse",
    "melspectrogram",
    "metrogram",
    "mfcc",
    "poly_features",
    "rms",
    "spectral_bandwidth",
    "spectral_centroid",
    "spectral_contrast",
    "spectral_features",
    "spectral_flatness",
    "spectral_rolloff",
    "stack_memory",
    "tempo",
    "tempogram",
    "tempogram_ratio",
    "tonnetz",
    "zero_crossing_rate",
]
