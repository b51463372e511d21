"""The very same onsets, beats, tempi, peaks and matches as librosa's, on made clips and on made envelopes."""

from __future__ import annotations

import itertools

import librosa
import mlx.core as mx
import numpy as np
import pytest
from comparing import RELEASE

import spectro
from spectro._cpu import compiled
from spectro._host import peaks

SR = 22050


def melody(bpm: float, seed: int = 0) -> np.ndarray:
    """Ten seconds of decaying tones on the half beats, with noise on every second beat."""
    rng, n = np.random.default_rng(seed), 10 * SR
    y = 0.003 * rng.standard_normal(n)
    for number, time in enumerate(np.arange(0, 9.5, 30 / bpm)):
        t = np.arange(SR // 4) / SR
        note = 55 * 2 ** (rng.integers(0, 36) / 12)
        start = int(time * SR)
        y[start : start + t.size] += np.exp(-12 * t) * np.sin(2 * np.pi * note * t) / (1 + number % 2)
        y[start : start + 1000] += 0.2 * rng.standard_normal(1000) * (number % 4 == 0)
    return y.astype(np.float32)


def clicks() -> np.ndarray:
    y = np.zeros(10 * SR, np.float32)
    y[:: SR // 2] = 1
    return y


CLIPS = {
    "slow": melody(72),
    "medium": melody(120, 1),
    "quick": melody(171, 2),
    "clicks": clicks(),
    "noise": np.random.default_rng(3).standard_normal(5 * SR).astype(np.float32),
    "silence": np.zeros(2 * SR, np.float32),
}


def envelope(seed: int, dtype: type = np.float32) -> np.ndarray:
    """Beats with noise, silent at both ends of every second one."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(60, 500))
    onsets = 0.3 * rng.random(n)
    onsets[:: int(rng.integers(5, 60))] += 1
    if seed % 2:
        onsets[: n // 4], onsets[-n // 3 :] = 0, 0
    return onsets.astype(dtype)


@pytest.mark.parametrize("clip", CLIPS)
def test_the_same_onsets_beats_and_tempo(clip):
    y = CLIPS[clip]
    for keywords in ({}, {"backtrack": True, "units": "time"}, {"sparse": False}, {"delta": 0.2, "units": "samples"}):
        expected = librosa.onset.onset_detect(y=y, sr=SR, **keywords)
        np.testing.assert_array_equal(spectro.onset.onset_detect(y, sr=SR, **keywords), expected)
    for got, expected in zip(spectro.beat.beat_track(y, sr=SR), librosa.beat.beat_track(y=y, sr=SR)):
        np.testing.assert_array_equal(got, expected)
    for aggregate in (np.mean, np.median, None):
        expected = librosa.feature.tempo(y=y, sr=SR, aggregate=aggregate)
        np.testing.assert_array_equal(spectro.feature.tempo(y, sr=SR, aggregate=aggregate), expected)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_same_beats_with_any_keyword(seed, dtype):
    onsets = envelope(seed, dtype)
    for keywords in (
        {},
        {"trim": False},
        {"tightness": 10.0},
        {"bpm": 90.0},
        {"bpm": 400.0, "trim": False},
        {"bpm": np.linspace(60, 150, onsets.size)},
        {"start_bpm": 90.0, "units": "time"},
        {"sparse": False},
    ):
        if RELEASE < (1, 0) and "trim" in keywords and dtype is np.float32:
            continue  # librosa 0.11 scores in double precision, where a bell has no end
        got = spectro.beat.beat_track(onset_envelope=onsets, **keywords)
        for mine, theirs in zip(got, librosa.beat.beat_track(onset_envelope=onsets, **keywords)):
            np.testing.assert_array_equal(mine, theirs)


def test_channels_have_beats_and_tempi_of_their_own():
    onsets = np.stack([envelope(0)[:60], envelope(2)[:60], np.zeros(60, np.float32)])
    for keywords in ({}, {"bpm": np.array([90.0, 120.0, 60.0])}):
        got = spectro.beat.beat_track(onset_envelope=onsets, sparse=False, **keywords)
        for mine, theirs in zip(got, librosa.beat.beat_track(onset_envelope=onsets, sparse=False, **keywords)):
            np.testing.assert_array_equal(mine, theirs)


@pytest.fixture(params=["compiled", "numpy"])
def picks(request, monkeypatch):
    """Who picks peaks."""
    if request.param == "numpy":
        monkeypatch.setattr(peaks, "compiled", lambda: None)
    elif compiled() is None:
        pytest.skip("the compiled part is not there")


def test_peaks_are_picked_alike_in_both_forms(monkeypatch):
    rng = np.random.default_rng(0)
    for dtype in (np.float32, np.float64):
        curves = np.cumsum(rng.standard_normal((3, 400)), -1).astype(dtype)
        curves[0, 50:60], curves[1, 90], curves[1, 200:203] = np.inf, np.nan, -np.inf
        for curve in (*curves, np.zeros(300, dtype), curves[:, ::-2], curves[0, :1]):
            for before, after, delta, wait in (
                ((3, 5), (4, 6), 0.1, 2),
                ((500, 0), (1, 500), 0.0, 0),
                ((0, 9), (999, 1), 0.5, 999),
            ):
                for method in ("greedy", "dp_count", "dp_value"):
                    call = curve, before, after, delta, wait, method
                    with np.errstate(invalid="ignore"):
                        found = peaks.picked(*call)
                        with monkeypatch.context() as without:
                            without.setattr(peaks, "compiled", lambda: None)
                            expected = peaks.picked(*call)
                    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("seed", range(8))
def test_the_same_peaks_and_matches(seed, picks):
    rng = np.random.default_rng(seed)
    x = np.round(rng.random(70) * 6).astype(np.float32) if seed % 2 else rng.random(70)
    windows = dict(zip(("pre_max", "post_max", "pre_avg", "post_avg", "wait"), map(int, rng.integers(1, 9, 5))))
    for delta in (0.0, 0.5):
        expected = librosa.util.peak_pick(x, delta=delta, **windows)
        np.testing.assert_array_equal(spectro.util.peak_pick(x, delta=delta, **windows), expected)
    events, targets = rng.integers(0, 40, 9).astype(float), np.append(rng.integers(0, 40, 7), [-1, 50]).astype(float)
    for sides in ({}, {"left": False}, {"right": False}):
        expected = librosa.util.match_events(events, targets, **sides)
        np.testing.assert_array_equal(spectro.util.match_events(events, targets, **sides), expected)


def test_an_interval_that_meets_none_is_matched_to_the_closest():
    assert spectro.util.match_intervals([[0, 1]], [[9, 10], [2, 3], [4, 5]], strict=False).tolist() == [1]
    with pytest.raises(spectro.ParameterError, match="strict=False takes the closest"):
        spectro.util.match_intervals([[0, 1]], [[2, 3]])


def test_a_tempogram_of_clicks_peaks_at_their_period():
    onsets = np.zeros(400, np.float32)
    onsets[::20] = 1
    tempogram = spectro.feature.tempogram(onset_envelope=onsets, win_length=128)
    assert (tempogram[10:30, 200].argmax() + 10) == 20


@pytest.mark.parametrize("kind", [np.asarray, mx.array], ids=["numpy", "mlx"])
@pytest.mark.parametrize("scale", [1e-37, 1e-25, 1.0, 1e19, 1e38])
def test_tempograms_and_tempi_are_those_of_envelopes_of_any_scale(scale, kind):
    onsets = (np.random.default_rng(0).random(300) * scale).astype(np.float32)
    for norm in (np.inf, 1, 2):
        got = spectro.feature.tempogram(onset_envelope=kind(onsets), win_length=64, norm=norm)
        expected = librosa.feature.tempogram(onset_envelope=onsets, win_length=64, norm=norm)
        np.testing.assert_allclose(np.array(got), expected, atol=1e-6)
    assert spectro.feature.tempo(onset_envelope=kind(onsets)) == librosa.feature.tempo(onset_envelope=onsets)


def test_a_quiet_frame_of_a_loud_envelope_is_scaled_as_loud_ones_are():
    if not compiled():
        pytest.skip("a build without the compiled part takes all frames in one unit")
    onsets = np.zeros(200, np.float32)
    onsets[[10, 100, 101]] = 1e19, 1e-20, 5e-21
    got, expected = (f.tempogram(onset_envelope=onsets, win_length=32) for f in (spectro.feature, librosa.feature))
    np.testing.assert_allclose(got, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("function", "call", "message"),
    [
        ("beat.beat_track", {"onset_envelope": np.ones((2, 9))}, "one channel must be given where sparse is True"),
        ("beat.beat_track", {"onset_envelope": np.ones(9), "bpm": 0}, "bpm must be positive, got 0"),
        ("beat.beat_track", {"onset_envelope": np.ones(9), "bpm": np.ones(5)}, "bpm must have a shape that fits"),
        ("beat.beat_track", {"onset_envelope": np.ones(9), "tightness": 0}, "tightness must be positive, got 0"),
        ("beat.plp", {"onset_envelope": np.ones(9), "tempo_min": 90, "tempo_max": 80}, "tempo_max must be above"),
        ("onset.onset_detect", {"onset_envelope": np.ones(9), "units": "s"}, "units must be one of 'frames'"),
        ("onset.onset_detect", {"onset_envelope": np.ones(9), "backtrack": True, "sparse": False}, "backtrack must be"),
        ("feature.tempo", {"onset_envelope": np.ones(9), "start_bpm": 0}, "start_bpm must be positive, got 0"),
        ("feature.tempogram", {"onset_envelope": np.ones(9), "win_length": 0}, "win_length must be a positive integer"),
        ("feature.tempogram", {}, "y or onset_envelope must be given"),
        ("util.match_events", {"events_from": [], "events_to": [1]}, "events_from must be a list of at least one"),
    ],
)
def test_refusals(function, call, message):
    module, name = function.split(".")
    with pytest.raises(spectro.ParameterError, match=rf"^\[{name}\] {message}"):
        getattr(getattr(spectro, module), name)(**call)


def best_peaks(places, worth, wait):
    """The worth of the best of all choices of places that lie apart."""
    best = 0.0
    for chosen in itertools.product((False, True), repeat=len(places)):
        taken = np.asarray(places)[list(chosen)]
        if (np.diff(taken) > wait).all():
            best = max(best, float(np.asarray(worth)[list(chosen)].sum()))
    return best


@pytest.mark.parametrize("wait", [0, 1, 3, 5])
@pytest.mark.parametrize("method", ["dp_count", "dp_value"])
def test_peaks_are_as_many_or_as_high_as_can_be(method, wait, picks):
    for seed in range(5):
        x = np.random.default_rng(seed).random(24)
        windows = {"pre_max": 1, "post_max": 1, "pre_avg": 2, "post_avg": 3, "delta": 0.01}
        every = spectro.util.peak_pick(x, wait=0, **windows)
        found = spectro.util.peak_pick(mx.array(x), wait=wait, method=method, **windows)
        assert set(found) <= set(every)
        assert (np.diff(found) > wait).all()
        worth = np.ones(every.size) if method == "dp_count" else x[every]
        assert worth[np.isin(every, found)].sum() == pytest.approx(best_peaks(every, worth, wait))
        if RELEASE >= (1, 0):
            theirs = librosa.util.peak_pick(x, wait=wait, method=method, **windows)
            np.testing.assert_array_equal(found, theirs)
        dense = spectro.util.peak_pick(x, wait=wait, method=method, sparse=False, **windows)
        np.testing.assert_array_equal(np.flatnonzero(dense), found)


def test_a_method_of_picking_that_nobody_knows_is_refused():
    with pytest.raises(spectro.ParameterError, match=r"^\[peak_pick\] method must be"):
        spectro.util.peak_pick(
            np.ones(3), pre_max=1, post_max=1, pre_avg=1, post_avg=1, delta=0, wait=0, method="highest"
        )
