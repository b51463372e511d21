"""audioflux."""

import audioflux
from audioflux.type import WindowType


def stft(y):
    transform = audioflux.STFT(11, WindowType.HANN, 512)
    transform.enable_padding(True)
    return transform.stft(y)
