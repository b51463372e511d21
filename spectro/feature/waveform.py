"""Features of frames of samples: `rms`, `zero_crossing_rate`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._engine.calls import Call, bind, planned
from .._floor.arrays import as_array, as_audio, in_mlx, makes_either, takes_numpy
from .._floor.checks import dtype_of, finite, positive_int
from .._floor.docs import documented
from .._floor.operation import Open
from .._floor.reducers import reduce
from .._floor.types import A, Others
from .._front import as_spectrogram, framed_silence
from .._plans.framewise import FramewisePlan
from .._plans.reductions import Energy, Frequencies, ReductionsPlan
from .._reference.framewise import crossings, frames_of
from .._reference.magnitude import magnitude
from ..errors import ParameterError

DOUBLE = (float, np.float64, np.dtype(np.float64), "float64")


@planned("y", "S")
@documented
def rms(
    y: A | Others | None = None,
    *,
    S: A | Others | None = None,
    frame_length: int = 2048,
    hop_length: int = 512,
    center: bool = True,
    pad_mode: str = "constant",
    dtype: Any = None,
) -> A:
    r"""Root mean square of each frame: of samples, or by Parseval's theorem of a spectrogram.

    Parameters
    ----------
    %(y_or_S)s
    S : array (..., frame_length // 2 + 1, t), optional
        Magnitudes, instead of `y`.
    frame_length : int >= 1
        Samples of a frame.
    %(hop_length)s
    center : bool
        Center frame `t` on sample `t * hop_length` by padding `frame_length // 2` samples on both sides.
    pad_mode : {'constant', 'edge', 'reflect', 'symmetric', 'linear_ramp', 'empty'}
        As in `numpy.pad`.
    dtype : {float32, float64}, optional
        Type of the result; float64 for NumPy's arrays alone. It is computed in float32.

    Returns
    -------
    array (..., 1, t) float32
        Root mean squares.

    Raises
    ------
    ParameterError
        For a bad argument, a number of bins that is not that of `frame_length`, or when neither `y` nor `S` is given.

    Notes
    -----
    Differs from librosa: `y` must be real, finite and no integers, and `pad_mode` one of those above.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.rms(y=mx.ones(8), frame_length=4, hop_length=4, center=False).tolist()
    [[1.0, 1.0]]
    """
    framing: dict[str, Any] = {"frame_length": frame_length, "hop_length": hop_length, "center": center}
    if dtype is not None and dtype in DOUBLE and not getattr(y if S is None else S, "is_mlx", True):
        call = rms.__wrapped__(y, S=S, pad_mode=pad_mode, **framing)  # type: ignore[attr-defined]
        return takes_numpy(lambda *arrays: np.asarray(call(*arrays), dtype=np.float64), call)  # type: ignore[return-value]
    dtype_of("rms", dtype, default=mx.float32, allowed=(mx.float32,))
    if S is not None:
        return _rms_of_spectra(S, positive_int("rms", "frame_length", frame_length))  # type: ignore[return-value]
    y = as_audio("rms", "y", y)
    plan = FramewisePlan.of("rms", y.shape[-1], pad_mode=pad_mode, **framing)
    return row_of_frames("rms", plan, y)  # type: ignore[return-value]


def _rms_of_spectra(S: Any, frame_length: int) -> Call:
    S = as_spectrogram("rms", S.through(_magnitudes))
    bins = S.shape[-2]
    if bins != frame_length // 2 + 1:
        raise ParameterError(
            f"[rms] frame_length={frame_length} has {frame_length // 2 + 1} frequency bins, but S has {bins}; "
            f"use frame_length={2 * (bins - 1)} or {2 * bins - 1}"
        )
    plan = ReductionsPlan(Frequencies(b""), (Energy(frame_length),))
    return bind("reductions", plan, S, takes_frames_last=True, gives_frames_last=True)


@makes_either
def _magnitudes(S: Any, made: Callable[[np.ndarray], Any] = in_mlx) -> Any:
    """Take spectra as magnitudes, also complex ones."""
    S = as_array("rms", "S", S, made=made)
    if isinstance(S, np.ndarray):
        return np.abs(S) if S.dtype == np.complex64 else S
    if isinstance(S, mx.array):
        return magnitude(S) if S.dtype == mx.complex64 else S
    return S.astype(mx.float32)


@planned("y")
@documented
def zero_crossing_rate(
    y: A | Others,
    *,
    frame_length: int = 2048,
    hop_length: int = 512,
    center: bool = True,
    threshold: float = 1e-10,
    ref_magnitude: float | Callable[..., Any] | None = None,
    pad: bool = False,
    zero_pos: bool = True,
    axis: int = -1,
) -> A:
    """Zero-crossing rate: the part of each frame's samples whose sign is not that of the sample before.

    Parameters
    ----------
    %(y)s
    frame_length : int >= 1
        Samples of a frame.
    %(hop_length)s
    center : bool
        Center frame `t` on sample `t * hop_length`, the first and the last sample repeated on both sides.
    threshold : float
        Samples of at most this magnitude are 0.
    ref_magnitude : float or callable, optional
        Scale of the threshold, or a function that gives it for the magnitudes of all frames.
    pad : bool
        Count the first sample of each frame as a crossing.
    zero_pos : bool
        Take 0 as positive, rather than as a sign of its own.
    axis : int
        Changes nothing, as in librosa: the axis of a frame's samples is the one that is counted along.

    Returns
    -------
    array (..., 1, t) float32
        Crossings in a frame over `frame_length`. They have no derivative.

    Raises
    ------
    ParameterError
        For a bad argument.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> y = mx.array([1.0, -1.0, 1.0, -1.0])
    >>> spectro.feature.zero_crossing_rate(y, frame_length=4, hop_length=4, center=False).tolist()
    [[0.75]]
    """
    where = "zero_crossing_rate"
    y = as_audio(where, "y", y)
    framing: dict[str, Any] = {"frame_length": frame_length, "hop_length": hop_length, "center": center}
    scale = 1.0 if ref_magnitude is None or callable(ref_magnitude) else finite(where, "ref_magnitude", ref_magnitude)
    plan = FramewisePlan.of(
        where,
        y.shape[-1],
        pad_mode="edge",
        threshold=max(finite(where, "threshold", threshold) * scale, 0.0),
        zero_is_positive=bool(zero_pos),
        counts_first=bool(pad),
        **framing,
    )
    return _relative(plan, ref_magnitude) if callable(ref_magnitude) else row_of_frames(where, plan, y)  # type: ignore[return-value]


def row_of_frames(where: str, plan: FramewisePlan, y: Open) -> Call:
    """Plan one number a frame, as a row: y (..., n) -> (..., 1, t)."""
    if y.shape[-1] == 0:  # of one frame
        framed_silence(where, y, plan.frame_length, plan.pad_mode)
        plan = dataclasses.replace(plan, padding=0)
    call = bind("framewise", plan, y)
    return takes_numpy(lambda y: call(y)[..., None, :], call)


def _relative(plan: FramewisePlan, ref: Callable[..., Any]) -> Call:
    """Plan crossings of a threshold that a function of the caller's scales."""

    def call(y: mx.array) -> mx.array:
        frames = frames_of(plan, y)
        scale = reduce("zero_crossing_rate", "ref_magnitude", ref, mx.abs(frames), None, False)
        return mx.expand_dims(crossings(plan, frames, (plan.threshold or 0.0) * scale), -2)

    return call
