"""auvux-dsp; files are read with soundfile."""

import auvux.dsp as auvux
import numpy as np
import soundfile


def stft(y):
    return auvux.stft(y, sr=22050)


def mel(y, sr):
    return auvux.mel_spectrogram(y, sr=sr)


def describe(source, target):
    y, sr = soundfile.read(source, dtype="float32")
    log_mel = auvux.power_to_db(auvux.mel_spectrogram(y, sr=sr), top_db=80.0)
    onset = auvux.onset_strength(y, sr=sr).reshape(-1)
    onset = np.concatenate([np.zeros(2, onset.dtype), onset])[: log_mel.shape[-1]]  # to where frames sound
    np.savez(target, log_mel=log_mel, onset=onset)


def separate(mix):
    D = auvux.stft(mix, sr=44100)
    power = np.abs(D) ** 2
    return auvux.istft(D * (power / (power + 1)), sr=44100, length=mix.shape[-1])
