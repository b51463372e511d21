"""Transform objects with PyTorch's semantics, for programs written against mlx-spectro 0.3."""

from ...filters import melscale_fbanks
from .cache import get_cache_debug_stats, get_transform_mlx, reset_cache_debug_stats, spec_mlx_device_key
from .mel import MelMode, MelNorm, MelScale, MelSpectrogramTransform, amplitude_to_db
from .params import ISTFTBackendPolicy, STFTOutputLayout, WindowLike, make_window, resolve_fft_params
from .spectral import SpectralTransform

__all__ = [
    "ISTFTBackendPolicy",
    "MelMode",
    "MelNorm",
    "MelScale",
    "MelSpectrogramTransform",
    "STFTOutputLayout",
    "SpectralTransform",
    "WindowLike",
    "amplitude_to_db",
    "get_cache_debug_stats",
    "get_transform_mlx",
    "make_window",
    "melscale_fbanks",
    "reset_cache_debug_stats",
    "resolve_fft_params",
    "spec_mlx_device_key",
]
