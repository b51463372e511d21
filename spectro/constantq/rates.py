"""How a transform gets from one sampling rate to the next: by a filter of our own, or by soxr where it is asked for."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx

from .._constants.lowpass import GENTLE, SHARP, Lowpass
from .._engine.calls import Call, bind
from .._floor.arrays import constant, namespace, takes_numpy
from .._floor.checks import shown
from .._floor.operation import Kind
from .._plans import DoubledPlan, HalvedPlan
from ..audio.reading import NEAREST, QUALITIES
from ..errors import ParameterError
from ..signals import resample
from ..signals.resampling import BY_SAMPLERATE, BY_SCIPY

OTHERS = (*NEAREST, *BY_SAMPLERATE)  # of librosa's resamplers: our filter stands for them
ON_THE_HOST = (*QUALITIES, *BY_SCIPY)
RINGING = 16  # samples at the lower rate in which a signal dies away after its end, between the rates


def soxr_quality(where: str, res_type: Any) -> str | None:
    """The resampler of soxr's or SciPy's that is asked for, None for our filter."""
    if res_type is None or res_type in OTHERS:
        return None
    if res_type not in ON_THE_HOST:
        known = ", ".join((*ON_THE_HOST, *OTHERS))
        raise ParameterError(f"[{where}] unknown res_type {shown(res_type)}; known: None, {known}")
    return res_type


def filters_of(halvings: int) -> list[Lowpass]:
    """The filters of so many halvings, one after the other."""
    return [*[GENTLE] * (halvings - 1), SHARP[min(halvings, len(SHARP)) - 1]] if halvings else []


def touched(halvings: int) -> int:
    """How far the samples lie that a sample depends on, at the rate before so many halvings."""
    return sum(filter.reach << level for level, filter in enumerate(filters_of(halvings)))


def lowered(where: str, y: Kind, halvings: int, quality: str | None, *, gain: float = 1.0) -> tuple[Call, Kind]:
    """A signal (..., n) at a rate halved so often, with its energy, times a gain; and what it will be."""
    if halvings == 0:
        return takes_numpy(lambda y: y), y
    factor = 2**halvings
    size = -(-y.shape[-1] // factor)
    kind = Kind((*y.shape[:-1], size), mx.float32)
    if quality is not None:
        energy = gain * math.sqrt(factor)
        return takes_numpy(lambda y: energy * by_soxr(where, y, factor, 1, quality)), kind
    ringing = RINGING * factor if halvings > 1 else 0
    steps, length = [], y.shape[-1] + ringing
    for filter in filters_of(halvings):
        plan = HalvedPlan(math.sqrt(2) * gain ** (1 / halvings), filter)
        steps.append(bind("halved", plan, Kind((*y.shape[:-1], length), mx.float32)))
        length = -(-length // 2)
    whole = size if halvings == 1 else int(y.shape[-1] / factor + 0.5)  # samples; soxr gives no more, and then 0

    def call(y: Any) -> Any:
        y = fixed(y, y.shape[-1] + ringing)
        for step in steps:
            y = step(y)
        return fixed(fixed(y, whole), size)

    return takes_numpy(call, *steps), kind


def raised(where: str, x: Kind, doublings: int) -> Call:
    """A signal (..., n) at twice the rate, (..., 2 n), which will be doubled so often in all."""
    plan = DoubledPlan(2.0, 2 * x.shape[-1], SHARP[0] if doublings <= 2 else SHARP[1])
    return bind("doubled", plan, x)


def by_soxr(where: str, y: Any, source: int, target: int, quality: str) -> Any:
    """Resample on the host."""
    if source == target:
        return y
    values = constant(where, f"res_type={quality!r}", y)
    out = resample(values, orig_sr=source, target_sr=target, res_type=quality)
    return mx.array(out) if isinstance(y, mx.array) else out


def fixed(y: Any, length: int) -> Any:
    """A signal cut, or continued with zeros, to a length."""
    missing = length - y.shape[-1]
    if missing <= 0:
        return y[..., :length] if missing else y
    return namespace(y).pad(y, [(0, 0)] * (y.ndim - 1) + [(0, missing)])
