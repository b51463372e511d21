"""The arrays that transforms take, checked in the words of the method that was called."""

from __future__ import annotations

from typing import Any

import mlx.core as mx

from ..._floor.arrays import as_array, as_samples
from ..._plans import StftPlan
from ...errors import ParameterError
from .params import layout_of


def signals(where: str, x: Any, plan: StftPlan) -> mx.array:
    """Give (T,) or (B, T) as (B, T), long enough for a frame."""
    x = as_samples(where, "x", x)
    if x.ndim not in (1, 2):
        raise ParameterError(f"[{where}] x must be 1D or 2D, got shape {tuple(x.shape)}")
    x = x[None] if x.ndim == 1 else x
    length = x.shape[-1]
    if length == 0:
        raise ParameterError(f"[{where}] x must have at least one sample, got shape {tuple(x.shape)}")
    if length <= plan.padding:
        raise ParameterError(
            f"[{where}] reflect padding of n_fft // 2 = {plan.padding} samples needs a longer signal, "
            f"got {length} samples; lower n_fft or use center=False"
        )
    if not plan.center and length < plan.n_fft:
        x = mx.pad(x, [(0, 0), (0, plan.n_fft - length)])
    return x


def spectra(where: str, z: Any, layout: str, n_bins: int) -> tuple[mx.array, bool]:
    """Give spectrograms as (B, N, F), and whether they came with a batch."""
    layout_of(where, "input_layout", layout)
    z = as_array(where, "z", z).astype(mx.complex64)
    if z.ndim not in (2, 3):
        raise ParameterError(f"[{where}] z must be 2D or 3D, got shape {tuple(z.shape)}")
    batched = z.ndim == 3
    D = z if batched else z[None]
    D = D if layout == "bnf" else mx.swapaxes(D, 1, 2)
    if D.shape[-1] != n_bins or D.shape[-2] == 0:
        raise ParameterError(
            f"[{where}] z must have {n_bins} frequency bins and at least one frame in the layout "
            f"{layout!r}, got shape {tuple(z.shape)}"
        )
    return D, batched
