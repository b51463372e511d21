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
    D = spectro.stft(mx.array(mix))
    power = mx.square(mx.abs(D))
    return np.asarray(spectro.istft(D * (power / (power + 1)), length=mix.shape[-1]))


def data_set(source, target, workers):
    features = {"log_mel": {}, "mfcc": {}, "onset": {"function": "onset_strength"}}
    spectro.extract(source, target, features=features, format="npz", workers=workers)
