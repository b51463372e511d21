"""What surrounds an inverse STFT: who computes it, and the checks that a caller may ask for."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import mlx.core as mx
import numpy as np

from ..._engine.dispatch import unavailable, use_backend
from ..._floor.arrays import evaluated
from ..._floor.sizes import check_size
from ..._plans import IstftPlan

FLOOR = 1e-11  # of the squared-window envelope: below it torch refuses, and the output here is zero
VALIDATION_TOLERANCE = 1e-4  # of the peak, between two backends


def backend_of(policy: str, plain: bool) -> AbstractContextManager[None]:
    """Choose the backend that a policy asks for; `plain` asks for MLX operations alone."""
    if policy == "metal":
        reason = unavailable("gpu") if mx.metal.is_available() else "MLX has no Metal here"
        if reason is not None:
            raise RuntimeError(f"[SpectralTransform.istft] the policy 'metal' needs Metal, but {reason}; use 'auto'")
        return use_backend("gpu")
    return use_backend("reference") if plain or policy == "mlx_fft" else nullcontext()


def refuse_thin_envelope(plan: IstftPlan, window: mx.array, n_frames: int) -> None:
    """Raise where `torch.istft` would: an envelope of at most 1e-11 within the samples that frames reach."""
    where, blocks = "SpectralTransform.istft", -(-plan.n_fft // plan.hop_length)
    check_size(where, "the envelope", blocks + n_frames, plan.hop_length, itemsize=16, way_out="lower hop_length")
    squares = np.zeros((blocks, plan.hop_length))
    squares.reshape(-1)[: plan.n_fft] = np.array(window).astype(np.float64) ** 2
    envelope = np.zeros((blocks + n_frames - 1, plan.hop_length))
    for block, row in enumerate(squares):
        envelope[block : block + n_frames] += row
    reached = plan.n_fft + plan.hop_length * (n_frames - 1)
    kept = envelope.reshape(-1)[plan.start : min(plan.start + plan.length, reached)]
    if kept.size and kept.min() <= FLOOR:
        raise RuntimeError(
            f"[{where}] window overlap add min: {kept.min():.3g} at sample {int(kept.argmin())}; "
            "use a smaller hop_length, another window, or torch_like=False"
        )


def check_result(y: mx.array, expected: mx.array) -> None:
    """Raise when a result is not finite or not the expected one; evaluates both."""
    if y.size == 0:
        return
    where, name = "SpectralTransform.istft", "validate=True"
    error = float(evaluated(where, name, mx.abs(y - expected).max()))
    peak = float(evaluated(where, name, mx.abs(expected).max()))
    if not error <= VALIDATION_TOLERANCE * peak:
        raise RuntimeError(f"[SpectralTransform.istft] validation failed: error {error:.3g} at a peak of {peak:.3g}")
