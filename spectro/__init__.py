"""Spectral transforms, filterbanks and onsets with librosa's names and numbers, on MLX."""

import importlib

try:
    import mlx.core  # noqa: F401
except ImportError as error:
    raise ImportError(
        "spectro needs an MLX backend: pip install 'spectro-mlx[cpu]' on any machine, "
        "or 'spectro-mlx[cuda13]' with an NVIDIA GPU"
    ) from error

__version__ = "0.1.0"

# Where each name lives; modules load on first use, so that importing spectro costs little more than MLX.
_HOMES = {
    "_app.info": ("show_versions",),
    "_dispatch": ("use_backend",),
    "audio": ("get_duration", "load"),
    "convert": (
        "fft_frequencies",
        "frames_to_samples",
        "frames_to_time",
        "hz_to_mel",
        "hz_to_midi",
        "hz_to_note",
        "mel_frequencies",
        "mel_to_hz",
        "midi_to_hz",
        "midi_to_note",
        "note_to_hz",
        "note_to_midi",
        "samples_like",
        "samples_to_frames",
        "samples_to_time",
        "time_to_frames",
        "time_to_samples",
        "times_like",
    ),
    "decibel": ("amplitude_to_db", "db_to_amplitude", "db_to_power", "power_to_db"),
    "errors": ("FallbackWarning", "ParameterError"),
    "feature": ("melspectrogram", "mfcc"),
    "onset": ("onset_strength", "onset_strength_multi"),
    "spectrum": ("istft", "magphase", "stft"),
    "transforms": (
        "ISTFTBackendPolicy",
        "MelSpectrogramTransform",
        "STFTOutputLayout",
        "SpectralTransform",
        "WindowLike",
        "get_cache_debug_stats",
        "get_transform_mlx",
        "make_window",
        "melscale_fbanks",
        "reset_cache_debug_stats",
        "resolve_fft_params",
        "spec_mlx_device_key",
    ),
    "windows": ("get_window",),
}
_MODULES = ("audio", "convert", "decibel", "errors", "feature", "filters", "onset", "spectrum", "transforms", "windows")
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted([*_HOME_OF, *_MODULES, "__version__"])


def __getattr__(name):
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return __all__
