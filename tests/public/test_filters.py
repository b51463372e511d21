"""Filterbanks against librosa and SciPy, and their descriptions as runs of bins."""

from __future__ import annotations

import threading
import warnings

import librosa
import mlx.core as mx
import numpy as np
import parity
import pytest
import scipy.fft
from comparing import assert_close
from tolerances import CONSTANTS, GRADIENT

from spectro import filters
from spectro._constants import banks
from spectro._constants.banks import DctBank, MelBank, MelscaleBank
from spectro.errors import ParameterError

MEL = {"sr": 22050, "n_fft": 2048, "n_mels": 128, "fmin": 0.0, "fmax": None, "htk": False, "norm": "slaney"}
BANKS = {
    "mel": MelBank.of("mel", **MEL),
    "mel with empty bands": MelBank(22050.0, 256, 128, 0.0, 11025.0, False, "slaney"),
    "mel above the spectrum": MelBank(8000.0, 64, 20, 10.0, 9000.0, True, None),
    "dct": DctBank(20, 128),
    "dct 3": DctBank(5, 5, 3, None),
    "melscale": MelscaleBank(201, 0.0, 8000.0, 40, 16000, None, "htk"),
}


def quietly(function, *args, **kwargs):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*Empty filters detected")
        return function(*args, **kwargs)


def assert_constant(got: mx.array, expected: np.ndarray, what: str = "", function: str = "") -> None:
    """Equal to within CONSTANTS, of the peak where that is above 1."""
    assert np.asarray(got).dtype == np.float32
    assert got.shape == expected.shape
    error = np.abs(np.array(got) - expected).max()
    if function:
        parity.record(function, got, expected, f"{CONSTANTS:.0e} absolute")
    assert error <= CONSTANTS * max(1.0, np.abs(expected).max()), f"{what}: {error:.2e}"


@pytest.mark.parametrize("sr", [8000, 22050, 44100.0])
@pytest.mark.parametrize("n_fft", [401, 2048])
@pytest.mark.parametrize("htk", [False, True])
def test_mel_is_librosas(sr, n_fft, htk):
    for n_mels in (1, 13, 128):
        for norm in (None, "slaney", 1, 2.0, 0.5, np.inf, -np.inf, 0):
            for fmin, fmax in ((0.0, None), (20, sr * 0.41), (50.5, sr * 0.7)):
                if norm == 0 and fmax is None:
                    continue  # rounding decides whether the last bin, which lies at fmax, counts
                kwargs = {
                    "sr": sr,
                    "n_fft": n_fft,
                    "n_mels": n_mels,
                    "fmin": fmin,
                    "fmax": fmax,
                    "htk": htk,
                    "norm": norm,
                }
                expected = quietly(librosa.filters.mel, dtype=np.float64, **kwargs)
                assert_constant(quietly(filters.mel, **kwargs), expected, str(kwargs), "filters.mel")


def test_mel_has_librosas_defaults():
    size = {"sr": 16000, "n_fft": 512, "n_mels": 40}
    assert_constant(filters.mel(**size), librosa.filters.mel(**size), function="filters.mel")
    assert filters.mel(sr=22050, n_fft=2048, dtype="float32").shape == (128, 1025)


def test_triangles_of_the_slaney_norm_have_area_one():
    bank = np.array(filters.mel(sr=22050, n_fft=1 << 15, n_mels=40), dtype=np.float64)
    assert np.abs(bank.sum(axis=1) * 22050 / (1 << 15) - 1).max() < 1e-3


@pytest.mark.parametrize(
    "kwargs",
    [{"sr": 22050, "n_fft": 256}, {"sr": 8000, "n_fft": 512, "n_mels": 20, "fmax": 9000.0}, {"sr": 8000, "n_fft": 2}],
)
def test_bands_without_a_bin_warn_every_time(kwargs):
    with pytest.warns(UserWarning, match="Empty filters detected"):
        librosa.filters.mel(**kwargs)
    for _ in range(2):
        with pytest.warns(UserWarning, match=r"\[mel\] Empty filters detected") as caught:
            filters.mel(**kwargs)
        assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match=r"\[melscale_fbanks\] Empty filters detected") as caught:
        filters.melscale_fbanks(21, 0.0, 8000.0, 40, 16000)
    assert caught[0].filename == __file__


def test_full_bands_do_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        filters.mel(sr=22050, n_fft=2048)
        filters.mel(sr=8000, n_fft=2, n_mels=1)  # no bin within, but the band begins at 0 Hz
        filters.melscale_fbanks(1025, 0.0, 8000.0, 40, 16000)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sr": 0}, "sr must be positive, got 0"),
        ({"sr": -1.5}, "sr must be positive, got -1.5"),
        ({"sr": np.nan}, "sr must be a finite number"),
        ({"n_fft": 0}, "n_fft must be a positive integer, got 0"),
        ({"n_fft": 512.0}, "n_fft must be a positive integer, got 512.0"),
        ({"n_mels": 0}, "n_mels must be a positive integer, got 0"),
        ({"fmin": -1}, "fmin must be non-negative, got -1"),
        ({"fmin": 5000, "fmax": 100}, "fmin must be below fmax=100, got 5000"),
        ({"fmin": 100, "fmax": 100}, "fmin must be below fmax"),
        ({"fmin": 12000}, "fmin must be below fmax=11025, got 12000"),
        ({"norm": "l2"}, "norm must be None, 'slaney', or"),
        ({"norm": -1}, "got -1"),
        ({"norm": np.nan}, "got nan"),
        ({"norm": True}, "got True"),
        ({"dtype": np.float64}, "dtype must be float32"),
    ],
)
def test_mel_refuses_bad_arguments(change, message):
    with pytest.raises(ParameterError, match=rf"^\[mel\] .*{message}"):
        filters.mel(**{**MEL, **change})


def test_mel_names_our_keywords():
    with pytest.raises(TypeError, match=r"\[mel\] unknown keyword 'f_min'; use 'fmin'"):
        filters.mel(sr=22050, n_fft=512, f_min=20)


@pytest.mark.parametrize("dct_type", [1, 2, 3, 4])
@pytest.mark.parametrize("norm", [None, "ortho", "backward", "forward"])
def test_dct_is_scipys(dct_type, norm):
    for n_input in (2, 3, 20, 128):
        for n_filters in {1, n_input // 2, n_input}:
            expected = scipy.fft.dct(np.eye(n_input), dct_type, norm=norm, axis=0)[:n_filters]
            got = filters.dct(n_filters, n_input, dct_type=dct_type, norm=norm)
            assert_constant(got, expected, f"{n_filters, n_input}", "filters.dct")
    assert_constant(filters.dct(3, 8), scipy.fft.dct(np.eye(8), norm="ortho", axis=0)[:3])


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((0, 4), {}, "n_filters must be a positive integer, got 0"),
        ((5, 4), {}, "n_filters must be at most n_input=4, got 5"),
        ((1, 1), {"dct_type": 1}, "at least 2 for dct_type 1"),
        ((2, 4), {"dct_type": 5}, "dct_type must be one of 1, 2, 3, 4, got 5"),
        ((2, 4), {"norm": "slaney"}, "norm must be one of None, 'ortho'"),
    ],
)
def test_dct_refuses_bad_arguments(args, kwargs, message):
    with pytest.raises(ParameterError, match=rf"^\[dct\] .*{message}"):
        filters.dct(*args, **kwargs)


@pytest.mark.parametrize("mel_scale", ["htk", "slaney"])
@pytest.mark.parametrize("norm", [None, "slaney"])
def test_melscale_fbanks_are_triangles_between_mel_frequencies(mel_scale, norm):
    """The bins reach to sample_rate // 2, as torchaudio has it, also for an odd rate."""
    for n_freqs, f_min, f_max, n_mels, sample_rate in ((201, 0.0, 8000.0, 40, 16000), (1025, 30.0, 9000.0, 64, 22051)):
        points = librosa.mel_frequencies(n_mels + 2, fmin=f_min, fmax=f_max, htk=mel_scale == "htk")
        bins = np.linspace(0, sample_rate // 2, n_freqs)
        columns = [np.interp(bins, points[m : m + 3], [0, 1, 0]) for m in range(n_mels)]
        expected = np.stack(columns, axis=1)
        if norm is not None:
            expected = expected * 2 / (points[2:] - points[:-2])
        got = quietly(
            filters.melscale_fbanks, n_freqs, f_min, f_max, n_mels, sample_rate, norm=norm, mel_scale=mel_scale
        )
        assert_constant(got, expected)


def test_melscale_fbanks_of_the_full_range_are_mel_transposed():
    ours = filters.melscale_fbanks(513, 0.0, 8000.0, 40, 16000, norm="slaney", mel_scale="slaney")
    assert_constant(ours, np.array(filters.mel(sr=16000, n_fft=1024, n_mels=40)).T)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_freqs": 0}, "n_freqs must be a positive integer"),
        ({"n_mels": 0}, "n_mels must be a positive integer"),
        ({"f_min": 9000.0}, "f_min must be below f_max=8000, got 9000"),
        ({"sample_rate": 0}, "sample_rate must be positive"),
        ({"norm": 1}, "norm must be one of None, 'slaney', got 1"),
        ({"mel_scale": "bark"}, "mel_scale must be one of 'htk', 'slaney', got 'bark'"),
    ],
)
def test_melscale_fbanks_refuse_bad_arguments(change, message):
    kwargs = {"n_freqs": 201, "f_min": 0.0, "f_max": 8000.0, "n_mels": 20, "sample_rate": 16000}
    with pytest.raises(ParameterError, match=rf"^\[melscale_fbanks\] .*{message}"):
        filters.melscale_fbanks(**{**kwargs, **change})


@pytest.mark.parametrize("window", ["hann", ("kaiser", 4.0), 8.0, "boxcar", np.hanning])
@pytest.mark.parametrize("norm", [None, 1, 2, np.inf])
def test_window_sumsquare_is_librosas(window, norm):
    for n_frames in (1, 2, 50):
        for hop_length in (1, 7, 64, 100, 300):
            for win_length, n_fft in ((None, 99), (50, 64)):
                shape = {"n_frames": n_frames, "hop_length": hop_length, "win_length": win_length, "n_fft": n_fft}
                expected = librosa.filters.window_sumsquare(window=window, norm=norm, dtype=np.float64, **shape)
                got = filters.window_sumsquare(window=window, norm=norm, **shape)
                assert type(got) is np.ndarray
                assert_close(got, expected, 2 * CONSTANTS, str(shape), function="filters.window_sumsquare")


def test_window_sumsquare_follows_the_kind_of_an_array():
    assert isinstance(filters.window_sumsquare(window=np.ones(4), n_frames=2, n_fft=4, hop_length=2), np.ndarray)
    assert filters.window_sumsquare(window=mx.ones(4), n_frames=2, n_fft=4, hop_length=2).tolist() == [1, 1, 2, 2, 1, 1]


def test_window_sumsquare_has_gradients_of_an_array_and_traces():
    window, weights = np.random.default_rng(0).uniform(0.5, 1, 6), np.random.default_rng(1).uniform(-1, 1, 12)

    def loss(w):
        return (filters.window_sumsquare(window=w, n_frames=4, n_fft=6, hop_length=2, norm=2) * weights).sum()

    def exact(w):
        unit = (w / np.linalg.norm(w)) ** 2
        return sum((unit * weights[2 * t : 2 * t + 6]).sum() for t in range(4))

    expected = [(exact(window + 1e-5 * e) - exact(window - 1e-5 * e)) / 2e-5 for e in np.eye(6)]
    weights_mx, loss_value = mx.array(weights.astype(np.float32)), exact(window)
    weights, numpy_weights = weights_mx, weights
    gradient = mx.grad(loss)(mx.array(window.astype(np.float32)))
    assert_close(gradient, np.array(expected), GRADIENT)
    assert mx.compile(loss)(mx.array(window.astype(np.float32))).item() == pytest.approx(loss_value, abs=1e-5)
    assert numpy_weights.dtype == np.float64


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_frames": 0}, "n_frames must be a positive integer, got 0"),
        ({"hop_length": 0}, "hop_length must be a positive integer, got 0"),
        ({"n_fft": 0}, "n_fft must be a positive integer, got 0"),
        ({"win_length": 9}, "win_length must be at most n_fft=8, got 9"),
        ({"window": "hannn"}, "known name, got 'hannn'"),
        ({"window": np.ones(7)}, "must have 8 samples, got an array of 7"),
        ({"norm": "slaney"}, "norm must be None, or the p"),
    ],
)
def test_window_sumsquare_refuses_bad_arguments(change, message):
    kwargs = {"window": "hann", "n_frames": 4, "hop_length": 2, "n_fft": 8}
    with pytest.raises(ParameterError, match=rf"^\[window_sumsquare\] .*{message}"):
        filters.window_sumsquare(**{**kwargs, **change})


@pytest.mark.parametrize("name", BANKS)
def test_runs_and_table_rebuild_the_matrix(name):
    bank = BANKS[name]
    weights = np.array(bank.weights())
    assert (bank.n_bands, bank.n_bins) == weights.shape
    starts, lengths, offsets, values = (np.array(column) for column in bank.table())
    assert [column.dtype for column in (starts, lengths, offsets, values)] == [np.int32] * 3 + [np.float32]
    assert values.size == lengths.sum()
    for band, run in enumerate(bank.runs()):
        row = np.zeros(bank.n_bins, np.float32)
        row[run.start : run.start + run.weights.size] = np.array(run.weights)
        assert np.array_equal(row, weights[band])
        assert (run.start, run.weights.size) == (starts[band], lengths[band])
        assert np.array_equal(values[offsets[band] : offsets[band] + lengths[band]], np.array(run.weights))
        ends = np.array(run.weights)[[0, -1]]
        assert ends.all() or (run.start, run.weights.size) == (0, 1)


def test_runs_are_short():
    assert BANKS["mel"].table().values.size < 2.1 * 1025  # every bin is in at most two bands


def test_banks_are_values():
    again = MelBank.of("melspectrogram", **{**MEL, "sr": 22050.0, "fmin": 0})
    assert again == BANKS["mel"]
    assert hash(again) == hash(BANKS["mel"])
    assert again.weights() is BANKS["mel"].weights()
    assert again != MelBank.of("mel", **{**MEL, "htk": True})
    assert DctBank(4, 4) != DctBank(4, 4, 3)


def test_a_filterbank_may_be_changed_without_harm():
    bank = filters.mel(sr=22050, n_fft=2048)
    bank[0] = 7.0
    assert filters.mel(sr=22050, n_fft=2048).max().item() < 1.0


def test_the_cache_of_banks_is_bounded():
    info = banks._built.cache_info
    for size in range(1, info().maxsize + 10):
        DctBank(1, size).weights()
    assert info().currsize == info().maxsize <= 64


def test_banks_are_the_same_on_every_thread():
    banks._built.cache_clear()
    start, found = threading.Barrier(8), []

    def work():
        start.wait()
        bank = MelBank.of("mel", **MEL)
        total = bank.weights().sum(axis=1) - mx.stack([run.weights.sum() for run in bank.runs()])
        found.append((float(mx.abs(total).max()), float(bank.table().values.sum())))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert found[0][0] < 1e-6


def test_banks_may_be_built_while_tracing():
    traced = mx.compile(lambda x: x @ mx.array(filters.mel(sr=8000, n_fft=16, n_mels=2)).T)
    assert_constant(traced(mx.ones(9)), librosa.filters.mel(sr=8000, n_fft=16, n_mels=2).sum(axis=1))


def test_mel_takes_its_first_two_by_position():
    np.testing.assert_array_equal(filters.mel(8000, 256), filters.mel(sr=8000, n_fft=256))
    with pytest.raises(TypeError):
        filters.mel(8000, 256, 20)
