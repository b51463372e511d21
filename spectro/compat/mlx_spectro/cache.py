"""Shared transforms: one object per configuration, counted when asked."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from typing import Any

import mlx.core as mx

from ..._floor import settings
from .params import ISTFTBackendPolicy, WindowLike
from .spectral import SpectralTransform

LIMIT = 128  # transforms kept; the least recently used one goes first

_transforms: OrderedDict[tuple[Any, ...], SpectralTransform] = OrderedDict()
_counters: Counter[str] = Counter()
_lock = threading.Lock()


def get_transform_mlx(
    *,
    n_fft: int,
    hop_length: int,
    win_length: int | None,
    window_fn: str,
    window: WindowLike,
    periodic: bool,
    center: bool,
    normalized: bool,
    istft_backend_policy: ISTFTBackendPolicy | None = None,
) -> SpectralTransform:
    """Get the shared `SpectralTransform` of a configuration.

    Parameters
    ----------
    n_fft, hop_length : int > 0
        Samples of a frame, and between frames.
    win_length : int in 1 .. n_fft or None
        Samples of the window; None for `n_fft`.
    window_fn : {'hann', 'hamming', 'rect', 'ones', 'boxcar'}
        Name of the window.
    window : array (win_length,) or (n_fft,) or None
        Samples of the window, instead of a name.
    periodic, center, normalized : bool
        As for `SpectralTransform`.
    istft_backend_policy : {'auto', 'mlx_fft', 'metal', 'torch_fallback'}, optional
        Who computes the inverse, as for `SpectralTransform`.

    Returns
    -------
    SpectralTransform
        The same object for the same parameters; a new one for every `window` array.

    Raises
    ------
    ParameterError
        For a bad parameter, or an unreadable SPEC_MLX_CACHE_STATS.

    Examples
    --------
    >>> import spectro
    >>> sizes = dict(n_fft=512, hop_length=128, win_length=None, window_fn="hann", window=None)
    >>> options = dict(periodic=True, center=True, normalized=False)
    >>> spectro.get_transform_mlx(**sizes, **options) is spectro.get_transform_mlx(**sizes, **options)
    True
    """
    names = (n_fft, hop_length, win_length, window_fn, window, periodic, center, normalized, istft_backend_policy)
    if window is not None:
        _count("transform_cache.uncached")
        return SpectralTransform(*names)
    with _lock:
        found = _transforms.get(names)
        if found is not None:
            _transforms.move_to_end(names)
    _count("transform_cache.miss" if found is None else "transform_cache.hit")
    if found is not None:
        return found
    made = SpectralTransform(*names)
    with _lock:  # another thread may have made it meanwhile: the first one stays
        shared = _transforms.setdefault(names, made)
        if len(_transforms) > LIMIT:
            _transforms.popitem(last=False)
    return shared


def get_cache_debug_stats(reset: bool = False) -> dict[str, Any]:
    """Read the counters of the transform cache.

    Parameters
    ----------
    reset : bool
        Set the counters to zero after reading them.

    Returns
    -------
    dict
        `enabled` (SPEC_MLX_CACHE_STATS), `counters` (name to count) and `transforms` (objects kept).

    Raises
    ------
    ParameterError
        For an unreadable SPEC_MLX_CACHE_STATS.

    Examples
    --------
    >>> import spectro
    >>> sorted(spectro.get_cache_debug_stats())
    ['counters', 'enabled', 'transforms']
    """
    with _lock:
        stats = {
            "enabled": settings.read("SPEC_MLX_CACHE_STATS"),
            "counters": dict(_counters),
            "transforms": len(_transforms),
        }
        if reset:
            _counters.clear()
    return stats


def reset_cache_debug_stats() -> None:
    """Set the counters of the transform cache to zero; cached transforms stay.

    Examples
    --------
    >>> import spectro
    >>> spectro.reset_cache_debug_stats()
    >>> spectro.get_cache_debug_stats()["counters"]
    {}
    """
    with _lock:
        _counters.clear()


def spec_mlx_device_key() -> str:
    """Name the device that MLX computes on, as tuned sizes are filed under.

    Returns
    -------
    str
        For example "gpu:Apple M4 Max".

    Examples
    --------
    >>> import spectro
    >>> spectro.spec_mlx_device_key().partition(":")[0] in ("cpu", "gpu")
    True
    """
    device = mx.default_device()
    return f"{device.type.name}:{mx.device_info(device).get('device_name', 'unknown')}"


def _count(event: str) -> None:
    if settings.read("SPEC_MLX_CACHE_STATS"):
        with _lock:
            _counters[event] += 1
