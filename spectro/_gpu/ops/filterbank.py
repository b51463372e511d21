"""Sparse filterbanks over spectrograms that are in memory."""

from __future__ import annotations

import functools

import mlx.core as mx
import numpy as np

from ..._constants.banks import Bank, Table
from ..._floor.operation import Kind, supported_if
from ..._reference import filterbank as definition
from ..launch import build
from ..launch.accepting import MOST, accepted, countable
from .linear import Function, linear, rows


def takes(bank: Bank, S: Kind) -> bool:
    """Whether a spectrogram can be summed here."""
    if S.dtype != mx.float32 or not countable(S):
        return False
    count = S.size // S.shape[-1]
    return count * max(S.shape[-1], bank.n_bands) < MOST and _launch(count, S.shape[-1], bank, False) is not None


@supported_if(takes)
def filterbank(bank: Bank, S: mx.array) -> mx.array:
    """S (..., t, n_bins) -> (..., t, n_bands)."""
    return _summer(bank, False)(S)


@functools.lru_cache(maxsize=64)
def _summer(bank: Bank, transposed: bool) -> Function:
    """Give the filterbank, or its transpose, which is one too."""

    def apply(S: mx.array) -> mx.array:
        flat = rows(S, 1)
        run = _launch(*flat.shape, bank, transposed)
        if run is None:
            return plain(S)
        return run(flat, *_table(bank, transposed)).reshape(*S.shape[:-1], run.shape[1])

    def plain(S: mx.array) -> mx.array:
        if not transposed:
            return definition(bank, S)
        spectra = mx.zeros((*S.shape[:-1], bank.n_bins))
        return mx.vjp(functools.partial(definition, bank), [spectra], [S])[1][0]

    return linear(apply, lambda g, _: _summer(bank, not transposed)(g))


@functools.lru_cache(maxsize=128)
def _launch(count: int, bins: int, bank: Bank, transposed: bool) -> build.Launch | None:
    """Give the launch for `count` frames, if the device takes it."""
    table = _table(bank, transposed)
    bands = table.starts.size
    offset = build.offset_type(count * bins, count * bands)
    defines = (("THREADS_PER_GROUP", build.THREADS), ("offset_t", offset))
    numbers: build.Numbers = {"bands": bands}
    arrays = ("bins", "starts", "counts", "offsets", "weights")
    kernel = build.Kernel("filterbank", arrays, defines, numbers=build.kinds(numbers))

    def small() -> tuple[build.Launch, list[mx.array]]:
        few = min(count, build.TINY)
        return build.elementwise(kernel, (few, bands), numbers), [mx.zeros((few, bins)), *table]

    wanted = build.elementwise(kernel, (count, bands), numbers)
    return wanted if accepted(wanted, small) else None


def _table(bank: Bank, transposed: bool) -> Table:
    return _transposed(bank) if transposed else bank.table()


@functools.lru_cache(maxsize=32)
def _transposed(bank: Bank) -> Table:
    """Give the runs of bands that each bin goes to."""
    columns = np.array(bank.weights()).T
    filled = [np.flatnonzero(column) for column in columns]
    starts = np.array([bands[0] if bands.size else 0 for bands in filled], np.int32)
    counts = np.array([bands[-1] + 1 - bands[0] if bands.size else 1 for bands in filled], np.int32)
    values = np.concatenate([column[s : s + c] for column, s, c in zip(columns, starts, counts)])
    offsets = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int32)
    table = Table(mx.array(starts), mx.array(counts), mx.array(offsets), mx.array(values.astype(np.float32)))
    mx.eval(*table)
    return table
