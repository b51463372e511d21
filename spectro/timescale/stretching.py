"""Signals at another speed: their frames are set at other times, and added up; those of a long signal part by part."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

import mlx.core as mx
import numpy as np

from .._engine.calls import Call, bind
from .._floor.operation import Kind, Open
from .._floor.pieces import Piece, Whole, each, uncut
from .._front import Framing
from .._plans import IstftPlan, StftPlan, VocoderPlan

NUMBERS = 1 << 19  # of the spectra of a piece, before or after


def synthesis(plan: IstftPlan, D: Kind, samples: Any) -> Callable[[int], Call]:
    """The inverse for signals of a length, as a function of that."""
    return functools.lru_cache(maxsize=2)(
        lambda length: bind("istft", dataclasses.replace(plan, length=length), D, samples)
    )


class Stretching:
    """A kind of signal (..., n) at another speed, which makes it (..., length)."""

    def __init__(self, where: str, y: Open, rate: float, framing: Framing) -> None:
        self.length = round(y.shape[-1] / rate)
        if y.shape[-1] == 0:
            return
        self.plan, samples = framing.of(where, y)
        D = Kind((*y.shape[:-1], self.plan.frames(y.shape[-1]), self.plan.n_bins), mx.complex64)
        self.places = VocoderPlan.of(where, D.swapped().shape, rate=rate)
        if self.length == 0:
            return
        made = Kind((*D.shape[:-2], self.places.made, D.shape[-1]), mx.complex64)
        inverse = IstftPlan.of(where, made.swapped().shape, length=self.length, **framing.of_synthesis())
        self.forth, self.turned = bind("stft", self.plan, y, samples), bind("vocoder", self.places, D)
        self.back = synthesis(inverse, made, samples)
        local = self.plan.center == framing.center  # unless a function pads
        self.cut = _cut(self.plan, y.shape, rate) if local else uncut(y.shape, D.shape[-2])

    def __call__(self, y: Any, *window: mx.array) -> Any:
        """The stretched signal."""
        if self.length == 0:
            return y[..., :0]
        if self.in_parts(y):
            return self._joined(y)
        return self.back(self.length)(self.turned(self.forth(y, *window)), *window)

    def in_parts(self, y: Any) -> bool:
        """Whether a signal is stretched part by part: a long one of NumPy's."""
        return isinstance(y, np.ndarray) and self.length > 0 and len(self.cut) > 1

    @property
    def steps(self) -> tuple[Call, ...]:
        """What it is made of."""
        return (self.forth, self.turned, self.back(self.length)) if self.length else ()

    def _joined(self, y: np.ndarray) -> np.ndarray:
        out, done = Whole(self.length, -1), 0
        for part in self.parts(y):
            out.put(slice(done, done + part.shape[-1]), part)
            done += part.shape[-1]
        return out.array

    def parts(self, y: np.ndarray) -> Iterator[np.ndarray]:
        """The stretched signal of NumPy's, part by part: its frames are kept as long as they reach coming samples."""
        hop, overlap = self.plan.hop_length, -(-self.plan.n_fft // self.plan.hop_length)
        frames: list[np.ndarray] = []
        first, done, phases = 0, 0, None
        for piece, D in each(self.forth, y, self.cut):
            made, phases = self._turned(piece, D, phases)
            frames = [np.concatenate([*frames, made], axis=-2)]
            ready = (first + frames[0].shape[-2] - overlap) * hop
            ready = self.length if piece is self.cut[-1] else min(ready, self.length)
            if ready > done:
                yield self.back(ready - first * hop)(frames[0])[..., done - first * hop :]
                done, before = ready, first
                first = max(ready // hop - overlap, first)
                frames = [frames[0][..., first - before :, :].copy()]

    def _turned(self, piece: Piece, D: np.ndarray, phases: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
        """The frames set between those of a piece, and the phases to go on with."""
        begin, end = np.searchsorted(self._at, (piece.frames.start, piece.frames.stop))
        if begin == end:
            return D[..., :0, :], phases
        at = self._at[begin:end] - (piece.frames.start - piece.own.start)
        plan = VocoderPlan(D.shape[-2], tuple(at.tolist()), goes_on=True)
        states = [Kind(x.shape, mx.complex64) for x in (D, phases) if x is not None]
        made = bind("vocoder", plan, *states)(*(x for x in (D, phases) if x is not None))
        return made[..., :-1, :], made[..., -1:, :].copy()

    @functools.cached_property
    def _at(self) -> np.ndarray:
        return np.array(self.places.places)


def _cut(plan: StftPlan, shape: tuple[int, ...], rate: float) -> list[Piece]:
    """Pieces with a frame more than their own, to be turned to."""
    return plan.pieces(shape, before=1, samples=int(NUMBERS * min(rate, 1.0)) * plan.hop_length // plan.n_bins)
