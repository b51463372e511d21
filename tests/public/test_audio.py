"""Files read as librosa reads them, and every file that cannot be read refused in a sentence."""

import io
import os
import pathlib
import subprocess
import sys
import threading
import time
import warnings

import librosa
import mlx.core as mx
import numpy as np
import pytest
import soundfile
from comparing import assert_close

import spectro
from spectro.audio import files
from spectro.errors import ParameterError

RATE = 44100


def _signal(channels, n=RATE // 2 + 13):
    noise = 0.1 * np.random.default_rng(channels).standard_normal((n, channels))
    tones = [np.sin(2 * np.pi * 440 * (1 + c) * np.arange(n) / RATE) for c in range(channels)]
    return (0.5 * np.stack(tones, axis=1) + noise).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audio")
    kinds = {"wav": ("PCM_16", "FLOAT", "PCM_24"), "flac": ("PCM_16",), "ogg": ("VORBIS",)}
    for channels in (1, 2):
        for suffix, subtypes in kinds.items():
            for subtype in subtypes:
                path = folder / f"{channels}-{subtype}.{suffix}"
                soundfile.write(path, _signal(channels), RATE, subtype=subtype)
    return folder


@pytest.fixture
def stereo(folder):
    return folder / "2-PCM_16.wav"


FILES = [
    f"{channels}-{kind}"
    for channels in (1, 2)
    for kind in ("PCM_16.wav", "FLOAT.wav", "PCM_24.wav", "PCM_16.flac", "VORBIS.ogg")
]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("mono", [True, False])
@pytest.mark.parametrize("sr", [22050, None, 16000])
def test_load_is_librosas(folder, name, mono, sr):
    y, rate = spectro.load(folder / name, sr=sr, mono=mono)
    expected, expected_rate = librosa.load(folder / name, sr=sr, mono=mono)
    assert type(y) is np.ndarray
    assert y.dtype == np.float32
    assert rate == expected_rate
    assert_close(y, expected, 0.0, function="load")


def test_samples_of_16_bits_in_several_blocks_are_those_of_libsndfile(stereo, monkeypatch):
    monkeypatch.setattr("spectro.audio.files.BLOCK", 1000)
    y, _ = spectro.load(stereo, sr=None, mono=False, offset=0.01, duration=0.2)
    expected, rate = soundfile.read(stereo, dtype="float32")
    assert len(y[0]) == int(0.2 * rate) > 2000
    np.testing.assert_array_equal(y.T, expected[int(0.01 * rate) :][: len(y[0])])


def test_a_negative_offset_counts_from_the_end(stereo):
    everything, rate = spectro.load(stereo, sr=None)
    tail, _ = spectro.load(stereo, sr=None, offset=-0.2)
    np.testing.assert_array_equal(np.array(tail), np.array(everything)[-int(0.2 * rate) :])


@pytest.mark.parametrize(
    "options",
    [
        {"offset": 0.1},
        {"duration": 0.2},
        {"offset": 0.123, "duration": 0.1, "sr": 8000},
        {"duration": 100.0},
        {"sr": 22050.5},
        {"sr": 48000, "mono": False},
        {"sr": 1000, "duration": 0.0001},
        *({"res_type": f"soxr_{quality}"} for quality in ("vhq", "hq", "mq", "lq", "qq")),
    ],
)
def test_options_are_librosas(stereo, options):
    y, rate = spectro.load(stereo, **options)
    expected, expected_rate = librosa.load(stereo, **options)
    assert rate == expected_rate
    assert_close(y, expected, 0.0, function="load")


@pytest.mark.parametrize("n", [1, 2, 3, 100, 44101])
@pytest.mark.parametrize("sr", [8000, 22050, 44099, 48000])
def test_length_is_rounded_up(tmp_path, n, sr):
    soundfile.write(tmp_path / "a.wav", np.ones(n) / 2, RATE)
    y, _ = spectro.load(tmp_path / "a.wav", sr=sr)
    assert y.shape == (-(-n * sr // RATE),)


def test_every_way_to_name_a_file(stereo):
    expected = np.array(spectro.load(stereo)[0])
    with open(stereo, "rb") as file:
        given = [str(stereo), os.fsencode(stereo), file, io.BytesIO(stereo.read_bytes()), os.open(stereo, os.O_RDONLY)]
        for path in given:
            np.testing.assert_array_equal(np.array(spectro.load(path)[0]), expected)


def test_an_open_sound_file_is_read_on_and_stays_open(stereo):
    with soundfile.SoundFile(stereo) as file:
        first, _ = spectro.load(file, sr=None, duration=0.1)
        rest, _ = spectro.load(file, sr=None)
        assert not file.closed
    whole = np.array(spectro.load(stereo, sr=None)[0])
    np.testing.assert_array_equal(np.concatenate([np.array(first), np.array(rest)]), whole)


@pytest.mark.parametrize("dtype", [mx.float16, np.float16, "float16"], ids=["mlx", "numpy", "name"])
def test_half_precision_is_a_cast(stereo, dtype):
    y, _ = spectro.load(stereo, dtype=dtype)
    assert y.dtype == np.float16
    assert np.array_equal(y, spectro.load(stereo)[0].astype(np.float16))


@pytest.mark.parametrize("name", ["kaiser_best", "kaiser_fast"])
def test_resampy_names_take_the_nearest_with_one_warning(stereo, name):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        y, _ = spectro.load(stereo, res_type=name)
    assert len(caught) == 1
    assert name in str(caught[0].message)
    assert caught[0].filename == __file__
    error = np.array(y) - librosa.load(stereo)[0]
    assert np.sqrt(np.mean(error**2)) < 0.1 * np.std(np.array(y))


BAD_FILES = {
    "words.wav": (b"these are words, not samples", "could not be read as audio"),
    "empty.wav": (b"", "is empty"),
    "cut.wav": (b"RIFF\x00\x00\x00\x00WAVEfmt ", "could not be read as audio"),
    "words.raw": (b"\x01\x02" * 99, "could not be read as audio"),
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize(
    "reader", [spectro.load, lambda path: spectro.get_duration(path=path)], ids=["load", "duration"]
)
def test_a_file_that_is_no_audio_is_refused(tmp_path, name, reader):
    content, message = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ParameterError, match=message) as caught:
        reader(tmp_path / name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_files_and_folders_are_told_apart(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file .*nowhere\.wav"):
        spectro.load(tmp_path / "nowhere.wav")
    with pytest.raises(FileNotFoundError, match=r"no file .*nowhere\.wav"):
        spectro.get_duration(path=str(tmp_path / "nowhere.wav"))
    with pytest.raises(ParameterError, match="is a folder"):
        spectro.load(tmp_path)


@pytest.mark.parametrize("samples", [[], [0.0, np.nan, 0.5], [0.0, np.inf, 0.5]], ids=["none", "nan", "inf"])
def test_a_file_without_usable_samples_is_refused(tmp_path, samples):
    soundfile.write(tmp_path / "a.wav", np.array(samples), RATE, subtype="FLOAT")
    with pytest.raises(ParameterError, match=r"a\.wav holds"):
        spectro.load(tmp_path / "a.wav", sr=None, mono=False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sr": 0}, "sr must be a positive number, got 0"),
        ({"sr": -1.0}, "sr must be a positive number, got -1.0"),
        ({"sr": float("nan")}, "sr must be a positive number"),
        ({"sr": "fast"}, "sr must be a positive number, got 'fast'"),
        ({"offset": -60.0}, r"offset must be inside the file, got -60\.0 s"),
        ({"offset": "1"}, r"offset must be a number of seconds, got '1'"),
        ({"offset": 60.0}, r"offset must be inside the file, got 60\.0 s; .* is 0\.50\d* s long"),
        ({"duration": 0}, "duration must be a positive number, got 0"),
        ({"duration": -3}, "duration must be a positive number, got -3"),
        ({"duration": 1e-6}, "holds no samples in 1e-06 s"),
        ({"dtype": np.float64}, "dtype must be one of float32, float16, bfloat16, got float64"),
        ({"dtype": "int16"}, "dtype must be one of .* got int16"),
        ({"res_type": "linear"}, "unknown res_type 'linear'; known: soxr_vhq, .*kaiser_fast"),
    ],
)
def test_bad_arguments_are_named(stereo, options, message):
    with pytest.raises(ParameterError, match=r"^\[load\] .*" + message):
        spectro.load(stereo, **options)


@pytest.mark.parametrize("path", [None, 3.5, True, io.StringIO("text")], ids=["none", "number", "bool", "text"])
def test_what_is_no_file_is_refused(path):
    with pytest.raises(ParameterError, match="path must be a file name"):
        spectro.load(path)


def test_foreign_keywords_name_ours(stereo):
    with pytest.raises(TypeError, match="'sample_rate'; use 'sr'"):
        spectro.load(stereo, sample_rate=8000)
    with pytest.raises(TypeError, match=r"unknown keyword 'file'.*path"):
        spectro.get_duration(file=stereo)


@pytest.mark.parametrize("package", ["soundfile", "soxr"])
def test_a_missing_package_is_named(stereo, package):
    code = f"import sys; sys.modules[{package!r}] = None; import spectro; spectro.load({str(stereo)!r})"
    root = pathlib.Path(spectro.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert f"[load] needs {package}: pip install {package}" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", FILES)
def test_duration_of_a_file(folder, name):
    path = folder / name
    assert_close(spectro.get_duration(path=path), librosa.get_duration(path=path), 0.0, function="get_duration")


@pytest.mark.parametrize("options", [{}, {"center": False}, {"n_fft": 511, "hop_length": 100}, {"sr": 8000}])
def test_duration_of_arrays(options):
    y, S = np.zeros((2, 3000), np.float32), np.zeros((3, 1025, 40), np.float32)
    exact = librosa.get_duration
    for convert in (np.asarray, mx.array, np.ndarray.tolist):
        for name, array in (("S", S), ("y", y)):
            got, expected = spectro.get_duration(**{name: convert(array)}, **options), exact(**{name: array}, **options)
            assert_close(got, expected, 0.0, function="get_duration")
        assert spectro.get_duration(convert(y), S=S) == exact(y=y, S=S)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "one of y, S or path"),
        ({"y": np.zeros(9), "sr": 0}, "sr must be a positive number, got 0"),
        ({"y": np.float32(1.0)}, "y must have at least one dimension"),
        ({"S": np.zeros((4, 4)), "hop_length": 0}, "hop_length must be a positive number, got 0"),
    ],
)
def test_bad_durations_are_refused(options, message):
    with pytest.raises(ParameterError, match=r"^\[get_duration\] " + message):
        spectro.get_duration(**options)


def wav_of(samples, sr=8000):
    soundfile.write(stream := io.BytesIO(), samples, sr, format="WAV")
    return stream.getvalue()


RAMP = (np.arange(800) / 1000).astype(np.float32)


class Unseekable(io.RawIOBase):
    """A stream that only goes forward."""

    def __init__(self, data):
        self._data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, into):
        return self._data.readinto(into)

    def tell(self):
        raise OSError("not seekable")


def piped(data):
    """The reading end of a pipe that holds data."""
    reader, writer = os.pipe()
    threading.Thread(target=lambda: (os.write(writer, data), os.close(writer))).start()
    return reader


def test_pipes_and_streams_that_only_go_forward_are_read(tmp_path):
    data = wav_of(RAMP)
    os.mkfifo(tmp_path / "fifo")
    threading.Thread(target=lambda: (tmp_path / "fifo").write_bytes(data)).start()
    for source in (piped(data), Unseekable(data), tmp_path / "fifo", io.BytesIO(data)):
        y, sr = spectro.load(source, sr=None)
        assert sr == 8000
        assert_close(np.array(y), RAMP, 1e-4)


def test_standard_input_is_read():
    code = "import spectro; print(spectro.load(0, sr=None)[0].shape[0], spectro.load is not None)"
    done = subprocess.run([sys.executable, "-c", code], input=wav_of(RAMP), capture_output=True)
    assert done.stdout.split() == [b"800", b"True"], done.stderr


def at_its_end(data):
    stream = io.BytesIO(data)
    stream.read()
    return stream


def closed(data):
    stream = io.BytesIO(data)
    stream.close()
    return stream


STREAMS = {
    "at its end": (at_its_end, r"stands at its end; call seek\(0\)"),
    "closed": (closed, "is closed"),
    "empty": (lambda data: io.BytesIO(), "is empty"),
    "an empty pipe": (lambda data: piped(b""), "is empty"),
    "bytes": (lambda data: data, r"1644 bytes of data; give io.BytesIO\(data\)"),
    "text": (lambda data: io.StringIO("a"), "open binary file, got StringIO"),
    "True": (lambda data: True, "got bool"),
}


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("call", [spectro.load, lambda path: spectro.get_duration(path=path)], ids=["load", "duration"])
def test_streams_that_cannot_be_read_say_why(name, call):
    make, message = STREAMS[name]
    with pytest.raises(ParameterError, match=message) as caught:
        call(make(wav_of(RAMP)))
    assert len(str(caught.value)) < 300


def test_a_sound_file_that_is_open_for_writing_is_refused(tmp_path):
    file = soundfile.SoundFile(tmp_path / "a.wav", "w", 8000, 1)
    with file, pytest.raises(ParameterError, match=r"mode='w'; open it for reading"):
        spectro.load(file)
    with pytest.raises(ParameterError, match="is closed"):
        spectro.load(file)


def flac_with_length(tmp_path, length):
    """A FLAC whose header says another number of samples than it holds, 30 000."""
    path = tmp_path / "a.flac"
    soundfile.write(path, np.random.default_rng(0).standard_normal(30000) * 0.1, 22050)
    data = bytearray(path.read_bytes())
    data[21] = (data[21] & 0xF0) | (length >> 32)
    data[22:26] = (length & 0xFFFFFFFF).to_bytes(4, "big")
    path.write_bytes(data)
    return path


def test_a_flac_of_unknown_length_is_read_to_its_end(tmp_path, monkeypatch):
    path = flac_with_length(tmp_path, 0)
    for block in (1 << 22, 1000, 30000):
        monkeypatch.setattr(files, "BLOCK", block)
        assert spectro.load(path, sr=None)[0].shape == (30000,)
        assert spectro.get_duration(path=path) == pytest.approx(30000 / 22050)


def test_a_flac_that_lies_about_its_length_costs_no_memory(tmp_path):
    with pytest.raises(ParameterError, match="could not be read as audio"):
        spectro.load(flac_with_length(tmp_path, 2**36 - 1), sr=None)


class Short(soundfile.SoundFile):
    """A file that ends before its header says so."""

    frames = property(lambda self: 1000)


def test_a_file_that_holds_less_than_its_header_says_warns():
    with Short(io.BytesIO(wav_of(RAMP))) as file, pytest.warns(UserWarning, match="800 of the 1000 samples"):
        assert spectro.load(file, sr=None)[0].shape == (800,)


ABSURD = {
    "sr=1e-6": {"sr": 1e-6},
    "sr=1e308": {"sr": 1e308},
    "sr=10**400": {"sr": 10**400},
    "sr=10**5000": {"sr": 10**5000},
    "offset=1e308": {"offset": 1e308},
    "offset=-1e308": {"offset": -1e308},
    "duration=10**400": {"duration": 10**400},
    "duration=nan": {"duration": float("nan")},
}


@pytest.mark.parametrize("name", ABSURD)
def test_absurd_numbers_are_refused_at_once(name):
    start = time.monotonic()
    with pytest.raises(ParameterError) as caught:
        spectro.load(io.BytesIO(wav_of(RAMP)), **ABSURD[name])
    assert time.monotonic() - start < 2
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("duration", [1e308, np.int8(4), 2**70])
def test_a_duration_beyond_the_file_gives_the_file(duration):
    assert spectro.load(io.BytesIO(wav_of(RAMP)), sr=None, duration=duration)[0].shape == (800,)


def test_names_are_printed_on_one_line_and_cut(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        spectro.load(tmp_path / "evil\x1b[31m\nname")
    assert str(caught.value).isprintable()
    with pytest.raises(FileNotFoundError) as caught:
        spectro.load("x" * 4000)
    assert len(str(caught.value)) < 300


def test_get_duration_names_the_keyword_for_a_file_and_never_is_negative(tmp_path):
    with pytest.raises(ParameterError, match=r"path='song.wav'"):
        spectro.get_duration("song.wav")
    (tmp_path / "a.wav").write_bytes(wav_of(RAMP))
    assert spectro.get_duration(filename=tmp_path / "a.wav") == 0.1
    assert spectro.get_duration(S=np.zeros((1025, 0))) == 0.0


def test_the_rate_may_be_given_by_place():
    assert spectro.load(io.BytesIO(wav_of(RAMP)), 4000)[1] == 4000


def test_a_spectrogram_without_frames_lasts_no_time():
    for center in (True, False):
        for S in (np.zeros((1025, 0)), mx.zeros((2, 1025, 0))):
            assert spectro.get_duration(S=S, sr=22050, center=center) == 0
