"""The definition of every operation in plain MLX ops; fast backends are tested against it."""

from .decibels import decibels
from .filterbank import filterbank
from .flux import flux
from .istft import istft
from .running_median import running_median
from .separation import separation
from .spectrogram import spectrogram
from .stft import stft

__all__ = ["decibels", "filterbank", "flux", "istft", "running_median", "separation", "spectrogram", "stft"]
