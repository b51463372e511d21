"""spectro from MLX array to MLX array: nothing is converted, so nothing is copied."""

import mlx.core as mx

import spectro


def prepare(y):
    y = mx.array(y)
    mx.eval(y)
    return y


def mel(y, sr):
    S = spectro.melspectrogram(y=y, sr=sr)
    mx.eval(S)
    return S
