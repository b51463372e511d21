"""The definition of every operation in plain MLX ops; fast backends are tested against it."""

from .decibel import decibels
from .filterbank import filterbank
from .istft import istft
from .onset import flux
from .spectrogram import spectrogram
from .stft import stft

__all__ = ["decibels", "filterbank", "flux", "istft", "spectrogram", "stft"]
