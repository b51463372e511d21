"""What the primitives compute, in the reference's words: the C++ derives their derivatives from these functions.

They take what a primitive knows of its plan. They are called when a derivative is asked for, never while one is
computed.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import mlx.core as mx

from .. import _reference
from .._plans import (
    DecibelPlan,
    DirectionPlan,
    FirstOrderPlan,
    FluxPlan,
    FramewisePlan,
    MagnitudePlan,
    MedianPlan,
    ReducedPlan,
    RephasePlan,
    SeparationPlan,
    SoftmaskPlan,
    SpectrogramPlan,
    StftPlan,
)
from .._plans.padded import PaddedPlan
from .._reference.pad import pad

Operation = Callable[..., mx.array]


def definitions(stft: Operation, filterbank: Operation) -> dict[str, Operation]:
    """By operation; `stft(plan, y, window)` and `filterbank(bank, S)` are the primitives of a spectrogram."""

    def spectrogram(
        n_fft: int, hop: int, padding: int, mode: str, power: float, bank: Any, y: mx.array, window: mx.array
    ) -> mx.array:
        plan = SpectrogramPlan(PaddedPlan(n_fft, hop, n_fft, pad_mode=mode, width=padding), power, bank)
        return _reference.spectrogram(plan, y, window, stft=stft, filterbank=filterbank)

    def reduced(
        n_fft: int, hop: int, padding: int, mode: str, reductions: bytes, y: mx.array, window: mx.array
    ) -> mx.array:
        plan = ReducedPlan(StftPlan(n_fft, hop, n_fft, padding > 0, mode), pickle.loads(reductions))
        return _reference.reduced(plan, y, window, stft=stft)

    return {
        "spectrogram": spectrogram,
        "reduced": reduced,
        "reductions": lambda plan, S: _reference.reductions(pickle.loads(plan), S),
        "framewise": _framewise,
        "decibels": _decibels,
        "flux": _flux,
        "first_order": _first_order,
        "magnitude": lambda D: _reference.magnitude(MagnitudePlan(), D),
        "direction": lambda D: _reference.direction(DirectionPlan(), D),
        "rephase": _rephase,
        "vocoder": lambda plan, *arrays: _reference.vocoder(pickle.loads(plan), *arrays),
        "running_median": _running_median,
        "separation": _separation,
        "softmask": lambda power, splits, *arrays: _reference.softmask(SoftmaskPlan(power, splits), *arrays),
        "pad": pad,
    }


def _framewise(
    length: int, hop: int, padding: int, mode: str, threshold: float | None, zero: bool, first: bool, y: mx.array
) -> mx.array:
    return _reference.framewise(FramewisePlan(length, hop, padding, mode, threshold, zero, first), y)


def _decibels(scale: float, amin: float, top_db: float | None, block_dims: int, S: mx.array, ref: mx.array) -> mx.array:
    return _reference.decibels(DecibelPlan(scale, amin, top_db, tuple(range(-block_dims, 0))), S, ref)


def _flux(lag: int, max_size: int, mean: bool, S: mx.array, ref: mx.array | None) -> mx.array:
    return _reference.flux(FluxPlan(lag, max_size, mean), S, ref)


def _first_order(gain: float, zero: float, pole: float, x: mx.array, state: mx.array | None) -> mx.array:
    return _reference.first_order(FirstOrderPlan(gain, zero, pole), x, state)


def _rephase(momentum: float, D: mx.array, earlier: mx.array | None, S: mx.array) -> mx.array:
    return _reference.rephase(RephasePlan(momentum), D, earlier, S)


def _running_median(size: int, axis: int, S: mx.array) -> mx.array:
    return _reference.running_median(MedianPlan(size, axis), S)


def _separation(power: float, harmonic: float, percussive: float, masks: bool, *arrays: mx.array) -> mx.array:
    return _reference.separation(SeparationPlan(power, harmonic, percussive, masks), *arrays)
