"""Features taken back: mel spectrograms to magnitudes and signals, cepstra to mel spectrograms."""

from __future__ import annotations

import librosa
import mlx.core as mx
import numpy as np
import pytest
import tolerances
from case import normal
from comparing import SIGNALS, SR, assert_close

import spectro
from spectro.feature import inverse

MEL = {"sr": SR, "n_fft": 512, "n_mels": 40}


def residual(bank, S, M):
    return np.linalg.norm(bank @ S.astype(np.float64) ** 2 - M) / np.linalg.norm(M)


@pytest.mark.parametrize("name", ["noise", "plucks", "chirp"])
def test_magnitudes_are_as_near_as_librosas(name):
    y = SIGNALS[name][:8000]
    bank = librosa.filters.mel(dtype=np.float64, **MEL)
    M = librosa.feature.melspectrogram(y=y, hop_length=256, **MEL)
    S = inverse.mel_to_stft(M, sr=SR, n_fft=512)
    assert S.shape == (257, M.shape[-1])
    assert S.dtype == np.float32
    assert (S >= 0).all()
    theirs = librosa.feature.inverse.mel_to_stft(M, sr=SR, n_fft=512)
    assert residual(bank, S, M) <= max(residual(bank, theirs, M), 2e-4)


def test_channels_powers_and_kinds_of_array():
    M = np.abs(normal(2, 3, 10, 7)).astype(np.float32)
    S = inverse.mel_to_stft(M, n_fft=128, power=1.0)
    assert S.shape == (2, 3, 65, 7)
    lazy = inverse.mel_to_stft(mx.array(M), n_fft=128, power=1.0)
    assert isinstance(lazy, mx.array)
    assert_close(lazy, S, tolerances.COMPILED)
    assert_close(inverse.mel_to_stft(M[1, 2], n_fft=128, power=1.0), S[1, 2], 1e-3)
    with pytest.raises(spectro.ParameterError, match=r"^\[mel_to_stft\] M needs the values"):
        mx.compile(inverse.mel_to_stft)(mx.array(M))


def test_signals_of_mel_spectrograms_and_cepstra():
    y = SIGNALS["plucks"][:8000]
    M = spectro.melspectrogram(y, hop_length=128, **MEL)
    back = inverse.mel_to_audio(M, sr=SR, n_fft=512, hop_length=128, length=8000)
    assert back.shape == (8000,)
    again = spectro.melspectrogram(back, hop_length=128, **MEL)
    assert np.linalg.norm(again - M) < 0.5 * np.linalg.norm(M)
    cepstra = spectro.mfcc(S=spectro.power_to_db(M), n_mfcc=40)
    restored = inverse.mfcc_to_mel(cepstra, n_mels=40)
    assert_close(spectro.power_to_db(restored), spectro.power_to_db(M), tolerances.DECIBELS)
    assert inverse.mfcc_to_audio(cepstra, n_mels=40, sr=SR, n_fft=512, hop_length=128, n_iter=2).ndim == 1


TRANSFORMS = [(1, None), (1, "forward"), *((kind, norm) for kind in (2, 3) for norm in ("ortho", None, "forward"))]


@pytest.mark.parametrize(("dct_type", "norm"), TRANSFORMS)
def test_cepstra_of_every_transform_come_back(dct_type, norm):
    C, options = normal(6, 4), {"n_mels": 6, "dct_type": dct_type, "norm": norm}
    assert_close(
        inverse.mfcc_to_mel(C, **options), librosa.feature.inverse.mfcc_to_mel(C, **options), tolerances.PARITY
    )


def test_a_lifter_that_made_coefficients_zero_warns():
    with pytest.warns(UserWarning, match=r"^\[mfcc_to_mel\] lifter=2 includes critical values"):
        inverse.mfcc_to_mel(normal(3, 2), n_mels=4, lifter=2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: inverse.mfcc_to_mel(normal(3, 2), lifter=-1), r"^\[mfcc_to_mel\] lifter must be non-negative"),
        (lambda: inverse.mfcc_to_mel(normal(3)), r"^\[mfcc_to_mel\] mfcc must have shape"),
        (lambda: inverse.mel_to_stft(normal(3)), r"^\[mel_to_stft\] M must have shape"),
        (lambda: inverse.mel_to_stft(np.full((3, 2), np.nan)), r"^\[mel_to_stft\] M must be finite"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(spectro.ParameterError, match=message):
        call()
