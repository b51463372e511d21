"""Frames as Kaldi has them: each loses its mean, is pre-emphasized by itself, and is windowed."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants.held import held
from .._floor.arrays import namespace
from .._floor.checks import finite, one_of, positive
from .._floor.sizes import check_size
from .._floor.tracing import refuse_open_sizes
from .._plans.padded import PaddedPlan
from .._plans.stft import FRAMES
from .._reference.pad import pad
from ..errors import ParameterError

WINDOWS = ("povey", "hamming", "hanning", "sine", "blackman", "rectangular")
BLOCK = 1 << 19  # samples of frames that are made at a time: few enough for a cache, enough for all threads


@dataclass(frozen=True)
class KaldiFrames:
    """How Kaldi cuts a signal into frames, and what it does to each."""

    length: int
    shift: int
    n_fft: int
    snip_edges: bool
    window_type: str
    blackman_coeff: float
    preemphasis: float
    remove_dc_offset: bool

    @classmethod
    def of(
        cls,
        where: str,
        *,
        sr: float,
        frame_length: Any,
        frame_shift: Any,
        snip_edges: bool,
        round_to_power_of_two: bool,
        window_type: Any,
        blackman_coeff: Any,
        preemphasis_coefficient: Any,
        remove_dc_offset: bool,
    ) -> KaldiFrames:
        """Validate the options of the public function `where`."""
        length, shift = (
            int(sr * 0.001 * positive(where, name, value))
            for name, value in (("frame_length", frame_length), ("frame_shift", frame_shift))
        )
        if length < 2 or shift < 1:
            raise ParameterError(
                f"[{where}] frame_length and frame_shift must be at least 2 samples and 1, "
                f"got {frame_length:g} and {frame_shift:g} ms at sr={sr:g}"
            )
        preemphasis = finite(where, "preemphasis_coefficient", preemphasis_coefficient)
        if not 0 <= preemphasis <= 1:
            raise ParameterError(f"[{where}] preemphasis_coefficient must be in 0 .. 1, got {preemphasis:g}")
        one_of(where, "window_type", window_type, WINDOWS)
        coefficient = finite(where, "blackman_coeff", blackman_coeff)
        n_fft = 1 << (length - 1).bit_length() if round_to_power_of_two else length
        dc = bool(remove_dc_offset)
        return cls(length, shift, n_fft, bool(snip_edges), window_type, coefficient, preemphasis, dc)

    def count(self, n: int) -> int:
        """Number of frames of `n` samples."""
        return 1 + (n - self.length) // self.shift if self.snip_edges else (n + self.shift // 2) // self.shift

    def check_signal(self, where: str, shape: tuple[int, ...], whole: bool) -> None:
        """Refuse signals (..., n) without a frame, or with more than memory holds where the whole is made at once."""
        n = shape[-1]
        if n == 0 or self.count(n) < 1:
            least = self.length if self.snip_edges else self.shift - self.shift // 2
            raise ParameterError(f"[{where}] y must have at least {least} samples, which make one frame, got {n}")
        if whole:
            sizes = (*shape[:-1], self.count(n), self.length)
            check_size(where, "the frames", *sizes, itemsize=FRAMES, way_out="hand in fewer or shorter signals")

    def cut(self, where: str, y: Any) -> Any:
        """Cut frames: y (..., n) -> (..., t, length), a view in NumPy."""
        refuse_open_sizes(where)
        n = y.shape[-1]
        count = self.count(n)
        if not self.snip_edges:
            first = self.shift // 2 - self.length // 2
            beside = max(0, -first, first + (count - 1) * self.shift + self.length - n)
            y = pad(y, beside, "symmetric") if namespace(y) is mx else _mirrored(y, beside)
            y = y[..., beside + first :]
        if namespace(y) is mx:
            return _cut(y, self.length, self.shift, count)
        frames = np.lib.stride_tricks.sliding_window_view(y, self.length, axis=-1)
        return frames[..., : count * self.shift : self.shift, :]

    def centered(self, frames: Any) -> Any:
        """Frames without their means."""
        return frames - _mean(frames) if self.remove_dc_offset else frames

    def emphasized(self, frames: Any) -> Any:
        """x[i] - a x[i - 1] of each frame, the first sample being its own predecessor."""
        if self.preemphasis == 0:
            return frames
        before = namespace(frames).concatenate([frames[..., :1], frames[..., :-1]], axis=-1)
        return frames - self.preemphasis * before

    def plan(self) -> PaddedPlan:
        """How to take the spectra of frames that lie one after the other, (..., t * length)."""
        return PaddedPlan(self.n_fft, self.length, self.length, width=self._before)

    @property
    def _before(self) -> int:
        """Zeros before a frame in its FFT; magnitudes are the same wherever it lies."""
        return (self.n_fft - self.length + 1) // 2

    def window(self) -> mx.array:
        """The window among zeros: (n_fft,)."""
        return _window(self.window_type, self.length, self.blackman_coeff, self._before, self.n_fft)

    def trimmed_window(self) -> mx.array:
        """The window without the zeros: (length,)."""
        return _window(self.window_type, self.length, self.blackman_coeff, 0, self.length)


def _cut(y: mx.array, length: int, shift: int, count: int) -> mx.array:
    """Frames of a signal (..., n) -> (..., t, length), as runs of `shift` samples side by side: a gather is slow."""
    shift = shift if count > 1 else length
    parts = -(-length // shift)
    whole = (count + parts - 1) * shift
    missing = max(0, whole - y.shape[-1])
    filled = mx.pad(y[..., :whole], [(0, 0)] * (y.ndim - 1) + [(0, missing)])
    runs = filled.reshape(*y.shape[:-1], count + parts - 1, shift)
    return mx.concatenate([runs[..., k : k + count, :] for k in range(parts)], axis=-1)[..., :length]


def _mean(frames: Any) -> Any:
    """Means of frames (..., n), in MLX by sums of runs: of long sums float32 loses what the lowest bands hold."""
    n = frames.shape[-1]
    if namespace(frames) is np:  # sums in pairs
        return frames.mean(-1, keepdims=True)
    run = math.isqrt(n)
    whole = n // run * run
    total = frames[..., :whole].reshape(*frames.shape[:-1], n // run, run).sum(-1).sum(-1, keepdims=True)
    return (total if whole == n else total + frames[..., whole:].sum(-1, keepdims=True)) / n


def _mirrored(y: np.ndarray, width: int) -> np.ndarray:
    return np.pad(y, [(0, 0)] * (y.ndim - 1) + [(width, width)], mode="symmetric")


@functools.lru_cache(maxsize=32)
def _window(kind: str, length: int, blackman: float, before: int, n_fft: int) -> mx.array:
    turn = 2 * np.pi * np.arange(length) / (length - 1)
    hann = 0.5 - 0.5 * np.cos(turn)
    samples = {
        "hanning": hann,
        "povey": np.maximum(hann, 0.0) ** 0.85,
        "hamming": 0.54 - 0.46 * np.cos(turn),
        "sine": np.sin(turn / 2),
        "blackman": blackman - 0.5 * np.cos(turn) + (0.5 - blackman) * np.cos(2 * turn),
        "rectangular": np.ones(length),
    }[kind]
    return held(mx.array(np.pad(samples, (before, n_fft - length - before)).astype(np.float32)))


def one_by_one(frames: Any) -> Any:
    """Lay frames one after the other: (..., t, n) -> (..., t * n)."""
    return frames.reshape(*frames.shape[:-2], frames.shape[-2] * frames.shape[-1])


def in_blocks(fn: Callable[[Any], Any], frames: Any) -> Any:
    """fn(frames (..., t, n)) -> (..., t, m); NumPy's frames, a view of their signal, are taken a few at a time."""
    if isinstance(frames, mx.array):
        return fn(frames)
    step = max(1, BLOCK // max(1, math.prod(frames.shape[:-2]) * frames.shape[-1]))
    pieces = [fn(frames[..., i : i + step, :]) for i in range(0, frames.shape[-2], step)]
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-2)
