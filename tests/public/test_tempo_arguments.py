"""Arguments of the functions of tempo that a script of librosa's gives: one tempo for all frames, half precision."""

from __future__ import annotations

import librosa
import mlx.core as mx
import numpy as np
import pytest

import spectro

ENVELOPE = np.tile(np.r_[3.0, np.zeros(20), 1.0, np.zeros(20)], 5).astype(np.float32)


@pytest.mark.parametrize("kind", ["linear", "cubic"])
@pytest.mark.parametrize("bpm", [100, 100.0, np.float32(100), np.array([100.0])], ids=["int", "float", "scalar", "one"])
def test_one_tempo_stands_for_all_frames(bpm, kind):
    expected = librosa.feature.tempogram_ratio(onset_envelope=ENVELOPE, bpm=bpm, kind=kind)
    ours = spectro.feature.tempogram_ratio(onset_envelope=ENVELOPE, bpm=bpm, kind=kind)
    assert ours.shape == expected.shape
    np.testing.assert_allclose(ours, expected, atol=1e-5)


def test_a_tempo_for_other_frames_is_refused():
    with pytest.raises(spectro.ParameterError, match=r"\[tempogram_ratio\] bpm must be a number, or one for each"):
        spectro.feature.tempogram_ratio(onset_envelope=ENVELOPE, bpm=np.full(7, 100.0))


def test_what_is_beyond_the_lags_may_be_nan():
    keywords = {"onset_envelope": ENVELOPE, "bpm": 400.0, "fill_value": np.nan}
    ours, expected = spectro.feature.tempogram_ratio(**keywords), librosa.feature.tempogram_ratio(**keywords)
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(expected))
    with pytest.raises(spectro.ParameterError, match="fill_value must be a finite number"):
        spectro.feature.tempogram_ratio(onset_envelope=ENVELOPE, fill_value=np.inf)


def test_tempi_are_found_where_rounding_leaves_an_autocorrelation_below_zero():
    envelope = np.random.default_rng(0).random(2000) * 4 * (np.arange(2000) % 20 < 3)
    tg = librosa.feature.tempogram(onset_envelope=envelope, norm=None)
    expected = librosa.feature.tempogram_ratio(tg=tg), librosa.feature.tempo(tg=tg, aggregate=None)
    for ours in (envelope, mx.array(envelope)):
        made = spectro.feature.tempogram(onset_envelope=ours, norm=None)
        assert (np.asarray(made) < -1e-6).any()
        np.testing.assert_array_equal(spectro.feature.tempo(tg=made, aggregate=None), expected[1])
        ratios = spectro.feature.tempogram_ratio(onset_envelope=ours, norm=None)
        np.testing.assert_allclose(ratios, expected[0], atol=1e-3)


@pytest.mark.parametrize("take", [np.asarray, mx.array], ids=["numpy", "mlx"])
def test_half_precision_has_a_tempo(take):
    clicks = np.zeros(10 * 22050, np.float16)
    clicks[::11025] = 1
    expected = spectro.feature.tempo(clicks.astype(np.float32))
    np.testing.assert_array_equal(spectro.feature.tempo(take(clicks)), expected)
    tempogram = spectro.feature.tempogram(clicks.astype(np.float32))
    np.testing.assert_array_equal(spectro.feature.tempo(tg=take(tempogram.astype(np.float16))), expected)
