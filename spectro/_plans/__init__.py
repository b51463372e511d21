"""Plans: frozen, hashable, validated descriptions of one operation, which know every size."""

from .decibels import DecibelPlan
from .flux import FluxPlan
from .framewise import FramewisePlan
from .istft import IstftPlan
from .reductions import ReducedPlan, ReductionsPlan
from .spectrogram import SpectrogramPlan
from .stft import (
    PAD_MODES,
    StftPlan,
)

__all__ = [
    "PAD_MODES",
    "DecibelPlan",
    "FluxPlan",
    "FramewisePlan",
    "IstftPlan",
    "ReducedPlan",
    "ReductionsPlan",
    "RephasePlan",
    "SpectrogramPlan",
    "StftPlan",
]
from .rephase import RephasePlan
