"""Bands as weighted sums of frequencies."""

from __future__ import annotations

import mlx.core as mx

from .._constants.banks import Bank
from .._floor.tracing import refuse_open_sizes


def filterbank(bank: Bank, S: mx.array) -> mx.array:
    """Sum each band's run of bins: S (..., t, n_bins) -> (..., t, n_bands).

    A matrix product would be shorter, but its float32 is TF32 on several GPUs.
    """
    refuse_open_sizes("filterbank")
    bands = [
        (S[..., start : start + weights.size] * weights).sum(-1)  # (..., t)
        for start, weights in bank.runs()
    ]
    return mx.stack(bands, axis=-1)
