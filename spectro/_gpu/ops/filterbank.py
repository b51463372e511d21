"""Sparse filterbanks over spectrograms that are in memory."""

from __future__ import annotations

import functools

import mlx.core as mx
import numpy as np

from ..._constants.banks import Bank, Table
from ..._floor.operation import Kind, supported_if
from ..launch import build
from ..launch.accepting import MOST, countable
from .linear import Function, linear, rows


def takes(bank: Bank, S: Kind) -> bool:
    """Whether a spectrogram can be summed here."""
    return S.dtype == mx.float32 and countable(S) and S.size // S.shape[-1] * max(S.shape[-1], bank.n_bands) < MOST


@supported_if(takes)
def filterbank(bank: Bank, S: mx.array) -> mx.array:
    """S (..., t, n_bins) -> (..., t, n_bands)."""
    return _summer(bank, False)(S)


@functools.lru_cache(maxsize=64)
def _summer(bank: Bank, transposed: bool) -> Function:
    """Give the filterbank, or its transpose, which is one too."""
    table = _transposed(bank) if transposed else bank.table()

    def apply(S: mx.array) -> mx.array:
        flat = rows(S, 1)
        shape = (flat.shape[0], table.starts.size)
        defines: build.Defines = {
            "THREADS_PER_GROUP": build.THREADS,
            "BINS": flat.shape[1],
            "BANDS": shape[1],
            "offset_t": build.offset_type(flat.size, shape[0] * shape[1]),
        }
        names = ("bins", "starts", "counts", "offsets", "weights")
        kernel = build.Kernel("filterbank", names, tuple(defines.items()))
        return build.elementwise(kernel, shape)(flat, *table).reshape(*S.shape[:-1], shape[1])

    return linear(apply, lambda g, _: _summer(bank, not transposed)(g))


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
