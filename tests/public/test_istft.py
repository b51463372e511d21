"""`istft` against librosa in float64, and round trips."""

from __future__ import annotations

import sys
import warnings

import librosa
import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from tolerances import PARITY, REFERENCE, ROUND_TRIP

import spectro

pytestmark = pytest.mark.usefixtures("backend")

SIZES = [(2048, 512), (1024, 256), (512, 66), (400, 160), (401, 100), (960, 480), (31, 7), (1021, 255), (2, 1)]


def librosa_istft(D, **kwargs):
    return librosa.istft(np.asarray(D).astype(np.complex128), **kwargs)


@pytest.mark.parametrize(("n_fft", "hop"), SIZES)
@pytest.mark.parametrize("center", [True, False])
def test_round_trip(signal, n_fft, hop, center):
    D = spectro.stft(signal, n_fft=n_fft, hop_length=hop, center=center)
    y = spectro.istft(D, n_fft=n_fft, hop_length=hop, center=center, length=len(signal))
    frames = D.shape[-1]
    last = len(signal) if center else n_fft + hop * (frames - 1)
    # where the window fades at the ends of an uncentered signal, nothing brings the samples back in full
    inner = slice(0, min(last, hop * (frames - 1))) if center else slice(n_fft // 2, last - n_fft // 2)
    assert y.shape == signal.shape
    assert_close(y[inner], signal[inner], ROUND_TRIP)


@pytest.mark.parametrize("length", [None, 1, 5000, 8000, 8100])
@pytest.mark.parametrize(
    "kwargs",
    [
        {"n_fft": 512},
        {"n_fft": 512, "hop_length": 100},
        {"n_fft": 513, "hop_length": 128},
        {"n_fft": 512, "win_length": 400, "hop_length": 100},
        {"n_fft": 512, "hop_length": 700, "window": "boxcar"},
        {"n_fft": 512, "hop_length": 256, "window": "hamming", "center": False},
        {"n_fft": 64, "hop_length": 80, "window": "boxcar", "center": False},
    ],
)
def test_against_librosa(noise, kwargs, length):
    y = noise[:8000]
    forward = {**kwargs, "center": kwargs.get("center", True)}
    D = spectro.stft(y, **forward)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = spectro.istft(D, length=length, **kwargs)
    expected = librosa_istft(D, length=length, **kwargs)
    assert got.shape == expected.shape
    faded = envelope(kwargs, D.shape[-1], expected.shape[-1]) < 1e-2  # there librosa, too, divides rounding by ~ 0
    got, expected = np.where(faded, 0, got), np.where(faded, 0, expected)
    assert_close(got, expected, PARITY, function="istft", peak=np.abs(y).max())


def envelope(kwargs, n_frames, length):
    win_length = kwargs.get("win_length", kwargs["n_fft"])
    envelope = librosa.filters.window_sumsquare(
        window=kwargs.get("window", "hann"),
        n_frames=n_frames,
        hop_length=kwargs.get("hop_length", win_length // 4),
        win_length=win_length,
        n_fft=kwargs["n_fft"],
        dtype=np.float64,
    )
    start = kwargs["n_fft"] // 2 if kwargs.get("center", True) else 0
    return librosa.util.fix_length(envelope[start:], size=length)


def test_a_spectrogram_that_is_no_stft_is_projected_as_librosa_does(noise):
    rng = np.random.default_rng(3)
    D = (rng.standard_normal((257, 40)) + 1j * rng.standard_normal((257, 40))).astype(np.complex64)
    assert_close(spectro.istft(D), librosa_istft(D), PARITY, function="istft")


def test_channels_are_independent(noise):
    D = spectro.stft(noise[:9000].reshape(3, 3000), n_fft=256)
    together = spectro.istft(D)
    for channel, alone in zip(together, D):
        assert_close(channel, spectro.istft(alone), REFERENCE)  # MLX's irfft of rows is not always its irfft of one


def test_length_past_the_end_gives_the_tail_then_zeros(noise):
    D = spectro.stft(noise[:4096], n_fft=512, hop_length=128)
    y = spectro.istft(D, hop_length=128, length=6000)
    assert y.shape == (6000,)
    assert y[4096 + 256 :].any() == False  # noqa: E712
    assert_close(y[:4096], noise[:4096], ROUND_TRIP)


@pytest.mark.parametrize(("hop", "window"), [(512, "hann"), (700, "boxcar"), (1024, "hann")])
def test_broken_nola_warns_once_and_names_everything(noise, hop, window):
    D = spectro.stft(noise[:8000], n_fft=512, hop_length=hop, window=window)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        spectro.istft(D, n_fft=512, hop_length=hop, window=window)
    messages = [str(w.message) for w in caught if "NOLA" in str(w.message)]
    assert len(messages) == 1
    for part in ("n_fft=512", f"hop_length={hop}", f"window={window!r}", "samples between"):
        assert part in messages[0]


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize(("n_fft", "hop"), [(512, 128), (512, 256), (512, 511), (400, 160), (4096, 160)])
def test_sound_settings_do_not_warn(noise, n_fft, hop, center):
    D = spectro.stft(noise, n_fft=n_fft, hop_length=hop, center=center, window="hamming")
    D2 = spectro.stft(noise, n_fft=n_fft, hop_length=min(hop, n_fft // 2), center=center)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        spectro.istft(D, n_fft=n_fft, hop_length=hop, center=center, window="hamming")
        spectro.istft(D2, n_fft=n_fft, hop_length=min(hop, n_fft // 2), center=center)


def test_the_lost_range_is_where_the_envelope_vanishes(noise):
    D = spectro.stft(noise[:8000], n_fft=512, hop_length=700, window="boxcar")
    with pytest.warns(UserWarning, match=r"samples between (\d+) and (\d+)") as caught:
        y = spectro.istft(D, n_fft=512, hop_length=700, window="boxcar")
    first, last = map(int, str(caught[0].message).split("samples between ")[1].split(" cannot")[0].split(" and "))
    lost = np.flatnonzero(envelope({"n_fft": 512, "hop_length": 700, "window": "boxcar"}, D.shape[-1], len(y)) == 0)
    assert (first, last) == (lost[0], lost[-1])
    assert not y[lost].any()


def test_real_and_lazy_input(noise):
    D = np.abs(spectro.stft(noise[:4000], n_fft=256))
    assert_close(spectro.istft(mx.array(D)), librosa_istft(D), PARITY, function="istft")


MASKED = [  # shapes of spectra and of masks
    ((33, 9), (33, 9)),
    ((2, 33, 9), (33, 9)),
    ((33, 9), (3, 33, 9)),
    ((2, 33, 9), (3, 2, 33, 9)),
    ((2, 33, 9), (3, 1, 33, 9)),
    ((2, 33, 9), (33, 1)),
    ((3, 2, 33, 9), (2, 1, 9)),
]


@pytest.mark.parametrize("shapes", MASKED)
@pytest.mark.parametrize("kind", ["real", "complex"])
def test_a_mask_is_a_product(shapes, kind):
    D, mask = (_spectra(shape, seed) for seed, shape in enumerate(shapes))
    mask = mask if kind == "complex" else np.abs(mask)
    if len(shapes[1]) == 3:  # as spectra of ours lie in memory
        D, mask = (np.ascontiguousarray(x.swapaxes(-1, -2)).swapaxes(-1, -2) for x in (D, mask))
    expected = spectro.istft(D * mask, hop_length=16, length=120)
    for got in (
        spectro.istft(D, hop_length=16, length=120, mask=mask),
        spectro.istft(mx.array(D), hop_length=16, length=120, mask=mx.array(mask)),
        spectro.istft(mask=mask, stft_matrix=mx.array(D), hop_length=16, length=120),
    ):
        assert got.shape == expected.shape
        assert_close(np.asarray(got), expected, PARITY)


def test_masks_of_bools_and_halves():
    D, mask = mx.array(_spectra((33, 9), 0)), mx.array(_spectra((33, 9), 1)).real
    for factors in (mask > 0, mask.astype(mx.float16), (mask > 0).astype(mx.int32)):
        expected = spectro.istft(D * factors.astype(mx.float32))
        for given in (factors, np.array(factors)):
            got = spectro.istft(D, mask=given)
            assert got.dtype == mx.float32
            assert_close(np.array(got), np.array(expected), PARITY)


@pytest.mark.parametrize("kind", [np.float32, np.complex64])
def test_derivatives_and_batches_of_masks(kind):
    mx.random.seed(4)
    D, mask, window = (
        mx.array(_spectra((2, 33, 9), 1)),
        mx.array(_spectra((3, 1, 33, 9), 2)),
        mx.random.uniform(0.5, 1, (64,)),
    )
    mask = mask if kind is np.complex64 else mask.real

    def masked(D, mask, window=window):
        return mx.sin(spectro.istft(D, mask=mask, window=window, hop_length=16))

    def product(D, mask, window=window):
        return mx.sin(spectro.istft(D * mask, window=window, hop_length=16))

    for got, expected in zip(*(_derivatives(f, D, mask, window) for f in (masked, product))):
        assert got.shape == expected.shape and got.dtype == expected.dtype
        assert_close(np.array(got), np.array(expected), 10 * PARITY)
    for axes in [(0, 0), (0, None), (None, 0), (1, 2)]:
        many = [mx.stack([x, 2 * x, 3 * x], axis or 0) if axis is not None else x for x, axis in zip((D, mask), axes)]
        got, expected = (mx.vmap(f, in_axes=axes)(*many) for f in (masked, product))
        assert_close(np.array(got), np.array(expected), PARITY)


def _derivatives(f, *arrays):
    tangents = [(1 + k) * x for k, x in enumerate(arrays)]
    return [*mx.grad(lambda *x: f(*x).sum(), (0, 1, 2))(*arrays), mx.jvp(f, arrays, tangents)[1][0]]


def _spectra(shape, seed):
    x = np.random.default_rng(seed).standard_normal((2, *shape)).astype(np.float32)
    return x[0] + 1j * x[1]


def test_masks_that_do_not_fit_are_refused():
    D = mx.zeros((2, 33, 9), dtype=mx.complex64)
    for shape in [(), (9,), (32, 9), (9, 33), (3, 33, 9), (1, 33, 8)]:
        with pytest.raises(spectro.ParameterError, match=r"\[istft\] mask must have the bins and frames"):
            spectro.istft(D, mask=np.ones(shape, np.float32))
    with pytest.raises(spectro.ParameterError, match=r"\[istft\] mask must be an array of numbers"):
        spectro.istft(D, mask=np.full((33, 9), "x"))


@pytest.mark.parametrize("n_fft", [8192, 12000, 16384, 255])
def test_imaginary_parts_of_bins_that_have_none_do_not_count(n_fft):
    """CUDA's inverse of a large FFT reads them."""
    D = np.random.default_rng(n_fft).standard_normal((2, n_fft // 2 + 1, 6)).astype(np.float32)
    D = D[0] + 1j * D[1]
    got = spectro.istft(mx.array(D), n_fft=n_fft)
    D[[0, -1] if n_fft % 2 == 0 else 0] = D[[0, -1] if n_fft % 2 == 0 else 0].real
    assert_close(np.array(got), np.array(spectro.istft(mx.array(D), n_fft=n_fft)), REFERENCE)


@pytest.mark.parametrize("n", [8, 7])
def test_a_cotangent_for_cuda_has_real_edges_and_a_spectrum_stays_as_it_is(monkeypatch, n):
    reference = sys.modules["spectro._reference.istft"]
    monkeypatch.setattr(reference.mx.cuda, "is_available", lambda: True)
    y = mx.array(np.random.default_rng(n).standard_normal((3, n)).astype(np.float32))
    D, cotangent = mx.fft.rfft(y), mx.array(_spectra((3, n // 2 + 1), n))
    assert_close(np.array(reference.hermitian(D, n)), np.array(D), REFERENCE)
    back = np.array(mx.vjp(lambda D: reference.hermitian(D, n), [D], [cotangent])[1][0])
    edges = [0, -1] if n % 2 == 0 else [0]
    assert not back[:, edges].imag.any()
    kept = np.array(cotangent)
    kept[:, edges] = kept[:, edges].real
    assert_close(back, kept, REFERENCE)
