"""Plans: frozen, hashable, validated descriptions of one operation, which know every size."""

from .decibels import DecibelPlan
from .flux import FluxPlan
from .istft import IstftPlan
from .rephase import RephasePlan
from .spectrogram import SpectrogramPlan
from .stft import PAD_MODES, StftPlan

__all__ = ["PAD_MODES", "DecibelPlan", "FluxPlan", "IstftPlan", "RephasePlan", "SpectrogramPlan", "StftPlan"]
