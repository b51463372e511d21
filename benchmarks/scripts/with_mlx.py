"""MLX's own transforms."""

import mlx.core as mx
import numpy as np

WINDOW = mx.array((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(2048) / 2048)).astype(np.float32))


def transform(y):
    return mx.fft.stft(mx.array(y), n_fft=2048, hop_length=512, window=WINDOW, pad_mode="constant")


def stft(y):
    return np.asarray(transform(y))


def separate(mix):
    D = transform(mix)
    power = mx.square(mx.abs(D))
    mask = power / (power + 1)
    return np.asarray(mx.fft.istft(D * mask, n_fft=2048, hop_length=512, window=WINDOW, length=mix.shape[-1]))
