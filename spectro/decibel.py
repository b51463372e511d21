"""Decibels: `power_to_db`, `amplitude_to_db` and their inverses."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from ._engine.calls import bind, planned
from ._floor.arrays import as_array, as_real, in_precision_of, takes_numpy
from ._floor.docs import documented
from ._floor.operation import Kind, Open
from ._floor.public import public
from ._floor.reducers import reduce
from ._floor.types import A, Others
from ._plans import DecibelPlan
from ._reference.magnitude import magnitude
from .errors import ParameterError, warn

__all__ = ["amplitude_to_db", "db_to_amplitude", "db_to_power", "power_to_db"]

ArrayLike = Any

# what `power_to_db` makes of a spectrogram unless it is asked for something else
POWER_DB = DecibelPlan.of("power_to_db", 2, scale=10.0, amin=1e-10, top_db=80.0, axes="auto")

MAXIMA = (np.max, np.amax, max)  # which are NumPy's own for NumPy's arrays


@planned("S", operands=("ref",))
@documented
def power_to_db(
    S: A | Others,
    *,
    ref: float | ArrayLike | Callable[..., Any] = 1.0,
    amin: float = 1e-10,
    top_db: float | None = 80.0,
    axes: str | int | tuple[int, ...] | None = "auto",
) -> A:
    r"""Convert power to decibels: :math:`10 \log_{10}(S / ref)`, at least `top_db` below its maximum at the lowest.

    Parameters
    ----------
    S : array (...)
        Power. Complex values are replaced by their magnitude, with a warning.
    ref : number, array or callable
        0 dB: a number or array (its absolute value counts), or a function such as `np.max` that is applied over `axes`.
    %(amin)s
    %(top_db)s
    %(reducer_axes)s

    Returns
    -------
    array (...) float32
        Decibels.

    Raises
    ------
    ParameterError
        If `amin <= 0`, `top_db < 0` or not a number, or `axes` are not axes of `S`.

    Notes
    -----
    Differs from librosa: the default follows librosa 1.0; `axes=None` is what 0.11 did. A `ref` function need not
    take `axis`: it is then called on each spectrogram.

    Examples
    --------
    >>> import mlx.core as mx, numpy as np, spectro
    >>> spectro.power_to_db(mx.array([1.0, 10.0, 100.0]), ref=np.max).tolist()
    [-20.0, -10.0, 0.0]
    """
    return _to_db("power_to_db", S, "abs(S)**2", 10.0, ref, amin, top_db, axes)


@planned("S", operands=("ref",))
@documented
def amplitude_to_db(
    S: A | Others,
    *,
    ref: float | ArrayLike | Callable[..., Any] = 1.0,
    amin: float = 1e-5,
    top_db: float | None = 80.0,
    axes: str | int | tuple[int, ...] | None = "auto",
) -> A:
    r"""Convert amplitude to decibels: :math:`20 \log_{10}(|S| / ref)`.

    Parameters
    ----------
    S : array (...)
        Amplitude; its absolute value counts. Complex values give a warning.
    ref : number, array or callable
        0 dB, as for `power_to_db`, in amplitudes.
    %(amin)s
    %(top_db)s
    %(reducer_axes)s

    Returns
    -------
    array (...) float32
        Decibels.

    Raises
    ------
    ParameterError
        As for `power_to_db`.

    Notes
    -----
    Differs from librosa: the default follows librosa 1.0; `axes=None` is what 0.11 did.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.amplitude_to_db(mx.array([0.1, 1.0])).tolist()
    [-20.0, 0.0]
    """
    return _to_db("amplitude_to_db", S, "abs(S)", 20.0, ref, amin, top_db, axes)


@public("S_db")
@documented
def db_to_power(S_db: A | Others, *, ref: float | ArrayLike = 1.0) -> A:
    r"""Convert decibels to power: :math:`ref \cdot 10^{S / 10}`.

    Parameters
    ----------
    %(S_db)s
    ref : number or array
        Power of 0 dB.

    Returns
    -------
    array (...) float32
        Power.

    Raises
    ------
    ParameterError
        If `S_db` or `ref` are not real numbers.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.db_to_power(mx.array([0.0, 10.0, 20.0]))
    array([1, 10, 100], dtype=float32)
    """
    return _from_db("db_to_power", S_db, ref, 0.1)


@public("S_db")
@documented
def db_to_amplitude(S_db: A | Others, *, ref: float | ArrayLike = 1.0) -> A:
    r"""Convert decibels to amplitude: :math:`ref \cdot 10^{S / 20}`.

    Parameters
    ----------
    %(S_db)s
    ref : number or array
        Amplitude of 0 dB; its absolute value counts.

    Returns
    -------
    array (...) float32
        Amplitude.

    Raises
    ------
    ParameterError
        If `S_db` or `ref` are not real numbers.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.db_to_amplitude(mx.array([0.0, 20.0, 40.0]))
    array([1, 10, 100], dtype=float32)
    """
    return _from_db("db_to_amplitude", S_db, ref, 0.05)


def _from_db(where: str, S_db: Any, ref: Any, scale: float) -> Any:
    """``ref 10^(scale S_db)``, of an amplitude's absolute value; where no array is MLX's, NumPy computes it."""
    in_mlx = isinstance(S_db, mx.array) or isinstance(ref, mx.array)
    kind: dict[str, Any] = {} if in_mlx else {"made": np.asarray}
    level, levels = as_real(where, "ref", ref, **kind), as_real(where, "S_db", S_db, **kind)
    level = abs(level) if scale == 0.05 else level
    return in_precision_of(S_db, level * ten_to(levels, scale))


def ten_to(levels: Any, scale: float) -> Any:
    """``10^(scale levels)`` in single precision; NumPy computes its own in double."""
    if isinstance(levels, mx.array):
        return mx.power(10.0, scale * levels)
    with np.errstate(over="ignore", invalid="ignore"):
        exponents = np.asarray(levels * np.float64(scale * math.log(10)))
        return np.exp(exponents, out=exponents).astype(np.float32)


def _to_db(where: str, S: Any, instead: str, scale: float, ref: Any, amin: Any, top_db: Any, axes: Any) -> Any:
    """Plan decibels; of complex values those of their magnitude, with a warning."""
    S = as_array(where, "S", S)
    if S.dtype == mx.complex64:
        warn(f"[{where}] S is complex: its phase is discarded; call {where}({instead}) instead")
        S.through(magnitude, Kind(S.shape, mx.float32))
    elif scale == 20.0:
        S.through(abs, S.kind)
    plan = DecibelPlan.of(where, S.ndim, scale=scale, amin=amin, top_db=top_db, axes=axes)
    if callable(ref):
        return _relative_to(where, plan, ref, S.kind)
    number = isinstance(ref, (int, float))  # a number needs no node of the graph
    level = as_array(where, "ref", abs(ref) if number else ref)
    if isinstance(level, Open):
        level = level.through(mx.abs, Kind(level.shape, mx.float32))
    elif not number:
        level = mx.abs(level)
    _check_broadcast(where, S.shape, level.shape)
    return bind("decibels", plan, S, level)


def _relative_to(where: str, plan: DecibelPlan, ref: Callable[..., Any], S: Kind) -> Callable[[mx.array], mx.array]:
    """Decibels over what a function of the caller makes of the spectrogram."""

    def call(values: Any) -> Any:
        if type(values) is np.ndarray:
            level: Any = np.max(values, axis=plan.axes, keepdims=True)
        else:
            level = reduce(where, "ref", ref, values, plan.axes, keepdims=True)
        _check_broadcast(where, S.shape, level.shape)
        return levels_of(level.shape)(values, level)

    @functools.lru_cache(maxsize=1)
    def levels_of(ref_shape: tuple[int, ...]) -> Any:
        return bind("decibels", plan, S, Kind(ref_shape, mx.float32))

    if not any(ref is fn for fn in MAXIMA) or S.size == 0:
        return call
    kept = range(S.ndim) if plan.axes is None else [axis % S.ndim for axis in plan.axes]
    return takes_numpy(call, levels_of(tuple(1 if axis in kept else size for axis, size in enumerate(S.shape))))


def _check_broadcast(where: str, shape: tuple[int, ...], ref: tuple[int, ...]) -> None:
    """A reference has at most the dimensions of the spectrogram, each of its size or 1."""
    aligned = zip(reversed(shape), reversed(ref))
    if len(ref) > len(shape) or any(theirs not in (1, ours) for ours, theirs in aligned):
        raise ParameterError(f"[{where}] ref must be a number or broadcast to the shape of S, {shape}, got {ref}")
