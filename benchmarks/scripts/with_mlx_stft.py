"""mlx-stft, whose spectra are real and imaginary parts."""

import mlx.core as mx
import mlx_stft
import numpy as np

OPTIONS = {"n_fft": 2048, "win_length": 2048, "hop_length": 512, "onesided": True}
FORWARD, BACKWARD = mlx_stft.STFT(**OPTIONS), mlx_stft.ISTFT(**OPTIONS)


def stft(y):
    return np.asarray(FORWARD(mx.array(y[None])))[0]


def separate(mix):
    D = FORWARD(mx.array(mix))
    power = mx.square(D).sum(axis=1, keepdims=True)
    return np.asarray(BACKWARD(D * (power / (power + 1)), length=mix.shape[-1]))
