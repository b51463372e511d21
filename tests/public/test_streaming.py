"""Streams of blocks, and sampling rates, against librosa."""

from __future__ import annotations

import io

import librosa
import numpy as np
import pytest
from case import normal

import spectro

sf = pytest.importorskip("soundfile")


@pytest.fixture
def sound():
    sf.write(wav := io.BytesIO(), 0.1 * normal(5000, 2), 8000, format="WAV", subtype="FLOAT")
    return wav.getvalue()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"mono": False},
        {"offset": 0.1, "duration": 0.3},
        {"fill_value": 0},
        {"dtype": np.float64, "mono": False, "fill_value": 0.5},
        {"hop_length": 256},
        {"block_length": 1},
    ],
)
def test_blocks_are_librosas(sound, options):
    options = {"block_length": 4, "frame_length": 256, "hop_length": 64, **options}
    ours = list(spectro.stream(io.BytesIO(sound), **options))
    theirs = list(librosa.stream(io.BytesIO(sound), **options))
    assert len(ours) == len(theirs)
    for got, expected in zip(ours, theirs):
        assert got.dtype == expected.dtype
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-8)


def test_the_sampling_rate_is_the_files(sound):
    assert spectro.get_samplerate(io.BytesIO(sound)) == 8000
    with sf.SoundFile(io.BytesIO(sound)) as file:
        assert spectro.get_samplerate(file) == 8000
        assert not file.closed


@pytest.mark.parametrize("name", ["block_length", "frame_length", "hop_length"])
def test_lengths_are_positive(sound, name):
    options = {"block_length": 4, "frame_length": 256, "hop_length": 64, name: 0}
    with pytest.raises(spectro.ParameterError, match=rf"^\[stream\] {name} must be a positive integer, got 0"):
        next(spectro.stream(io.BytesIO(sound), **options))


def test_a_missing_file_is_said_when_the_first_block_is_asked_for():
    with pytest.raises(FileNotFoundError, match=r"^\[stream\] there is no file nowhere.wav"):
        next(spectro.stream("nowhere.wav", block_length=1, frame_length=1, hop_length=1))
    with pytest.raises(FileNotFoundError, match=r"^\[get_samplerate\] there is no file nowhere.wav"):
        spectro.get_samplerate("nowhere.wav")
