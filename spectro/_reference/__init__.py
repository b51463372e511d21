"""The definition of every operation in plain MLX ops; fast backends are tested against it."""

from .constantq import doubled, dual, halved, wavelets
from .decibels import decibels
from .filterbank import filterbank
from .first_order import first_order
from .flux import flux
from .framewise import framewise
from .istft import istft
from .polar import direction, magnitude
from .reductions import reduced, reductions
from .rephase import rephase
from .running_median import running_median
from .separation import separation, softmask
from .spectrogram import spectrogram
from .stft import stft
from .vocoder import vocoder

__all__ = [
    "decibels",
    "direction",
    "doubled",
    "dual",
    "filterbank",
    "first_order",
    "flux",
    "framewise",
    "halved",
    "istft",
    "magnitude",
    "reduced",
    "reductions",
    "rephase",
    "running_median",
    "separation",
    "softmask",
    "spectrogram",
    "stft",
    "vocoder",
    "wavelets",
]
