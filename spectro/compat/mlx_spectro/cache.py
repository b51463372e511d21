"""Shared transforms: one object per configuration, counted when asked."""

from __future__ import annotations

from typing import Any

import mlx.core as mx

from ..._floor import caches, settings
from ..._floor.docs import documented
from ..._floor.memo import Memo
from .params import ISTFTBackendPolicy, WindowLike
from .spectral import SpectralTransform

LIMIT = 128  # transforms kept; the least recently used one goes first

_transforms: Memo[tuple[Any, ...], SpectralTransform] = Memo(LIMIT)


@documented
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

    %(mlx_spectro)s

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
    _count("transform_cache.hit" if names in _transforms else "transform_cache.miss")
    return _transforms.find(names, lambda: SpectralTransform(*names))


@documented
def get_cache_debug_stats(reset: bool = False) -> dict[str, Any]:
    """Read the counters of the transform cache, and of the caches of kernels.

    %(mlx_spectro)s

    Parameters
    ----------
    reset : bool
        Set the counters to zero after reading them.

    Returns
    -------
    dict
        `enabled` (SPEC_MLX_CACHE_STATS), `counts` and again `counters` (name to count), `transforms` (objects kept),
        and `kernel_cache`: hits, misses and sizes of what the GPU backend keeps, by name; empty where it is not used.

    Raises
    ------
    ParameterError
        For an unreadable SPEC_MLX_CACHE_STATS.

    Examples
    --------
    >>> import spectro
    >>> sorted(spectro.get_cache_debug_stats())
    ['counters', 'counts', 'enabled', 'kernel_cache', 'transforms']
    """
    enabled, counts = settings.read("SPEC_MLX_CACHE_STATS"), dict(_transforms.counts)
    stats = {
        "enabled": enabled,
        "counts": counts,
        "counters": dict(counts),
        "transforms": len(_transforms),
        "kernel_cache": caches.statistics("spectro._gpu"),
    }
    if reset:
        reset_cache_debug_stats()
    return stats


@documented
def reset_cache_debug_stats() -> None:
    """Set the counters of the transform cache to zero; cached transforms stay.

    %(mlx_spectro)s

    Examples
    --------
    >>> import spectro
    >>> spectro.reset_cache_debug_stats()
    >>> spectro.get_cache_debug_stats()["counters"]
    {}
    """
    _transforms.counts.clear()


@documented
def spec_mlx_device_key() -> str:
    """Name the device that MLX computes on, as tuned sizes are filed under.

    %(mlx_spectro)s

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
        _transforms.count(event)
