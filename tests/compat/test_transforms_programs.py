"""What programs do with the transform layer: separation, streams, training, vectorized maps."""

import copy
import pickle

import mlx.core as mx
import numpy as np
import pytest
from comparing import SIGNALS, assert_close, vmap
from tolerances import COMPILED, GRADIENT, REFERENCE, ROUND_TRIP
from transforms_oracle import central_difference, istft64, stft64, window64

from spectro import SpectralTransform

STEREO = np.stack(
    [[SIGNALS["noise"][:8000], SIGNALS["plucks"][:8000]], [SIGNALS["chirp"][:8000], SIGNALS["click"][7000:15000]]]
)


def noise(*shape, seed=1):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize(
    ("n_fft", "hop"), [(400, 100), (512, 66), (960, 480), (5120, 1280), (6144, 1024), (7680, 1920)]
)
def test_a_mask_separates_stereo_chunks(n_fft, hop):
    transform = SpectralTransform(n_fft, hop)
    b, c, t = STEREO.shape
    spec = transform.stft(mx.array(STEREO).reshape(b * c, t))
    mask = mx.sigmoid(mx.random.normal(spec.shape, key=mx.random.key(1)))
    low, rest = (transform.istft(spec * m, length=t).reshape(b, c, t) for m in (mask, 1 - mask))
    truth = stft64(STEREO.reshape(b * c, t), n_fft, hop, window64("hann", n_fft)) * np.array(mask, dtype=np.float64)
    expected = istft64(truth, n_fft, hop, window64("hann", n_fft), length=t)
    assert_close(low, expected.reshape(b, c, t), 10 * REFERENCE)
    assert_close(low + rest, STEREO, ROUND_TRIP)


def test_a_separator_runs_on_the_compiled_pair():
    transform = SpectralTransform(400, 160)
    stft, istft = transform.compiled_pair(length=4000, layout="bfn", warmup_batch=2)
    for chunk in (STEREO[0, :, :4000], STEREO.reshape(4, 8000)[:, -4000:]):
        z = transform.stft(mx.array(chunk))
        assert_close(istft(0.5j * stft(mx.array(chunk))), transform.istft(0.5j * z, 4000), 10 * COMPILED)


def test_real_and_imaginary_parts_may_travel_apart():
    transform, x = SpectralTransform(400, 100), mx.array(STEREO[0])
    z = transform.stft(x, output_layout="bnf")
    parts = mx.stack([z.real, z.imag], axis=-1)
    back = transform.istft(parts[..., 0] + 1j * parts[..., 1], length=8000, input_layout="bnf")
    assert_close(back, STEREO[0], ROUND_TRIP)


def test_overlapping_chunks_add_up_to_the_song():
    transform, song, size = SpectralTransform(960, 480), noise(20000), 4800
    fade = np.hanning(size + 1)[:size].astype(np.float32)
    out = np.zeros(20000)
    chunks = mx.array(np.stack([song[i : i + size] for i in range(0, 20000 - size, size // 2)]))
    back = np.array(transform.istft(transform.stft(chunks), length=size))
    for i, chunk in enumerate(back):
        out[i * size // 2 : i * size // 2 + size] += fade * chunk
    inner = slice(size // 2, 14000)
    assert_close(out[inner], song[inner], ROUND_TRIP)


def test_calls_inside_another_stream():
    x = noise(2, 4000)
    with mx.stream(mx.cpu):
        transform = SpectralTransform(400, 160)
        z = transform.stft(mx.array(x))
        stft, istft = transform.compiled_pair(length=4000)
        assert_close(z, stft64(x, 400, 160, window64("hann", 400)), REFERENCE)
        assert_close(istft(stft(mx.array(x))), x, ROUND_TRIP)
    with mx.stream(mx.new_stream(mx.cpu)):
        assert_close(transform.istft(z, length=4000), x, ROUND_TRIP)
    assert_close(transform.istft(transform.stft(mx.array(x)), length=4000), x, ROUND_TRIP)


def test_nothing_is_evaluated_before_the_caller_asks():
    transform = SpectralTransform(400, 160)
    never = mx.compile(lambda v: transform.istft(transform.stft(v), 4000))  # evaluating a tracer raises
    assert never(mx.zeros((1, 4000))).shape == (1, 4000)


@pytest.mark.parametrize("center", [True, False])
def test_differentiable_forms_are_bnf_both_ways(center):
    transform, x = SpectralTransform(64, 16, window_fn="hamming", center=center), mx.array(noise(2, 640))
    z = transform.differentiable_stft(x)
    assert (z.shape, z.dtype) == ((2, 41 if center else 37, 33), mx.complex64)
    assert_close(z, transform.stft(x, output_layout="bnf"), 0)
    assert_close(transform.differentiable_istft(z, length=640), np.array(x), ROUND_TRIP)
    assert transform.differentiable_istft(z).shape == transform.istft(z, input_layout="bnf").shape


TRAINED = pytest.mark.parametrize(
    ("n_fft", "hop", "win", "options", "compiled"),
    [
        (32, 8, 32, {}, False),
        (32, 8, 32, {"center": False, "window_fn": "hamming"}, False),
        (30, 11, 24, {"normalized": True}, False),
        (31, 8, 31, {"window_fn": "hamming", "periodic": False}, False),
        (30, 11, 24, {}, True),
    ],
)


@TRAINED
def test_stft_gradients_are_slopes(n_fft, hop, win, options, compiled):
    transform = SpectralTransform(n_fft, hop, win, **options)
    x = noise(3, 150)
    weights = noise(*transform.differentiable_stft(mx.array(x)).shape, seed=4)
    window = np.array(transform.window).astype(np.float64) / (np.sqrt(n_fft) if transform.normalized else 1)

    def loss(v):
        return (mx.abs(transform.differentiable_stft(v)) * mx.array(weights)).sum()

    def loss64(v):
        return (np.abs(stft64(v, n_fft, hop, window, transform.center)).swapaxes(1, 2) * weights).sum()

    gradient = mx.grad(loss)
    gradient = (mx.compile(gradient) if compiled else gradient)(mx.array(x))
    assert gradient.dtype == mx.float32
    check_slopes(np.array(gradient), loss64, x.astype(np.float64), step=1e-6)


@TRAINED
def test_istft_gradients_are_slopes(n_fft, hop, win, options, compiled):
    transform = SpectralTransform(n_fft, hop, win, **options)
    z = (noise(3, 12, n_fft // 2 + 1) + 1j * noise(3, 12, n_fft // 2 + 1, seed=2)).astype(np.complex64)
    weights = noise(3, 80, seed=4)
    weights[:, :10] = 0  # where the envelope of hann all but vanishes when not centered
    window = np.array(transform.window).astype(np.float64) / (np.sqrt(n_fft) if transform.normalized else 1)

    def loss(v):
        return (transform.differentiable_istft(v, length=80) ** 2 * mx.array(weights)).sum()

    def loss64(v):
        y = istft64(v.swapaxes(1, 2), n_fft, hop, window, transform.center, 80)
        return (y**2 * weights).sum()

    gradient = mx.grad(loss)
    gradient = np.array((mx.compile(gradient) if compiled else gradient)(mx.array(z)))
    assert gradient.dtype == np.complex64
    exact = z.astype(np.complex128)
    check_slopes(gradient.real, loss64, exact, step=1e-6)
    check_slopes(gradient.imag, loss64, exact, step=1e-6j)


def check_slopes(gradient, loss64, point, step):
    """Compare a sample of every example's gradient with central differences."""
    peak = np.abs(gradient).max()
    rng = np.random.default_rng(9)
    for example in range(len(point)):
        for _ in range(8):
            where = (example, *(int(rng.integers(0, size)) for size in point.shape[1:]))
            slope = central_difference(loss64, point, where, step)
            assert abs(gradient[where] - slope) <= GRADIENT * peak, (where, gradient[where], slope)


def test_a_waveform_can_be_fitted_through_both_transforms():
    transform = SpectralTransform(64, 16)
    target = mx.array(noise(2, 320, seed=3))

    def loss(v):
        back = transform.differentiable_istft(transform.differentiable_stft(v), length=320)
        return ((back - target) ** 2).mean()

    x = mx.zeros((2, 320))
    for _ in range(20):
        x = x - 200 * mx.grad(loss)(x)
    assert_close(x, np.array(target), 1e-3)


@pytest.mark.parametrize("power", [1, 2, 0.5])
def test_gradients_on_silence_are_finite(power):
    transform = SpectralTransform(64, 16)

    def loss(v):
        magnitude = mx.abs(transform.differentiable_stft(v))
        positive = magnitude > 0
        return mx.where(positive, mx.where(positive, magnitude, 1) ** power, 0).sum()

    gradient = np.array(mx.grad(loss)(mx.zeros((2, 640))))
    assert np.isfinite(gradient).all()
    silence = mx.zeros((2, 11, 33), dtype=mx.complex64)
    gradient = np.array(mx.grad(lambda z: (transform.differentiable_istft(z) ** 2).sum())(silence))
    assert not gradient.any()


def test_forward_and_reverse_derivatives_agree():
    transform = SpectralTransform(64, 16)
    x, tangent, cotangent = (mx.array(noise(2, 640, seed=s)) for s in (1, 2, 3))

    def round_trip(v):
        z = transform.stft(v)
        return transform.istft(z * mx.abs(z), length=640)

    forward = mx.jvp(round_trip, [x], [tangent])[1][0]
    reverse = mx.vjp(round_trip, [x], [cotangent])[1][0]
    a, b = ((p * q).sum().item() for p, q in ((forward, cotangent), (reverse, tangent)))
    assert abs(a - b) <= GRADIENT * abs(a)


def test_vmap_over_signals_and_batches():
    transform, x = SpectralTransform(64, 16), mx.array(noise(3, 2, 640))
    z = vmap(transform.stft)(x)
    assert_close(z, transform.stft(x.reshape(6, 640)).reshape(3, 2, 33, 41), COMPILED)
    assert_close(vmap(transform.stft, in_axes=1)(x)[1, 2], transform.stft(x[:, 1])[2], COMPILED)
    y = vmap(lambda v: transform.istft(v, 640))(z)
    assert_close(y, np.array(x), ROUND_TRIP)
    gradients = vmap(mx.grad(lambda v: mx.abs(transform.stft(v)).sum()))(x[:, 0])
    assert_close(gradients, mx.grad(lambda v: mx.abs(transform.stft(v)).sum())(x[:, 0]), GRADIENT)


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda transform: pickle.loads(pickle.dumps(transform))])
@pytest.mark.parametrize("window", [None, np.hamming(256)])
def test_a_model_that_holds_a_transform_can_be_copied(clone, window):
    transform = SpectralTransform(256, 64, window=window, normalized=True)
    x = mx.random.normal((2, 2000))
    transform.compiled_pair(2000)
    assert mx.array_equal(clone(transform).stft(x), transform.stft(x))
