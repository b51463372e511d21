"""Windows against SciPy, and the array kinds, errors and caches of `get_window` and `analysis_window`."""

from __future__ import annotations

import ast
import inspect
import pickle
import sys
import threading
import typing
from pathlib import Path

import librosa
import mlx.core as mx
import numpy as np
import parity
import pytest
import scipy.signal
from scipy.signal import windows as scipy_windows
from tolerances import CONSTANTS

import spectro
from spectro import windows
from spectro._constants.float64 import float64
from spectro.errors import ParameterError
from spectro.windows.formulas import kaiser_shape
from spectro.windows.named import WINDOWS
from spectro.windows.spec import NAMES, analysis_window, get_window

SIZES = (1, 2, 3, 4, 5, 8, 31, 400, 2047, 2048)
SPECS = (
    *(
        "boxcar",
        "triang",
        "parzen",
        "bohman",
        "blackman",
        "nuttall",
        "blackmanharris",
        "flattop",
        "bartlett",
        "barthann",
    ),
    *("hamming", "cosine", "hann", "exponential", "tukey", "taylor", "lanczos", "hann_symmetric", "parzen_periodic"),
    *(0, 0.5, 4.0, -4.0, 14.0, 100.0, 600.0, np.float32(3)),
    ("hann",),
    ("kaiser", 8.6),
    ("kaiser_symmetric", 8.6),
    ("gaussian", 30),
    ("general gaussian", 1.5, 7),
    ("general_gaussian", 0.5, -100.0),
    ("general_cosine", [0.4, 0.5, 0.1]),
    ("general_hamming", 0.6),
    ("exponential", None, 5.0),
    ("tukey", 0.1),
    ("tukey", 0),
    ("tukey", 1.5),
    ("taylor", 7, 50),
    ("taylor", 6, 40.5, False),
    ("chebwin", 80),
    ("dpss", 0.4),
)
STUB: dict = {"__package__": "spectro.windows"}
exec("from __future__ import annotations\n" + Path(windows.__file__).with_suffix(".pyi").read_text(), STUB)
NAMED = [name for name in windows.__all__ if name != "get_window"]
PARAMETERS = {
    "chebwin": (100,),
    "dpss": (0.4,),
    "gaussian": (7.0,),
    "general_cosine": ((1, 0.5, 0.25),),
    "general_gaussian": (1.5, 7.0),
    "general_hamming": (0.7,),
    "kaiser": (5.0,),
    "kaiser_bessel_derived": (5.0,),
}


def largest_difference(got: mx.array, expected: np.ndarray, function: str = "") -> float:
    assert np.asarray(got).dtype == np.float32
    assert got.shape == expected.shape
    if function:
        parity.record(function, got, expected, f"{CONSTANTS:.0e} absolute", peak=1.0)
    return float(np.abs(np.array(got) - expected).max(initial=0.0))


def scipys_window(spec, size, fftbins):
    """SciPy's `get_window`, with the names that SciPy has only since 1.16."""
    name, *parameters = spec if isinstance(spec, tuple) else (spec,)
    for suffix, periodic in (("_symmetric", False), ("_periodic", True)):
        if isinstance(name, str) and name.endswith(suffix):
            return scipys_window((name.removesuffix(suffix), *parameters), size, periodic)
    if name == "kaiser_bessel_derived":
        return scipy_windows.kaiser_bessel_derived(size, *parameters, sym=not fftbins)
    return scipy.signal.get_window(spec, size, fftbins=fftbins)


@pytest.mark.parametrize("spec", SPECS)
def test_get_window_is_scipys(spec):
    for size in SIZES:
        for fftbins in (True, False):
            if isinstance(spec, tuple) and spec[0] == "dpss" and size == 1:
                continue
            expected = scipys_window(spec, size, fftbins)
            got = get_window(spec, size, fftbins=fftbins)
            assert largest_difference(got, expected, "get_window") <= CONSTANTS, (size, fftbins)


def test_an_exponential_window_may_have_its_peak_anywhere_when_periodic():
    spec = ("exponential", 3.0, 5.0)
    assert largest_difference(get_window(spec, 100), scipy.signal.get_window(spec, 100)) <= CONSTANTS


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("sym", [True, False])
def test_named_windows_are_scipys(name, sym):
    if name == "kaiser_bessel_derived" and not sym:
        pytest.skip("exists in its symmetric form only")
    for size in (0, 1, 2, 3, 10, 511, 512):
        if (name == "kaiser_bessel_derived" and size % 2) or (name == "dpss" and size < 2):
            continue
        expected = getattr(scipy_windows, name)(size, *PARAMETERS.get(name, ()), sym=sym)
        got = getattr(windows, name)(size, *PARAMETERS.get(name, ()), sym=sym)
        assert largest_difference(got, expected, f"windows.{name}") <= CONSTANTS, size


def test_every_name_of_scipy_is_known():
    for alias, name in NAMES.items():
        parameters, fftbins = PARAMETERS.get(name, ()), name != "kaiser_bessel_derived"
        known = "hann" if alias == "hanning" else alias
        expected = scipys_window((known, *parameters), 12, fftbins)
        got = get_window((alias, *parameters), 12, fftbins=fftbins)
        assert largest_difference(got, expected) <= CONSTANTS, alias


def test_no_two_windows_share_a_name():
    assert len(NAMES) == sum(1 + len(window.aliases.split()) for window in WINDOWS.values())


@pytest.mark.parametrize("name", NAMED)
def test_the_example_in_an_error_is_a_window(name):
    """What a message tells people to write must work; SciPy says which values it has."""
    if WINDOWS[name].for_tuple:
        spec = (name, *ast.literal_eval(f"({WINDOWS[name].for_tuple},)"))
        fftbins = name != "kaiser_bessel_derived"
        assert largest_difference(get_window(spec, 32, fftbins=fftbins), scipys_window(spec, 32, fftbins)) <= CONSTANTS
    else:
        assert largest_difference(get_window(name, 32), scipys_window(name, 32, True)) <= CONSTANTS


@pytest.mark.parametrize("name", NAMED)
def test_a_window_is_a_function_of_its_own_signature(name):
    function = getattr(windows, name)
    assert inspect.signature(function) == inspect.signature(STUB[name])
    assert function.__name__ == function.__qualname__ == name
    assert pickle.loads(pickle.dumps(function)) is function
    scipys = inspect.signature(getattr(scipy_windows, name)).parameters
    ours = inspect.signature(function).parameters
    assert [(p.name, p.default, p.kind) for p in ours.values()] == [
        (p.name, p.default, p.kind) for p in scipys.values() if p.name in ours
    ]
    assert typing.get_type_hints(function)["return"] is np.ndarray
    with pytest.raises(TypeError, match=rf"\[{name}\] missing a required argument: 'M'"):
        function()


def test_a_bohman_window_is_zero_at_its_ends():
    for size in (2, 3, 8, 513):
        assert windows.bohman(size)[0].item() == windows.bohman(size)[-1].item() == 0.0
        assert windows.bohman(size, sym=False)[0].item() == 0.0
    assert (np.array(windows.bohman(513))[1:-1] > 0).all()


def test_squares_of_the_halves_of_a_kaiser_bessel_derived_window_add_up_to_one():
    window = np.array(windows.kaiser_bessel_derived(64, 4.0), dtype=np.float64)
    assert np.abs(window[:32] ** 2 + window[32:] ** 2 - 1).max() <= 2 * CONSTANTS


def test_a_kaiser_window_is_right_in_double_precision_at_any_beta():
    x = np.linspace(-1, 1, 101)
    for beta in (0.1, 1.0, 14.0, 80.0, 500.0):
        got = np.array(kaiser_shape(float64(x), beta).array)
        assert np.abs(got - scipy_windows.kaiser(101, beta)).max() <= 1e-14, beta
    assert np.isfinite(np.array(windows.kaiser(64, 5000.0))).all()  # SciPy gives NaN: I0 overflows there


def test_an_array_of_mlx_comes_back_lazy_and_differentiable():
    weights = mx.array([1.0, 2.0, 3.0])
    assert get_window(weights, 3) is weights
    assert get_window(mx.array([1, 2, 3]), 3).dtype == mx.float32
    traced = mx.compile(lambda w: get_window(w, 3) * analysis_window("stft", w, 3, 3))
    assert mx.array_equal(traced(weights), weights**2)
    gradient = mx.grad(lambda w: (analysis_window("stft", w, 3, 6) * mx.arange(6)).sum())(weights)
    assert gradient.tolist() == [1.0, 2.0, 3.0]


def test_the_kind_of_the_result_follows_an_array():
    for window in ([1, 2, 3], np.array([1.0, 2.0, 3.0]), np.array([1, 2, 3], dtype=np.int16)):
        got = get_window(window, 3)
        assert isinstance(got, np.ndarray)
        assert np.asarray(got).dtype == np.float32
        assert got.tolist() == [1.0, 2.0, 3.0]
    for window in ("hann", ("kaiser", 4), 4.0, lambda n: np.ones(n), lambda n: mx.ones(n), windows.hann):
        assert type(get_window(window, 3)) is np.ndarray
    assert largest_difference(get_window(np.hanning, 5), np.hanning(5)) <= CONSTANTS


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ("hannn", r"\[get_window\] window must be a known name, got 'hannn'; known: barthann, .*hann, .*tukey"),
        ("kaiser", r"needs its parameters: write window=\(\"kaiser\", 4.0\)"),
        ("gaussian", r"needs its parameters: write window=\(\"gaussian\", 200.0\)"),
        ("chebwin", r"needs its parameters"),
        (("hann", 3), r"takes at most 0 parameters, got \('hann', 3\); write window='hann'"),
        (("tukey", 0.5, 1), "at most 1 parameters"),
        (("kaiser", "x"), r"\[get_window\] window \('kaiser', 'x'\): beta must be a number"),
        (("kaiser", np.nan), "beta must be a finite number"),
        (("gaussian", 0), "std must not be zero"),
        (("exponential", None, 0), "tau must not be zero"),
        (("general_cosine", []), "at least one weight"),
        (("general_cosine", 3), "a must be a sequence"),
        (("taylor", 0), "nbar must be a positive integer"),
        (("dpss", 100), "SciPy refuses"),
        (("kbd", 4.0), "kaiser_bessel_derived_symmetric"),
        ((), "known name"),
        ((4,), "known name, got 4"),
        (None, "got None"),
        (True, "got True"),
        (np.nan, "window must be a finite number"),
        (4j, "must be real"),
        ([1, 2, 3], "must have 8 samples, got an array of 3"),
        (mx.ones(9), "must have 8 samples, got an array of 9"),
        (lambda n: np.ones(n - 1), "must have 8 samples, got an array of 7"),
        (np.ones((2, 8)), r"one dimension, got shape \(2, 8\)"),
        (mx.ones((8, 1)), r"one dimension, got shape \(8, 1\)"),
        (np.full(8, np.inf), "must be finite"),
        (np.ones(8) * 1j, "must be real"),
        (mx.ones(8, dtype=mx.complex64), "must be real"),
        (["a"] * 8, "array of numbers"),
    ],
)
def test_bad_windows_are_refused(window, message):
    with pytest.raises(ParameterError, match=message):
        get_window(window, 8)
    with pytest.raises(ParameterError, match=message.replace("get_window", "stft")):
        analysis_window("stft", window, 8, 16)


@pytest.mark.parametrize("size", [0, -1, 2.0, 3.5, True, None, "8"])
def test_bad_sizes_are_refused(size):
    with pytest.raises(ParameterError, match=r"\[get_window\] Nx must be a positive integer, got"):
        get_window("hann", size)
    with pytest.raises(ParameterError, match=r"\[hann\] M must be a non-negative integer, got"):
        windows.hann(-1 if size == 0 else size)


def test_parameters_of_named_windows_are_checked():
    with pytest.raises(ParameterError, match="M must be even, got 7"):
        windows.kaiser_bessel_derived(7, 4.0)
    with pytest.raises(ParameterError, match="center must be None when sym is True"):
        windows.exponential(8, center=2.0)
    with pytest.raises(TypeError, match=r"\[hann\] unknown keyword 'beta'"):
        windows.hann(8, beta=2.0)


def test_without_scipy_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.signal", None)
    for window in (("dpss", 3), ("chebwin", 100)):
        with pytest.raises(ImportError, match=rf"\[{window[0]}\] needs SciPy: pip install scipy") as caught:
            get_window(window, 64)
        assert caught.value.name == "scipy"
        with pytest.raises(ImportError, match="pip install scipy"):
            spectro.stft(np.zeros(64), n_fft=16, window=window)
    assert get_window("hann", 4).tolist() == [0.0, 0.5, 1.0, 0.5]


@pytest.mark.parametrize(("win_length", "n_fft"), [(8, 8), (5, 8), (4, 9), (1, 2), (1, 1)])
def test_an_analysis_window_is_centered(win_length, n_fft):
    expected = librosa.util.pad_center(scipy.signal.get_window("hann", win_length), size=n_fft)
    assert largest_difference(analysis_window("stft", "hann", win_length, n_fft), expected) <= CONSTANTS


def test_analysis_windows_are_cached_by_specification():
    for spec in ("hann", ("kaiser", 4.0), 4.0, ("general_cosine", [0.5, 0.5])):
        assert analysis_window("stft", spec, 8, 16) is analysis_window("istft", spec, 8, 16)
        assert analysis_window("stft", spec, 8, 16) is not analysis_window("stft", spec, 7, 16)
    same = np.ones(8)
    assert analysis_window("stft", same, 8, 16) is not analysis_window("stft", same, 8, 16)
    same[0] = 5.0
    assert analysis_window("stft", same, 8, 8)[0].item() == 5.0


def test_the_cache_of_analysis_windows_is_bounded():
    info = windows.spec._cached_window.cache_info
    for beta in range(info().maxsize + 20):
        analysis_window("stft", ("kaiser", beta), 4, 4)
    assert info().currsize == info().maxsize <= 128


def test_windows_are_the_same_on_every_thread():
    windows.spec._cached_window.cache_clear()
    start, found = threading.Barrier(8), []

    def work():
        start.wait()
        found.append((analysis_window("stft", "blackman", 32, 64) * 2, get_window(("kaiser", 9.0), 64)))
        mx.eval(found[-1])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    kaiser = scipy.signal.get_window(("kaiser", 9.0), 64)
    for doubled, window in found:
        assert mx.array_equal(doubled, analysis_window("stft", "blackman", 32, 64) * 2)
        assert largest_difference(window, kaiser) <= CONSTANTS


def test_a_window_outlives_the_thread_that_made_it():
    made = []
    spec = ("kaiser", 7.125)  # of no other test: this thread must be the one that fills the cache
    thread = threading.Thread(target=lambda: made.extend([windows.hamming(64), analysis_window("stft", spec, 50, 64)]))
    thread.start()
    thread.join()
    assert largest_difference(made[0], scipy_windows.hamming(64)) <= CONSTANTS
    expected = np.pad(scipy.signal.get_window(spec, 50), 7)
    assert largest_difference(analysis_window("stft", spec, 50, 64), expected) <= CONSTANTS


def test_windows_may_be_made_while_tracing():
    def sum_of(x):
        return x * mx.array(get_window("nuttall", 4)) + analysis_window("stft", ("kaiser", 3.25), 4, 4)

    traced = mx.compile(sum_of)
    expected = scipy.signal.get_window("nuttall", 4) + scipy.signal.get_window(("kaiser", 3.25), 4)
    assert largest_difference(traced(mx.ones(4)), expected) <= 2 * CONSTANTS


def test_get_window_has_its_flat_name_and_that_in_filters():
    assert spectro.get_window is windows.get_window is spectro.filters.get_window


@pytest.mark.parametrize("kind", ["numpy", "mlx"])
def test_samples_belong_to_who_asked_for_them(kind):
    with spectro.use_arrays(kind):
        for fftbins in (True, False):
            first = get_window("hann", 16, fftbins=fftbins)
            kept = np.array(first)
            first[...] = 5
            np.testing.assert_array_equal(np.array(get_window("hann", 16, fftbins=fftbins)), kept)
