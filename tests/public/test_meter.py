"""Meter, and what it is made of: `hybrid_tempogram`, `metrogram`, `interp_broadcast`: librosa 1.0 and truths."""

from __future__ import annotations

import itertools

import librosa
import mlx.core as mx
import numpy as np
import pytest
from case import levels, normal, spectrum
from comparing import RELEASE, SIGNALS, assert_close

import spectro
from spectro.feature import hybrid_tempogram, metrogram
from spectro.util import interp_broadcast

NEW = pytest.mark.skipif(RELEASE < (1, 0), reason="librosa has it since 1.0")
KINDS = pytest.mark.parametrize("kind", [np.asarray, mx.array], ids=["numpy", "mlx"])
ENVELOPE = levels(300).astype(np.float32)
TEMPI = np.array([10.0, 30.0, 60.0, 90.0, 120.0])


@NEW
@KINDS
@pytest.mark.parametrize(
    "call",
    [
        {"win_length": 32},
        {"win_length": 33, "center": False},
        {"win_length": 4},
        {"win_length": 32, "kind": "nearest"},
        {"win_length": 32, "fill_value": -1.0},
        {"win_length": 40, "sr": 8000, "hop_length": 100, "window": "boxcar"},
    ],
    ids=repr,
)
def test_a_hybrid_tempogram_is_librosas(call, kind):
    expected = librosa.feature.hybrid_tempogram(onset_envelope=ENVELOPE, **call)
    got = np.asarray(hybrid_tempogram(onset_envelope=kind(ENVELOPE), **call))
    assert_close(got**2, expected**2, 1e-5)  # a root makes much of rounding errors of zeros


@NEW
def test_a_hybrid_tempogram_of_a_signal_is_librosas():
    y = np.stack([SIGNALS["plucks"], SIGNALS["noise"]]).astype(np.float32)
    expected = librosa.feature.hybrid_tempogram(y=y, sr=22050, win_length=20)
    assert_close(hybrid_tempogram(y=y, sr=22050, win_length=20) ** 2, expected**2, 1e-4)


def test_only_the_tempo_itself_is_in_both_tempograms():
    pulses = np.zeros(600, np.float32)
    pulses[::20] = 1
    strength = hybrid_tempogram(onset_envelope=pulses, win_length=200)[:, 300]
    tempi = spectro.fourier_tempo_frequencies(win_length=200)
    assert tempi[strength.argmax()] == pytest.approx(60 * 22050 / 512 / 20)
    others = np.delete(strength, np.r_[0, strength.argmax() - 2 : strength.argmax() + 3])
    assert others.max() < 0.8 * strength.max()


def test_a_hybrid_tempogram_of_silence_has_a_gradient_of_zero():
    slope = mx.grad(lambda x: hybrid_tempogram(onset_envelope=x, win_length=16).sum())(mx.zeros(60))
    assert slope.tolist() == [0.0] * 60


@NEW
@KINDS
@pytest.mark.parametrize(
    "call",
    [
        {},
        {"aggregate": None},
        {"aggregate": np.mean},
        {"factors": [0.5, 2.0]},
        {"kind": "nearest", "fill_value": 2.0},
        {"kind": "cubic"},
    ],
    ids=lambda call: "-".join(map(str, call)) or "default",
)
def test_a_metrogram_is_librosas(call, kind):
    tempogram = levels(2, 5, 7).astype(np.float32)
    for tg, freqs in itertools.product((tempogram, tempogram + 1j * tempogram[::-1]), (TEMPI, TEMPI[[3, 0, 4, 1, 2]])):
        expected = librosa.feature.metrogram(tg=tg, freqs=freqs, **call)
        got = metrogram(tg=kind(tg), freqs=freqs, **call)
        assert isinstance(got, mx.array) == (kind is mx.array)
        assert_close(got, expected, 1e-5)
        if kind is np.asarray and call.get("kind") != "nearest":
            assert got.dtype == expected.dtype


def test_infinite_tempi_are_left_out():
    tg = levels(5, 7)
    got = metrogram(tg=tg, freqs=[np.inf, 90, 60, 30, 20])
    assert_close(got, metrogram(tg=tg[1:], freqs=[90, 60, 30, 20]), 1e-12)


@NEW
@KINDS
@pytest.mark.parametrize(
    "call",
    [
        {},
        {"op": None},
        {"op": np.add, "interp_pos": [-1, 0.3, 0.4, 5]},
        {"op": np.maximum, "interp_pos": [-1, 0.3, 0.4, 5], "fill_value": 3.0},
        {"kind": "nearest"},
        {"kind": "previous", "interp_pos": [0.1, 0.7]},
        {"axis": 1},
    ],
    ids=lambda call: "-".join(map(str, call)) or "default",
)
def test_arrays_are_put_together_as_by_librosa(call, kind):
    x1, x2 = normal(2, 3, 4), normal(2, 2, 4, seed=8)
    call = {"x1_pos": np.array([0, 1, 0.5]), "x2_pos": np.array([0, 1.0]), **call}
    theirs = {name: np.asarray(value) if name == "interp_pos" else value for name, value in call.items()}
    for second in (x2, x2[0] + 1j):
        if second.ndim == 2 and "axis" in call:
            continue
        expected = librosa.util.interp_broadcast(x1=x1, x2=second, **theirs)
        got = interp_broadcast(x1=kind(x1), x2=kind(second), **call)
        for mine, other in zip(got, expected, strict=True) if call.get("op", 1) is None else [(got, expected)]:
            assert isinstance(mine, mx.array) == (kind is mx.array)
            assert_close(mine, other, 1e-6)


def test_arrays_of_both_kinds_are_put_together_as_mlx():
    got = interp_broadcast(x1=spectrum(3, 4), x1_pos=[0, 1, 2], x2=mx.ones((2, 4)), x2_pos=[0, 2], op=np.subtract)
    assert isinstance(got, mx.array)
    assert_close(got, spectrum(3, 4) - 1, 1e-6)


READ = {"x1": np.ones((3, 4)), "x1_pos": [0, 1, 2], "x2": np.ones((2, 4)), "x2_pos": [0, 2]}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hybrid_tempogram(), "y or onset_envelope"),
        (
            lambda: hybrid_tempogram(onset_envelope=ENVELOPE, win_length=2),
            "win_length must be at least 3, for two lags",
        ),
        (lambda: hybrid_tempogram(onset_envelope=ENVELOPE, fill_value="extrapolate"), "fill_value must be"),
        (lambda: hybrid_tempogram(onset_envelope=ENVELOPE, win_length=9, kind="near"), "kind must be one of SciPy's"),
        (lambda: metrogram(tg=np.ones(5), freqs=TEMPI), r"tg must have shape \(..., tempi, t\)"),
        (lambda: metrogram(tg=np.ones((4, 2)), freqs=TEMPI), "freqs must have one tempo for each of 4"),
        (lambda: metrogram(tg=np.ones((2, 2)), freqs=[np.inf, 1]), "freqs must have .* two finite ones"),
        (lambda: metrogram(tg=np.ones((5, 2)), freqs=TEMPI, factors=[[1.0]]), "factors must be a list"),
        (lambda: metrogram(tg=np.ones((5, 2)), freqs=TEMPI, aggregate="sum"), "aggregate must be a function"),
        (lambda: interp_broadcast(**{**READ, "op": "mul"}), "op must be a function or None"),
        (lambda: interp_broadcast(**{**READ, "x1_pos": [0, 1]}), "x1_pos must have one place for each of the 3 of x1"),
        (lambda: interp_broadcast(**{**READ, "x2": np.ones((2, 5))}), "x1 and x2 must broadcast along all axes but"),
        (lambda: interp_broadcast(**{**READ, "x2_pos": [0, np.inf]}), "x2 must have two finite places or more"),
        (lambda: interp_broadcast(**{**READ, "axis": 2}), "axis must be in"),
        (lambda: interp_broadcast(**{**READ, "interp_pos": [[1.0]]}), "interp_pos must be a list of real numbers"),
    ],
)
def test_what_cannot_be_is_refused(call, message):
    with pytest.raises(spectro.ParameterError, match=message):
        call()


@KINDS
def test_an_envelope_shorter_than_the_window_is_told_by_the_names_of_the_call(kind):
    said = r"^\[hybrid_tempogram\] win_length=384 is too large for an envelope of length=44; most of each frame is pad"
    with pytest.warns(UserWarning, match=said):
        hybrid_tempogram(onset_envelope=kind(np.ones(44, np.float32)))
