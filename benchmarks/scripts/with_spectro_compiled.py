"""spectro, the mask compiled by MLX: its product of a complex and a real array is slow on a CPU until it is fused."""

import mlx.core as mx
import numpy as np

import spectro


@mx.compile
def masked(D):
    power = mx.square(mx.real(D)) + mx.square(mx.imag(D))
    return D * (power / (power + 1))


def separate(mix):
    D = spectro.stft(mx.array(mix))
    return np.asarray(spectro.istft(masked(D), length=mix.shape[-1]))
