"""NumPy's arrays go to the kernels without MLX's graph, streams and copies, and give what MLX's arrays give."""

from __future__ import annotations

import threading

import mlx.core as mx
import numpy as np
import pytest
from case import levels, normal, spectrum

import spectro
from spectro import _cpu
from spectro._engine import dispatch

pytestmark = pytest.mark.skipif(
    dispatch.device() != "cpu" or dispatch.unavailable("cpu") is not None, reason="no compiled CPU backend here"
)

Y, S, D = (np.float32(normal(5000)), np.float32(levels(65, 40)), np.complex64(spectrum(65, 40)))
CALLS = {
    "stft": (spectro.stft, Y, {"n_fft": 128}),
    "istft": (spectro.istft, D, {}),
    "melspectrogram": (spectro.melspectrogram, Y, {"n_fft": 512, "n_mels": 20}),
    "mfcc": (spectro.mfcc, Y, {"n_fft": 512, "n_mels": 20, "n_mfcc": 5, "lifter": 3}),
    "power_to_db": (spectro.power_to_db, S, {}),
    "power_to_db-max": (spectro.power_to_db, S, {"ref": np.max}),
    "amplitude_to_db": (spectro.amplitude_to_db, S, {"ref": 0.5}),
    "onset_strength": (spectro.onset_strength, Y, {"n_fft": 512, "n_mels": 20}),
    "spectral_centroid": (spectro.feature.spectral_centroid, Y, {"n_fft": 128}),
    "spectral_contrast": (spectro.feature.spectral_contrast, Y, {"n_fft": 512, "n_bands": 4}),
    "rms": (spectro.feature.rms, Y, {"frame_length": 128}),
    "zero_crossing_rate": (spectro.feature.zero_crossing_rate, Y, {"frame_length": 128}),
    "onset_strength-of-S": (spectro.onset_strength, S, {}),
}


def called(name, x):
    fn, _, options = CALLS[name]
    return fn(S=x, **options) if name == "onset_strength-of-S" else fn(x, **options)


@pytest.fixture
def eager(monkeypatch):
    """Count what is computed without a stream."""
    native, seen = _cpu._compiled(), []

    class Watched:
        def __getattr__(self, name):
            return getattr(native, name)

        def at_once(self, x):
            seen.append(x)
            return native.at_once(x)

    spectro.clear_cache()
    monkeypatch.setattr(_cpu, "_compiled", Watched)
    yield seen
    spectro.clear_cache()


@pytest.mark.parametrize("name", CALLS)
def test_numpy_takes_the_road_and_gives_the_very_numbers_of_mlx(name, eager):
    x = CALLS[name][1]
    for _ in range(3):
        got = called(name, x)
        assert type(got) is np.ndarray
        np.testing.assert_array_equal(got, np.asarray(called(name, mx.array(x))))
    assert len(eager) >= 3


@pytest.mark.parametrize("name", CALLS)
def test_mlx_stays_lazy(name, eager):
    called(name, mx.array(CALLS[name][1]))
    assert not eager


@pytest.mark.parametrize("name", CALLS)
def test_any_strides_are_read_in_place(name):
    x = CALLS[name][1]
    expected = called(name, x)
    odd = np.zeros(x.nbytes + 4, np.uint8)[4:].view(x.dtype).reshape(x.shape) if x.dtype == np.float32 else x.copy()
    odd[...] = x
    fields = np.zeros(x.shape, dtype=[("a", x.dtype), ("b", np.int16)])  # elements no whole number of elements apart
    fields["a"] = x
    for given in (np.asfortranarray(x), x[..., ::-1].copy()[..., ::-1], odd, fields["a"], np.stack([x, x], -1)[..., 0]):
        np.testing.assert_array_equal(called(name, given), expected)
        np.testing.assert_array_equal(given, x)


def test_results_are_the_callers_own():
    first, second = (spectro.stft(Y, n_fft=128) for _ in range(2))
    kept = second.copy()
    first[:] = 0
    del first
    spectro.stft(2 * Y, n_fft=128)
    np.testing.assert_array_equal(second, kept)
    assert second.flags.writeable


def test_threads_compute_side_by_side():
    expected, found = spectro.stft(Y, n_fft=128), []

    def work():
        found.extend(np.array_equal(spectro.stft(Y, n_fft=128), expected) for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 400


def test_an_energy_that_overflows_is_no_infinity():
    big = np.full(4096, 3e38, np.float32)
    assert spectro.stft(big / 1e10, n_fft=128).shape == (65, 129)
    with np.errstate(all="raise"):
        spectro.stft(big * np.float32(0.9), n_fft=128)
    for bad in (np.nan, np.inf, -np.inf):
        spoiled = big.copy()
        spoiled[7] = bad
        with pytest.raises(spectro.ParameterError, match="finite everywhere"):
            spectro.stft(spoiled, n_fft=128)


def test_the_reference_takes_numpy_as_before():
    with spectro.use_backend("reference"):
        assert type(spectro.stft(Y, n_fft=128)) is np.ndarray
