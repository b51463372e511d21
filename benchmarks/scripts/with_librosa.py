"""librosa."""

from pathlib import Path

import librosa
import numpy as np


def stft(y):
    return librosa.stft(y)


def mel(y, sr):
    return librosa.feature.melspectrogram(y=y, sr=sr)


def describe(source, target):
    y, sr = librosa.load(source)
    log_mel = librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=sr))
    onset = librosa.onset.onset_strength(S=log_mel, sr=sr)
    np.savez(target, log_mel=log_mel, onset=onset)


def separate(mix):
    D = librosa.stft(mix)
    power = np.abs(D) ** 2
    return librosa.istft(D * (power / (power + 1)), length=mix.shape[-1])


def features(source, target):
    y, sr = librosa.load(source)
    log_mel = librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=sr))
    onset = librosa.onset.onset_strength(S=log_mel, sr=sr)
    np.savez(target, log_mel=log_mel, mfcc=librosa.feature.mfcc(S=log_mel, sr=sr), onset=onset)


def data_set(source, target, workers):
    from joblib import Parallel, delayed

    files = sorted(Path(source).glob("*.wav"))
    Parallel(n_jobs=workers)(delayed(features)(path, Path(target) / f"{path.stem}.npz") for path in files)
