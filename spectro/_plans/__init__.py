"""Plans: frozen, hashable, validated descriptions of one operation, which know every size."""

from .constantq import DoubledPlan, DualPlan, HalvedPlan, WaveletPlan
from .decibels import DecibelPlan
from .first_order import FirstOrderPlan
from .flux import FluxPlan
from .framewise import FramewisePlan
from .istft import IstftPlan
from .median import MedianPlan
from .polar import DirectionPlan, MagnitudePlan
from .reductions import ReducedPlan, ReductionsPlan
from .rephase import RephasePlan
from .separation import SeparationPlan, SoftmaskPlan
from .spectrogram import SpectrogramPlan
from .stft import PAD_MODES, StftPlan
from .vocoder import VocoderPlan

__all__ = [
    "PAD_MODES",
    "DecibelPlan",
    "DirectionPlan",
    "DoubledPlan",
    "DualPlan",
    "FirstOrderPlan",
    "FluxPlan",
    "FramewisePlan",
    "HalvedPlan",
    "IstftPlan",
    "MagnitudePlan",
    "MedianPlan",
    "ReducedPlan",
    "ReductionsPlan",
    "RephasePlan",
    "SeparationPlan",
    "SoftmaskPlan",
    "SpectrogramPlan",
    "StftPlan",
    "VocoderPlan",
    "WaveletPlan",
]
