"""The analysis: the highest octave at the full rate, each lower one at half the rate of the one above."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import mlx.core as mx
import numpy as np

from .._constants.wavelets import WaveletBank
from .._engine.calls import Call, bind
from .._floor.arrays import constant, namespace, takes_numpy
from .._floor.operation import Kind
from .._floor.pieces import joined, pieces, uncut
from .._plans import StftPlan, WaveletPlan
from ..errors import ParameterError
from .bins import Bins
from .rates import lowered, touched

SAMPLES = 1 << 21  # of a piece: low bins reach far


class Asked(NamedTuple):
    """A transform as a caller asks for it, checked, but for the frequencies of its bins."""

    where: str
    sr: float
    hop_length: int
    bins_per_octave: int
    scale: bool
    pad_mode: Any
    quality: str | None

    def near(self, reach: int) -> int | None:
        """How far lies what a frame depends on, unless it is in the hands of others."""
        return None if callable(self.pad_mode) or self.quality is not None else reach


class Frames(NamedTuple):
    """Frames (..., t, bins) as a function of a signal: how many, how far apart, and how far what each depends on."""

    call: Call
    frames: int
    hop_length: int
    reach: int | None  # in samples; None where it may be any


def in_pieces(made: Callable[[Kind], Frames], y: Kind) -> Call:
    """Frames (..., t, bins) of a signal as a function of it, and of what is to become of the frames of each piece."""
    whole = made(y)
    hop, reach = whole.hop_length, whole.reach
    cut = uncut(y.shape, whole.frames)
    if reach is not None:
        cut = pieces(y.shape, whole.frames, hop, reach=reach, step=hop, samples=SAMPLES)
    of_length = functools.lru_cache(maxsize=2)(lambda n: made(Kind((*y.shape[:-1], n), y.dtype)).call)

    def call(y: Any, then: Callable[[Any], Any] = lambda frames: frames) -> Any:
        if len(cut) == 1 or not isinstance(y, np.ndarray):
            return then(whole.call(y))
        return joined(lambda piece: then(of_length(piece.shape[-1])(piece)), y, cut, axis=-2)

    return takes_numpy(call, whole.call)


def analysis(asked: Asked, bins: Bins, y: Kind) -> Frames:
    """Coefficients (..., t, bins) of a signal (..., n)."""
    where, n_octaves = asked.where, math.ceil(len(bins) / asked.bins_per_octave)
    early = _early_halvings(asked, bins, n_octaves, y.shape[-1])
    if y.shape[-1] == 0:
        return Frames(takes_numpy(lambda y: _silent(y, len(bins))), 1, asked.hop_length, None)
    first, y = lowered(where, y, early, asked.quality, gain=1.0 if asked.scale else math.sqrt(2**early))
    sr, hop = asked.sr / 2**early, asked.hop_length >> early
    steps, frames, reaches, halvings, touches = [], [], [], 0, touched(early)
    for octave in octaves(bins, asked.bins_per_octave, n_octaves):
        gains = np.full(len(octave), math.sqrt(2**halvings))
        if asked.scale:
            gains /= np.sqrt(octave.lengths(where, sr)[0])
        bank = octave.bank(where, sr / 2**halvings).scaled(gains)
        coefficients, t = _octave(asked, bank, hop >> halvings, y)
        frames.append(t)
        reaches.append(touches + (bank.n_bins << (early + halvings)))
        lower = (hop >> halvings) % 2 == 0 and len(frames) < n_octaves
        halve, y = lowered(where, y, int(lower), asked.quality)
        steps.append((coefficients, halve))
        touches += touched(int(lower)) << (early + halvings)
        halvings += lower
    count = min(frames)

    def call(y: Any) -> Any:
        y, parts = first(y), []
        for coefficients, halve in steps:
            parts.append(coefficients(y)[..., :count, :])
            y = halve(y)
        return namespace(y).concatenate(parts[::-1], axis=-1)

    made = takes_numpy(call, first, *(step for pair in steps for step in pair))
    return Frames(made, count, asked.hop_length, asked.near(max(reaches)))


def _silent(y: Any, bins: int) -> Any:
    """Coefficients (..., 1, bins) of a signal without samples."""
    return namespace(y).zeros((*y.shape[:-1], 1, bins), dtype=namespace(y).complex64)


def octaves(bins: Bins, bins_per_octave: int, count: int) -> list[Bins]:
    """The bins by octaves, from the highest one down; the lowest may be incomplete."""
    highest = len(bins)
    ends = [highest - octave * bins_per_octave for octave in range(count)]
    return [bins[max(end - bins_per_octave, 0) : end] for end in ends]


def _octave(asked: Asked, bank: WaveletBank, hop: int, y: Kind) -> tuple[Call, int]:
    """Coefficients of one octave, and their frames."""
    return padded(asked, 2 * (bank.n_bins - 1), hop, y, lambda plan, y: bind("wavelets", WaveletPlan(plan, bank), y))


def padded(asked: Asked, n_fft: int, hop: int, y: Kind, bound: Callable[[StftPlan, Kind], Call]) -> tuple[Call, int]:
    """A function of centered frames, and how many there are; a callable `pad_mode` pads before the operation."""
    mode, width = asked.pad_mode, n_fft // 2
    plan = StftPlan.of(asked.where, n_fft=n_fft, hop_length=hop, center=not callable(mode), pad_mode=mode)
    if not callable(mode):
        plan.check_signal(asked.where, y.shape[-1])
        return bound(plan, y), plan.frames(y.shape[-1])
    longer = Kind((*y.shape[:-1], y.shape[-1] + 2 * width), y.dtype)
    inner = bound(plan, longer)
    return lambda y: inner(_padded_by(asked.where, mode, width, y)), plan.frames(longer.shape[-1])


def _padded_by(where: str, mode: Any, width: int, y: Any) -> Any:
    """Hand a signal to `numpy.pad` with a function of the caller's, which needs its values."""
    widths = [(0, 0)] * (y.ndim - 1) + [(width, width)]
    return mx.array(np.pad(constant(where, "pad_mode", y), widths, mode=mode))


def _early_halvings(asked: Asked, bins: Bins, n_octaves: int, n: int) -> int:
    """How often the rate may be halved before the first octave: as bins and hop_length allow."""
    where, nyquist = asked.where, asked.sr / 2
    cutoff = bins.lengths(where, asked.sr)[1]
    if cutoff > nyquist:
        raise ParameterError(
            f"[{where}] the wavelets must stay below the Nyquist frequency {nyquist:g} Hz, got some that reach "
            f"{cutoff:g} Hz; lower n_bins or fmin"
        )
    by_bins = math.ceil(math.log2(nyquist / cutoff)) - 2
    twos = (asked.hop_length & -asked.hop_length).bit_length() - 1
    halvings = max(0, min(by_bins, twos - n_octaves + 1))
    if halvings and n < 2**halvings:
        raise ParameterError(
            f"[{where}] y must have at least {2**halvings} samples for a transform of {n_octaves} octaves from "
            f"{bins.freqs[0]:g} Hz, got {n}; it is too short"
        )
    return halvings
