"""SciPy."""

import numpy as np
from scipy.signal import ShortTimeFFT
from scipy.signal.windows import hann

TRANSFORM = ShortTimeFFT(hann(2048, sym=False).astype(np.float32), 512, 1.0, phase_shift=None)


def stft(y):
    return TRANSFORM.stft(y)[..., -TRANSFORM.p_min :][..., : 1 + y.shape[-1] // 512]


def separate(mix):
    D = TRANSFORM.stft(mix)
    power = np.abs(D) ** 2
    return TRANSFORM.istft(D * (power / (power + 1)), k1=mix.shape[-1])
