"""Derivatives of every differentiable function against central differences in float64."""

from __future__ import annotations

import warnings

import mlx.core as mx
import numpy as np
import pytest
import tolerances
from case import DATA, MEL, normal
from cases import DIFFERENTIABLE
from comparing import assert_close, parts
from differentiable import as_complex, as_real, gradient_of, ours, point, point_mlx, slopes

import spectro

pytestmark = pytest.mark.filterwarnings("ignore:.*too large for input signal", "ignore:.*squared windows vanish")

# Rows by their data, where these are signals, spectra or levels: such may be silent, and have channels.
OF_DATA = {name: (row, by) for name, (row, by) in DIFFERENTIABLE.items() if by == row.data and by in DATA}


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_gradient_and_vjp_equal_central_differences(name):
    row, by = DIFFERENTIABLE[name]
    value, directions, rise = slopes(name)
    fn, x = ours(row, by), point_mlx(row, by)
    assert_close(fn(x), value, tolerances.PARITY, "value")
    weights = normal(*value.shape, seed=11)
    expected = np.tensordot(rise, weights, axes=value.ndim)
    assert np.abs(expected).max() > 0
    got = gradient_of(fn, weights, x)
    assert got.dtype == mx.float32
    assert_close(_along(directions, got), expected, tolerances.GRADIENT, "grad")
    _, (pulled,) = mx.vjp(fn, [x], [mx.array(weights, dtype=mx.float32)])
    assert_close(_along(directions, pulled), expected, tolerances.GRADIENT, "vjp")


def _along(directions, gradient):
    return np.tensordot(directions, np.array(gradient, np.float64), axes=gradient.ndim)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_jvp_equals_central_differences(name):
    row, by = DIFFERENTIABLE[name]
    _, directions, rise = slopes(name)
    _, (pushed,) = mx.jvp(ours(row, by), [point_mlx(row, by)], [mx.array(directions[0], dtype=mx.float32)])
    assert_close(pushed, rise[0], tolerances.GRADIENT, "jvp")


@pytest.mark.parametrize("name", OF_DATA)
def test_gradients_of_every_function_are_finite_on_silence(name):
    row, by = OF_DATA[name]
    fn, x = ours(row, by), point(row, by)
    last = np.arange(x.shape[-1])
    silences = {
        "zeros": np.zeros(x.shape),
        "ones": np.ones(x.shape),
        "click": np.broadcast_to(last == last.size // 2, x.shape),
        "half-silent": x * (last >= last.size // 2),
    }
    with parts() as part:
        for silence, x in silences.items():
            for power, loss in {"square": lambda x: fn(x).square().sum(), "sum": lambda x: fn(x).sum()}.items():
                with part(f"{silence}, {power}"):
                    assert np.isfinite(np.array(mx.grad(loss)(mx.array(x.astype(np.float32))))).all()


@pytest.mark.parametrize("name", [name for name, (row, _) in OF_DATA.items() if row.channels])
def test_each_channel_has_the_gradient_of_the_channel_alone(name):
    row, by = OF_DATA[name]
    x = row.mlx()[by]
    batch = mx.stack([x, 0.2 * x, 5 * x])
    together = mx.grad(_energy(row, by))(batch)
    assert together.shape == batch.shape
    for got, alone in zip(together, batch):
        assert_close(got, mx.grad(_energy(row, by))(alone), tolerances.GRADIENT)


@pytest.mark.parametrize("name", [name for name, (row, _) in OF_DATA.items() if row.halves])
def test_gradients_by_half_precision_come_in_half_precision(name):
    row, by = OF_DATA[name]
    rest = row.mlx()
    loss = lambda x: as_real(row.call(**{**rest, by: x})).astype(mx.float32).sum()  # noqa: E731
    with parts() as part:
        for dtype in (mx.float16, mx.bfloat16):
            with part(dtype):
                half = row.mlx()[by].astype(dtype)
                gradient, expected = mx.grad(loss)(half), mx.grad(loss)(half.astype(mx.float32))
                assert gradient.dtype == dtype
                assert_close(gradient.astype(mx.float32), expected, 2 * mx.finfo(dtype).eps)


def _energy(row, by):
    rest = row.mlx()
    return lambda x: as_real(row.call(**{**rest, by: x})).square().sum()


# Compositions of one signal (n,), for batches and silence.
COMPOSED = {
    "magnitude": lambda y: spectro.magphase(spectro.stft(y, n_fft=16, hop_length=5))[0],
    "magnitude-0.5": lambda y: spectro.magphase(spectro.stft(y, n_fft=16), power=0.5)[0],
    "phase": lambda y: as_real(spectro.magphase(spectro.stft(y, n_fft=16))[1]),
    "round-trip": lambda y: spectro.istft(spectro.stft(y, n_fft=16, hop_length=5), hop_length=5, length=y.shape[-1]),
    "mel-db": lambda y: spectro.power_to_db(spectro.melspectrogram(y=y, **MEL), ref=np.max),
    "mel-db-median": lambda y: spectro.amplitude_to_db(spectro.melspectrogram(y=y, power=1, **MEL), ref=np.median),
}


def _loss(name):
    return lambda y: COMPOSED[name](y).square().sum()


@pytest.mark.parametrize("name", COMPOSED)
@pytest.mark.parametrize("signal", ["zeros", "ones", "click", "half-silent"])
def test_gradients_of_compositions_are_finite_on_silence(name, signal):
    y = {
        "zeros": np.zeros(80),
        "ones": np.ones(80),
        "click": np.eye(1, 80, 40)[0],
        "half-silent": np.concatenate([np.zeros(50), normal(30)]),
    }[signal].astype(np.float32)
    for loss in (_loss(name), lambda y: COMPOSED[name](y).sum()):
        assert np.isfinite(np.array(mx.grad(loss)(mx.array(y)))).all()


@pytest.mark.parametrize("function", [spectro.power_to_db, spectro.amplitude_to_db], ids=lambda f: f.__name__)
@pytest.mark.parametrize("ref", [1.0, np.max, np.median], ids=["1", "max", "median"])
def test_gradients_of_decibels_are_finite_at_zero(function, ref):
    S = mx.zeros((2, 4, 3))
    gradient = mx.grad(lambda S: function(S, ref=ref).sum())(S)
    assert np.isfinite(np.array(gradient)).all()


@pytest.mark.parametrize("power", [1.0, 2.0, 0.5])
def test_gradients_on_silence_vanish(power):
    gradient = mx.grad(lambda y: spectro.melspectrogram(y=y, power=power, **MEL).sum())(mx.zeros(80))
    assert not np.array(gradient).any()


@pytest.mark.parametrize("name", COMPOSED)
def test_each_row_of_a_batch_has_the_gradient_of_the_row_alone(name):
    y = mx.array(normal(2, 3, 80) * [[[1.0], [0.2], [5.0]]], dtype=mx.float32)
    together = mx.grad(_loss(name))(y)
    assert together.shape == y.shape
    for i, j in np.ndindex(2, 3):
        assert_close(together[i, j], mx.grad(_loss(name))(y[i, j]), tolerances.GRADIENT, f"row {i}, {j}")


@pytest.mark.parametrize("power", [1, 2, 0.5])
def test_gradient_of_a_magnitude_is_zero_where_the_spectrum_is(power):
    x = mx.zeros((2, 3, 2))
    for part in (0, 1):
        gradient = mx.grad(lambda x, part=part: as_real(spectro.magphase(as_complex(x), power=power)[part]).sum())(x)
        assert np.isfinite(np.array(gradient)).all()


def test_gradient_is_zero_where_the_envelope_of_istft_vanishes():
    D = mx.array(normal(2, 9, 4), dtype=mx.float32)

    def gap(D):
        return spectro.istft(as_complex(D), hop_length=20, center=False, window="boxcar", length=90)[16:20].sum()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert not np.array(mx.grad(gap)(D)).any()


@pytest.mark.parametrize(("power", "degree"), [(1.0, 2), (2.0, 4)])
def test_second_derivatives(power, degree):
    """Of a homogeneous function: its Hessian times y is degree - 1 times the gradient, by Euler."""
    y = mx.array(normal(60), dtype=mx.float32)
    gradient = mx.grad(lambda y: spectro.melspectrogram(y=y, power=power, **MEL).square().sum())
    product = mx.grad(lambda x: (gradient(x) * y).sum())(y)
    assert_close(product, (degree - 1) * gradient(y), tolerances.GRADIENT)


def test_several_arguments_at_once():
    y, window = mx.array(normal(60), dtype=mx.float32), mx.array(1 + 0.1 * normal(16), dtype=mx.float32)

    def loss(y, window):
        return mx.abs(spectro.stft(y, n_fft=16, window=window)).square().sum()

    by_signal, by_window = mx.grad(loss, argnums=(0, 1))(y, window)
    assert_close(by_signal, mx.grad(loss)(y, window), tolerances.GRADIENT)
    assert_close((by_window * window).sum(), 2 * loss(y, window), tolerances.GRADIENT, "a form of degree 2")
    assert_close((by_signal * y).sum(), 2 * loss(y, window), tolerances.GRADIENT, "a form of degree 2")


def test_a_known_gradient():
    """Of the energy of uncentered frames that tile the signal: Parseval gives 2 n_fft y for a two-sided spectrum."""
    y = mx.array(normal(64), dtype=mx.float32)

    def energy(y):
        power = mx.abs(spectro.stft(y, n_fft=16, hop_length=16, center=False, window="boxcar")).square()
        return 2 * power.sum() - power[0].sum() - power[-1].sum()

    assert_close(mx.grad(energy)(y), 2 * 16 * y, tolerances.GRADIENT)


OF_NUMBERS = {
    "iirt": (lambda y: spectro.iirt(y, sr=22050), "y"),
    "stft": (lambda y: spectro.stft(y, n_fft=64, pad_mode=lambda *padded: None), "pad_mode"),
    "cqt": (lambda y: spectro.cqt(y, n_bins=12, fmin=500, res_type="soxr_hq"), "res_type"),
    "mel_to_stft": (lambda y: spectro.feature.inverse.mel_to_stft(y.reshape(4, -1)[:, :6], n_fft=64), "M"),
    "nn_filter": (lambda y: spectro.decompose.nn_filter(y.reshape(4, -1)[:, :6]), "S"),
    "recurrence_matrix": (
        lambda y: spectro.segment.recurrence_matrix(y.reshape(4, -1)[:, :6], mode="affinity"),
        "data",
    ),
    "decompose": (lambda y: spectro.decompose.decompose(mx.abs(y.reshape(4, -1)), n_components=2)[0], "S"),
    "interp_harmonics": (
        lambda y: spectro.interp_harmonics(
            y.reshape(4, -1), freqs=np.arange(1, 5), harmonics=[1, 2], kind="cubic", axis=-2
        ),
        "x",
    ),
}


@pytest.mark.parametrize("name", OF_NUMBERS)
def test_what_computes_with_numbers_alone_refuses_to_give_no_gradient(name):
    call, said = OF_NUMBERS[name]
    y = mx.array(normal(8000), dtype=mx.float32)
    assert isinstance(call(y), mx.array)
    with pytest.raises(spectro.ParameterError, match=f"no gradient goes through {said}.*hand in np.array"):
        mx.grad(lambda y: mx.abs(call(y)).sum())(y)


def test_constants_of_a_loss_may_be_computed_with_numbers():
    """An array that no gradient is asked for is as good inside of `mx.grad` as outside."""
    y = mx.array(normal(8000), dtype=mx.float32)
    weights = mx.abs(spectro.iirt(y, sr=22050))

    def loss(x):
        return (x * mx.abs(spectro.iirt(y, sr=22050)).sum()).sum()

    assert mx.grad(loss)(mx.ones(2)).tolist() == pytest.approx([weights.sum().item()] * 2)
