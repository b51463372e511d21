"""mlx-spectro, which needs Metal."""

import mlx.core as mx
import mlx_spectro
import numpy as np

TRANSFORM = mlx_spectro.SpectralTransform(n_fft=2048, hop_length=512, center_pad_mode="constant")


def stft(y):
    return np.asarray(TRANSFORM.stft(mx.array(y)))[0]


def separate(mix):
    D = TRANSFORM.stft(mx.array(mix))
    power = mx.square(mx.abs(D))
    return np.asarray(TRANSFORM.istft(D * (power / (power + 1)), length=mix.shape[-1]))
