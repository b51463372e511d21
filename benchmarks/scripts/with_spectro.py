"""spectro."""

import mlx.core as mx
import numpy as np

import spectro


def stft(y):
    return spectro.stft(y)


def mel(y, sr):
    return spectro.melspectrogram(y=y, sr=sr)


def describe(source, target):
    y, sr = spectro.load(source)
    log_mel = spectro.power_to_db(spectro.melspectrogram(y=y, sr=sr))
    onset = spectro.onset_strength(S=log_mel, sr=sr)
    np.savez(target, log_mel=log_mel, onset=onset)


def separate(mix):
    on_gpu = mx.default_device() == mx.Device(mx.gpu)  # a CPU reads NumPy's arrays where they lie
    xp = mx if on_gpu else np
    D = spectro.stft(spectro.to_mlx(mix) if on_gpu else mix)
    S = xp.abs(D)
    mask = spectro.util.softmask(S, xp.ones_like(S), power=2)
    return spectro.to_numpy(spectro.istft(D, mask=mask, length=mix.shape[-1]))


def data_set(source, target, workers):
    features = {"log_mel": {}, "mfcc": {}, "onset": {"function": "onset_strength"}}
    spectro.extract(source, target, features=features, format="npz", workers=workers)
