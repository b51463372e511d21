"""`torch.istft` as a backend, for strict parity with PyTorch."""

from __future__ import annotations

import mlx.core as mx
import numpy as np

from ..._floor.arrays import evaluated
from ..._plans import IstftPlan


def torch_istft(D: mx.array, plan: IstftPlan, window: mx.array, normalized: bool) -> mx.array:
    """Inverse STFT of D (B, N, F) by PyTorch: (B, length). Evaluates its input; has no gradient."""
    try:
        import torch
    except ImportError as error:
        raise ImportError(
            "[SpectralTransform.istft] the policy 'torch_fallback' needs PyTorch: pip install torch"
        ) from error
    y = torch.istft(
        torch.from_numpy(np.array(evaluated("SpectralTransform.istft", "torch_fallback", mx.swapaxes(D, 1, 2)))),
        n_fft=plan.n_fft,
        hop_length=plan.hop_length,
        win_length=plan.n_fft,
        window=torch.from_numpy(np.array(window)),
        center=plan.center,
        normalized=normalized,
        length=plan.length,
    )
    return mx.array(y.numpy())
