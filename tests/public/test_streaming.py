"""Streams of blocks, and sampling rates, against librosa."""

from __future__ import annotations

import io

import librosa
import numpy as np
import pytest
from case import normal
from comparing import RELEASE

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
    step = options["block_length"] * options["hop_length"]
    first = round(8000 * options.get("offset", 0))
    n = round(8000 * options["duration"]) if "duration" in options else 5000 - first
    assert len(ours) == -(-n // step)
    if RELEASE < (1, 0):  # which ends before samples that were given
        assert 0 <= len(ours) - len(theirs) <= (options["frame_length"] - options["hop_length"]) / step + 1
    else:
        assert len(ours) == len(theirs)
    for got, expected in zip(ours, theirs):
        assert got.dtype == expected.dtype
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("block", "frame", "hop"), [(4, 128, 64), (1, 128, 64), (2, 128, 128), (2, 64, 100)])
@pytest.mark.parametrize("n", [1, 63, 64, 576, 577, 1000])
def test_blocks_begin_while_there_are_samples(n, block, frame, hop):
    y = normal(n).astype(np.float32)
    sf.write(wav := io.BytesIO(), y, 8000, format="WAV", subtype="FLOAT")
    wav.seek(0)
    size = frame + (block - 1) * hop
    got = list(spectro.stream(wav, block_length=block, frame_length=frame, hop_length=hop))
    expected = [y[start : start + size] for start in range(0, n, block * hop)]
    assert [x.tolist() for x in got] == [x.tolist() for x in expected]


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


@pytest.mark.parametrize("channels", [1, 2])
def test_a_caller_may_write_into_the_blocks(channels):
    sf.write(wav := io.BytesIO(), 0.1 * normal(4000, channels), 8000, format="WAV")
    options = {"block_length": 3, "frame_length": 512, "hop_length": 256, "mono": False}
    expected = [block.copy() for block in spectro.stream(io.BytesIO(wav.getvalue()), **options)]
    for got, block in zip(spectro.stream(io.BytesIO(wav.getvalue()), **options), expected, strict=True):
        np.testing.assert_array_equal(got, block)
        got[:] = 0


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("n", [1, 100, 50_000])
@pytest.mark.parametrize(
    ("sr", "res_type"), [(22050, "soxr_hq"), (5513.5, "soxr_vhq"), (8000, "soxr_qq"), (16000, "soxr_lq")]
)
def test_blocks_at_another_rate_join_to_the_resampled_file(channels, n, sr, res_type):
    soxr = pytest.importorskip("soxr")
    y = 0.1 * normal(n, channels).astype(np.float32)
    sf.write(wav := io.BytesIO(), y, 8000, format="WAV", subtype="FLOAT")
    wav.seek(0)
    blocks = spectro.stream(wav, block_length=3, frame_length=128, hop_length=128, sr=sr, res_type=res_type, mono=False)
    joined = np.concatenate([block.reshape(-1, block.shape[-1]) for block in blocks], axis=-1)
    expected = y.T if sr == 8000 else soxr.resample(y, 8000, sr, quality=res_type.removeprefix("soxr_")).T
    assert joined.dtype == np.float32
    assert joined.shape == expected.shape
    assert np.abs(joined - expected).max() <= 1e-5 * np.abs(expected).max()


def test_a_part_of_a_file_is_resampled_and_padded(sound):
    options = {"block_length": 2, "frame_length": 100, "hop_length": 50, "offset": -0.2, "duration": 0.1}
    ours = list(spectro.stream(io.BytesIO(sound), sr=4000, fill_value=0, **options))
    y, _ = spectro.load(io.BytesIO(sound), sr=4000, offset=-0.2, duration=0.1)
    assert [len(block) for block in ours] == [150] * 4
    joined = np.concatenate([block[:100] for block in ours])
    assert np.abs(joined[:400] - y).max() <= 1e-5 * np.abs(y).max()
    if RELEASE >= (1, 0):
        theirs = list(librosa.stream(io.BytesIO(sound), sr=4000, fill_value=0, **options))
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize(
    "options",
    [
        *({"sr": sr} for sr in (0, "a", 1e-6, 1e308, 10**400, np.nan)),
        *({"res_type": "kaiser"}, {"offset": -1.0}, {"offset": 9}),
    ],
)
def test_what_no_block_could_have_is_refused(sound, options):
    with pytest.raises(spectro.ParameterError, match=r"\[stream\]"):
        list(spectro.stream(io.BytesIO(sound), block_length=2, frame_length=100, hop_length=50, **options))
