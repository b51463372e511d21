"""Sparse complex banks over spectra of frames: the octaves of constant-Q transforms."""

from __future__ import annotations

import functools
from typing import NamedTuple

import mlx.core as mx
import numpy as np

from ..._constants.held import held
from ..._constants.wavelets import WaveletBank
from ..._floor.operation import Kind, supported_if
from ..._plans import DualPlan, WaveletPlan
from ..._reference import dual as dual_definition
from ..._reference.constantq import summed
from ..launch import build
from ..launch.accepting import MOST, accepted, countable
from . import stft as transform
from .linear import Function, linear, rows


class Table(NamedTuple):
    """All runs of a bank, one after the other, as the kernel takes them."""

    starts: mx.array
    counts: mx.array
    offsets: mx.array
    weights: mx.array  # pairs


def takes(plan: WaveletPlan, y: Kind) -> bool:
    """Whether an octave of a signal can be computed here."""
    window = Kind((plan.stft.n_fft,), mx.float32)
    if not transform.takes(plan.stft, y, window):
        return False
    frames = y.size // y.shape[-1] * plan.stft.frames(y.shape[-1])
    return _fits(frames, plan.bank) and _launch(frames, plan.bank, False) is not None


@supported_if(takes)
def wavelets(plan: WaveletPlan, y: mx.array) -> mx.array:
    """From y (..., n) -> (..., t, n_bands) complex64."""
    return _sums(plan.bank, False)(transform.stft(plan.stft, y, _ones(plan.stft.n_fft)))


def takes_dual(plan: DualPlan, C: Kind) -> bool:
    """Whether the spectra of coefficients can be computed here."""
    if C.dtype != mx.complex64 or not countable(C):
        return False
    frames = C.size // C.shape[-1]
    return _fits(frames, plan.bank) and _launch(frames, plan.bank, True) is not None


@supported_if(takes_dual)
def dual(plan: DualPlan, C: mx.array) -> mx.array:
    """C (..., t, n_bands) -> (..., t, n_bins)."""
    return _sums(plan.bank, True)(C)


def _fits(frames: int, bank: WaveletBank) -> bool:
    return 2 * frames * max(bank.n_bins, bank.n_bands) < MOST


@functools.lru_cache(maxsize=64)
def _sums(bank: WaveletBank, conjugate: bool) -> Function:
    """Give the bank, or its conjugate transpose."""

    def apply(S: mx.array) -> mx.array:
        flat = rows(mx.stop_gradient(S), 1)  # MLX's views have no derivatives, and `linear` knows them
        run = _launch(flat.shape[0], bank, conjugate)
        if run is None:
            return dual_definition(DualPlan(bank), S) if conjugate else summed(bank, S)
        pairs = run(mx.contiguous(flat).view(mx.float32), *_table(bank, conjugate))
        return pairs.view(mx.complex64).reshape(*S.shape[:-1], -1)

    return linear(apply, lambda g, _: _sums(bank, not conjugate)(g))


@functools.lru_cache(maxsize=128)
def _launch(count: int, bank: WaveletBank, conjugate: bool) -> build.Launch | None:
    """Give the launch for `count` frames, if the device takes it."""
    bins, bands = (bank.n_bands, bank.n_bins) if conjugate else (bank.n_bins, bank.n_bands)
    offset = build.offset_type(2 * count * bins, 2 * count * bands)
    defines = (("THREADS_PER_GROUP", build.THREADS), ("offset_t", offset))
    numbers: build.Numbers = {"bands": bands}
    arrays = ("bins", "starts", "counts", "offsets", "weights")
    kernel = build.Kernel("wavelets", arrays, defines, numbers=build.kinds(numbers))

    def launch(count: int) -> build.Launch:
        groups, shape = -(-count * bands // build.THREADS), (count, 2 * bands)
        return build.Launch(kernel, groups, build.THREADS, shape, numbers=build.values(numbers))

    def small() -> tuple[build.Launch, list[mx.array]]:
        few = min(count, build.TINY)
        return launch(few), [mx.zeros((few, 2 * bins)), *_table(bank, conjugate)]

    wanted = launch(count)
    return wanted if accepted(wanted, small) else None


@functools.lru_cache(maxsize=64)
def _table(bank: WaveletBank, conjugate: bool) -> Table:
    """Give the runs of a bank, or of its conjugate transpose."""
    if conjugate:
        bank = WaveletBank.of(np.conj(bank.dense().T))
    offsets = np.concatenate([[0], np.cumsum(bank.lengths)[:-1]])
    numbers = [np.array(part, np.int32) for part in (bank.starts, bank.lengths, offsets)]
    return Table(*(held(mx.array(part)) for part in (*numbers, bank.values().view(np.float32))))


@functools.lru_cache(maxsize=64)
def _ones(size: int) -> mx.array:
    return held(mx.ones(size))
