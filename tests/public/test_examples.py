"""Example sounds: files of the user's cache, made once, the same everywhere, what their names say."""

from __future__ import annotations

import concurrent.futures
import os
import stat
import sys
import urllib.request
from pathlib import Path

import librosa
import numpy as np
import pytest

import spectro
from spectro._host import clip
from spectro._host.sounds import SOUNDS


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_a_path_comes_out_and_loads(home):
    path = spectro.ex("trumpet")
    assert type(path) is str
    assert home in Path(path).parents
    y, sr = spectro.load(path)
    assert (np.shape(y), sr) == ((117601,), 22050)
    assert 0.85 < np.abs(np.asarray(y)).max() < 0.95
    assert path == spectro.util.example("trumpet") == spectro.example(key="trumpet")


def test_a_file_is_made_once_and_appears_whole(home):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        (path,) = set(pool.map(spectro.ex, ["robin"] * 4))
    before = os.stat(path)
    assert spectro.ex("robin") == path
    assert os.stat(path) == before
    assert [file.name for file in Path(path).parent.iterdir()] == ["robin.wav"]
    assert stat.S_IMODE(before.st_mode) == 0o600


def test_high_quality_is_stereo_at_44100(home):
    y, sr = spectro.load(spectro.ex("trumpet", hq=True), sr=None, mono=False)
    assert (np.shape(y), sr) == ((2, 2 * 117601), 44100)
    assert not np.array_equal(y[0], y[1])


def test_a_sound_is_read_by_its_name(home):
    for call, shape, rate in (
        ({}, (117601,), 22050),
        ({"mono": False}, (2, 117601), 22050),
        ({"sr": None}, (2 * 117601,), 44100),
        ({"sr": 44100, "hq": False}, (2 * 117601,), 44100),
        ({"sr": 11025, "duration": 0.5}, (5513,), 11025),
        ({"hq": True, "sr": None, "mono": False}, (2, 2 * 117601), 44100),
    ):
        y, sr = spectro.loadx("trumpet", **call)
        assert (y.shape, sr) == (shape, rate), call
    with pytest.raises(TypeError, match=r"^\[loadx\] unknown keyword 'wibble'"):
        spectro.loadx("trumpet", wibble=1)
    with pytest.raises(spectro.ParameterError, match="key must be one of"):
        spectro.loadx("nothing")


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() == 0, reason="the superuser may write everywhere")
def test_a_home_that_cannot_be_written_is_no_obstacle(home):
    home.chmod(0o500)
    assert Path(spectro.ex("snare")).is_file()


def test_a_cache_that_is_no_folder_is_no_obstacle(home):
    (home / ".cache").write_text("")
    (home / "Library").write_text("")
    assert home not in Path(spectro.ex("snare")).parents
    assert Path(spectro.ex("snare")).is_file()


@pytest.mark.parametrize("key", ["nothing", "", "../trumpet", None, 3])
def test_an_unknown_name_is_refused_with_those_that_are_known(key):
    for function in (spectro.ex, spectro.util.example, spectro.util.example_info):
        with pytest.raises(spectro.ParameterError, match=r"key must be one of brahms, .*vibeace, got "):
            function(key)


def test_a_sound_has_a_url(home):
    url = spectro.ex("trumpet", url=True, hq=True)
    assert url == spectro.util.example("trumpet", url=True, hq=True)
    with urllib.request.urlopen(url) as file:
        assert file.read() == Path(spectro.ex("trumpet", hq=True)).read_bytes()


def test_what_a_sound_is_can_be_had_as_html(capsys):
    told = spectro.util.example_info("choice", html=True)
    assert told == "<dl><dt>choice</dt><dd>Drums and a bass at 136 beats a minute, 25.0 s, made by spectro</dd></dl>"
    assert not capsys.readouterr().out


def test_every_recording_of_librosa_has_a_stand_in(capsys):
    librosa.util.list_examples()
    theirs = [line.split()[0] for line in capsys.readouterr().out.splitlines()[2:]]
    spectro.util.list_examples()
    ours = [line.split()[0] for line in capsys.readouterr().out.splitlines()[2:]]
    assert set(theirs) <= set(ours) == set(SOUNDS)


def test_the_brass_melody_has_its_pitches():
    y = SOUNDS["trumpet"].samples(22050)
    first = np.abs(np.fft.rfft(y[4000:12192] * np.hanning(8192)))
    low = round(110 * 8192 / 22050)
    fundamental = low + first[low : round(330 * 8192 / 22050)].argmax()
    assert fundamental * 22050 / 8192 == pytest.approx(220.0, abs=3.0)
    assert first[2 * fundamental - 2 : 2 * fundamental + 3].max() > 0.2 * first.max()


def test_the_drums_have_their_tempo():
    y = SOUNDS["choice"].samples(22050)
    envelope = librosa.onset.onset_strength(y=y, sr=22050)
    tempo = librosa.feature.tempo(onset_envelope=envelope, sr=22050)
    assert min(abs(tempo[0] - bpm) for bpm in (136, 68)) < 4


@pytest.mark.parametrize("key", SOUNDS)
def test_a_sound_is_audio_and_the_same_each_time(key):
    short = SOUNDS[key]._replace(seconds=min(SOUNDS[key].seconds, 6.0))
    y = short.samples(16000)
    assert y.dtype == np.float32
    assert len(y) == round(short.seconds * 16000)
    assert np.abs(y).max() == pytest.approx(0.9)
    assert 0.03 < np.sqrt(np.mean(y**2)) < 0.6
    np.testing.assert_array_equal(y, short.samples(16000))


def test_the_demo_is_what_the_command_line_shows(home):
    np.testing.assert_array_equal(SOUNDS["demo"].samples(clip.SR), clip.samples())
    y, sr = spectro.load(spectro.ex("demo"))
    assert sr == clip.SR
    np.testing.assert_allclose(y, clip.samples(), atol=2**-15)
