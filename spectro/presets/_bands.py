"""What the presets have in common: bands of a signal in one pass, and logarithms of them."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants.banks import Bank
from .._constants.held import held
from .._engine.calls import Call, bind
from .._floor.arrays import namespace, takes_numpy
from .._floor.operation import Kind, Open
from .._floor.sizes import check_size
from .._floor.tracing import sized
from .._plans import DecibelPlan, SpectrogramPlan, StftPlan
from ..windows.spec import analysis_window

LEAST = 2.0**-100  # variance that counts: the root of none has no derivative


def logarithm(floor: float, scale: float = math.log(10), span: float | None = None) -> DecibelPlan:
    """`scale * log10(max(S, floor))`, the natural logarithm by default, at most `span` below a signal's highest."""
    return DecibelPlan(scale, floor, span, (-2, -1))


def bands_of(
    where: str,
    y: Open | Kind,
    plan: StftPlan,
    bank: Bank | None,
    *,
    window: str | mx.array = "hann",
    power: float = 2.0,
    log: DecibelPlan | None = None,
    frames_last: bool = True,
) -> Call:
    """Plan the bands of a signal's spectra in one pass: y (..., n) -> (..., bands, t), or (..., t, bands)."""
    plan.check_signal(where, y.shape[-1])
    whole = SpectrogramPlan.of(where, plan, power=power, bank=bank, decibels=log)
    sizes = (*y.shape[:-1], plan.frames(y.shape[-1]), plan.n_bins if bank is None else bank.n_bands)
    check_size(where, "the result", *sizes, way_out="hand in fewer or shorter signals")
    samples = analysis_window(where, window, plan.win_length, plan.n_fft) if isinstance(window, str) else window
    return bind("spectrogram", whole, y, samples, gives_frames_last=frames_last)


def levels_of(call: Call, log: DecibelPlan, S: Kind, ref: float = 1.0) -> Call:
    """Plan logarithms of what a call gives, over `ref`: (..., t, bands) -> (..., bands, t)."""
    level = bind("decibels", log, S, held(mx.array(ref)), gives_frames_last=True)
    return takes_numpy(lambda y: level(call(y)), call, level)


def without_last(where: str, call: Call) -> Call:
    """Plan what a call gives (..., t, bands) without the last frame."""
    return takes_numpy(lambda y: call(sized(where, y))[..., :-1, :], call)


def log_above(call: Call, offset: float) -> Call:
    """Plan `log(S + offset)` of what a call gives."""

    def logged(*arrays: Any) -> Any:
        S = call(*arrays)
        return namespace(S).log(S + offset)

    return takes_numpy(logged, call)


def standardized(call: Call, epsilon: float) -> Call:
    """Plan bands (..., t, bands) of mean 0 and deviation 1, by t - 1 frames: (x - mean) / (deviation + epsilon)."""

    def whole(*arrays: Any) -> Any:
        x = call(*arrays)
        nx = namespace(x)
        x = x - x[..., :1, :]  # what does not change becomes 0, and its mean no rounding
        centered = x - _mean(x)
        variance = _mean(centered * centered) * (x.shape[-2] / max(x.shape[-2] - 1, 1))
        return centered / (nx.sqrt(nx.maximum(variance, LEAST)) + epsilon)

    return takes_numpy(whole, call)


def _mean(x: Any) -> Any:
    """Means over time (..., t, bands), which NumPy would sum one after the other."""
    if namespace(x) is mx:
        return x.mean(-2, keepdims=True)
    return x.mean(-2, keepdims=True, dtype=np.float64).astype(np.float32)
