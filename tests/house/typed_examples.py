"""What a type checker makes of calls: `test_types.py` runs mypy on this file, and nothing runs it."""

from __future__ import annotations

import mlx.core as mx
import numpy as np
from typing_extensions import assert_type

import spectro

y = np.zeros(22050, np.float32)
x = mx.zeros(22050)
samples = [0.0, 0.5, 0.25]


def spectra() -> None:
    assert_type(spectro.stft(y), np.ndarray)
    assert_type(spectro.stft(x), mx.array)
    assert_type(spectro.stft(samples), np.ndarray)
    assert_type(spectro.istft(spectro.stft(x)), mx.array)
    assert_type(spectro.magphase(spectro.stft(y)), tuple[np.ndarray, np.ndarray])
    assert_type(spectro.magphase(spectro.stft(x)), tuple[mx.array, mx.array])
    assert_type(spectro.power_to_db(abs(spectro.stft(y)) ** 2, ref=np.max), np.ndarray)
    assert_type(spectro.amplitude_to_db(abs(spectro.stft(x))), mx.array)
    assert_type(spectro.db_to_power(y), np.ndarray)
    assert_type(spectro.griffinlim(abs(spectro.stft(x))), mx.array)


def features() -> None:
    assert_type(spectro.melspectrogram(y=y, sr=22050), np.ndarray)
    assert_type(spectro.melspectrogram(y=x), mx.array)
    assert_type(spectro.melspectrogram(S=abs(spectro.stft(x))), mx.array)
    assert_type(spectro.feature.melspectrogram(y=y), np.ndarray)
    assert_type(spectro.mfcc(y=y), np.ndarray)
    assert_type(spectro.mfcc(S=mx.zeros((40, 10))), mx.array)
    assert_type(spectro.feature.rms(y=x), mx.array)
    assert_type(spectro.feature.spectral_centroid(y=x, freq=spectro.fft_frequencies()), mx.array)
    assert_type(spectro.feature.chroma_stft(y=y), np.ndarray)
    assert_type(spectro.feature.delta(spectro.mfcc(y=x)), mx.array)
    assert_type(spectro.feature.tempogram(onset_envelope=y), np.ndarray)
    assert_type(spectro.onset_strength(y=y), np.ndarray)
    assert_type(spectro.onset_strength(y=x), mx.array)


def signals() -> None:
    assert_type(spectro.effects.hpss(x), tuple[mx.array, mx.array])
    assert_type(spectro.effects.harmonic(y), np.ndarray)
    assert_type(spectro.effects.trim(x), tuple[mx.array, np.ndarray])
    assert_type(spectro.decompose.hpss(abs(spectro.stft(y))), tuple[np.ndarray, np.ndarray])
    assert_type(spectro.resample(x, orig_sr=22050, target_sr=16000), mx.array)
    assert_type(spectro.to_mono(y), np.ndarray)
    assert_type(spectro.autocorrelate(x), mx.array)
    assert_type(spectro.util.frame(y, frame_length=2048, hop_length=512), np.ndarray)
    assert_type(spectro.util.normalize(x), mx.array)


def units() -> None:
    assert_type(spectro.hz_to_mel(440.0), float)
    assert_type(spectro.hz_to_mel(440), float)
    assert_type(spectro.hz_to_mel(samples), np.ndarray)
    assert_type(spectro.hz_to_mel(x), mx.array)
    assert_type(spectro.midi_to_hz(y), np.ndarray)
    assert_type(spectro.frames_to_time(10), float)
    assert_type(spectro.frames_to_time(np.arange(3)), np.ndarray)
    assert_type(spectro.frames_to_time(mx.arange(3)), mx.array)
    assert_type(spectro.time_to_frames(0.5), int)
    assert_type(spectro.time_to_frames(y), np.ndarray)
    assert_type(spectro.samples_to_frames(x), mx.array)
    assert_type(spectro.A_weighting(440.0), float)


def constants() -> None:
    assert_type(spectro.filters.mel(sr=22050, n_fft=2048), np.ndarray)
    assert_type(spectro.filters.dct(20, 128), np.ndarray)
    assert_type(spectro.fft_frequencies(), np.ndarray)
    assert_type(spectro.mel_frequencies(40), np.ndarray)
    assert_type(spectro.get_window("hann", 1024), np.ndarray)
    assert_type(spectro.windows.hann(1024), np.ndarray)
    assert_type(spectro.load("song.wav"), tuple[np.ndarray, float])
    assert_type(spectro.tone(440.0, duration=1), np.ndarray)
