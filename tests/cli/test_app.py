"""The parts of the command line: blocks, peaks, the picture, the clip and the progress bar."""

import io
import sys
import warnings

import librosa
import matplotlib.image
import mlx.core as mx
import numpy as np
import pytest
from tolerances import DECIBELS

import spectro
from spectro._cli import features, figure, files, peaks, progress
from spectro._host import clip

PNG = b"\x89PNG\r\n\x1a\n"


def test_stems_are_distinct_where_case_does_not_count():
    assert files.stems(["a/x.wav", "b/X.ogg", "x-2.wav", "c/x.flac"]) == ["x", "X-3", "x-2", "x-4"]


def test_the_notes_of_the_clip_sound_at_their_pitch():
    y = clip.samples()
    for beat, name in clip.MELODY[:4]:  # before the drums
        first = round((clip.START + beat * clip.BEAT + 0.1) * clip.SR)
        spectrum = np.abs(np.fft.rfft(y[first : first + 8192] * np.hanning(8192)))
        hertz = librosa.note_to_hz(name)
        near = round(hertz * 8192 / clip.SR)
        assert spectrum[near - 1 : near + 2].max() > 0.5 * spectrum[round(300 * 8192 / clip.SR) :].max()


def test_a_long_signal_in_blocks_is_the_signal_in_one(monkeypatch):
    y, sizes, steps = mx.array(clip.samples()[:30001]), features.Sizes(501, 100, 40), []
    whole = features.features_of(y, clip.SR, sizes)
    monkeypatch.setattr(features, "BLOCK", 37)
    parts = features.features_of(y, clip.SR, sizes, lambda: steps.append(1))
    assert len(steps) == features.blocks(len(y), sizes) == 9
    direct = spectro.melspectrogram(y=y, sr=clip.SR, n_fft=501, hop_length=100, n_mels=40)
    for result in (whole, parts):
        np.testing.assert_allclose(result.log_mel, spectro.power_to_db(direct, ref=mx.max), atol=DECIBELS)


def picture_of(y):
    """The figure of a signal, as pixels (height, width, 3) in 0 .. 255."""
    file = io.BytesIO()
    figure.draw(file, features.features_of(mx.array(y), 8000, features.Sizes(n_mels=20)), "a signal")
    file.seek(0)
    return np.round(255 * matplotlib.image.imread(file)[..., :3])


def share_of(color, pixels):
    return (np.abs(pixels - np.array(color)) <= 1).all(axis=-1).mean()


@pytest.mark.parametrize("level", [0.0, 1e-9])
def test_silence_is_drawn_dark_in_ranges_that_do_not_depend_on_it(level):
    quiet = picture_of(np.full(9000, level, dtype=np.float32))
    rest = picture_of(np.pad(clip.samples()[10000:11000], (4000, 4000)))
    darkest, brightest = ([round(255 * c) for c in matplotlib.colormaps["magma"](i)[:3]] for i in (0.0, 1.0))
    assert share_of(darkest, quiet) > 0.25  # the spectrogram's share of the picture
    assert share_of(brightest, quiet) < 0.001  # the end of the color bar
    assert 0.1 < share_of(darkest, rest) < share_of(darkest, quiet)


@pytest.mark.parametrize("n", [1, 100, 30000])
def test_silence_and_short_signals_can_be_drawn(n):
    result = features.features_of(mx.zeros(n), 8000, features.Sizes(n_mels=20))
    file = io.BytesIO()
    marks = {"true": np.zeros(0), "found": peaks.pick(result.onset_envelope, result.times)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.draw(file, result, r"silence $\frac$" + "\udcff", **marks)
    assert file.getvalue().startswith(PNG)


def test_the_picture_of_a_long_recording_keeps_its_extremes():
    y, image = np.zeros(100_003), np.zeros((4, 9001))
    y[77_777], y[12], image[2, 8000] = 1.0, -1.0, 5.0
    low, high = figure.outline(y)
    assert len(low) == len(high) == figure.COLUMNS
    assert low.min() == -1.0
    assert high.max() == 1.0
    assert figure.shrink(image).shape == (4, figure.COLUMNS)
    assert figure.shrink(image)[2].max() == 5.0


def test_peaks_are_high_apart_and_used_once():
    curve, times = np.zeros(200), np.arange(200) * 0.01
    curve[[47, 50, 53, 120, 160]] = 0.8, 1.0, 0.9, 0.5, 0.02
    np.testing.assert_allclose(peaks.pick(curve, times), [0.49, 1.19])
    with np.errstate(all="raise"):
        assert len(peaks.pick(np.zeros(200), times)) == 0
    assert peaks.match(np.array([0.0, 0.03, 1.0]), np.array([0.02, 1.2])) == [None, 0, None]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_person_at_a_terminal_sees_a_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress.Progress(2) as bar:
        bar.more(1)
        bar.stage("song.ogg: reading")
        bar.step()
        warnings.warn("[melspectrogram] empty bands", stacklevel=1)
    text = sys.stderr.getvalue()
    assert "song.ogg: reading" in text
    assert "0/3" in text
    assert "spectro: warning: empty bands\n" in text


def test_a_log_file_has_no_bar(capsys):
    with progress.Progress(2) as bar:
        bar.stage("reading")
        bar.step()
    assert capsys.readouterr() == ("", "")
