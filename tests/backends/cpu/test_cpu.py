"""The CPU backend against the reference and against float64, on random shapes, sizes, layouts and dtypes."""

from __future__ import annotations

import mlx.core as mx
import numpy as np
import pytest
import tolerances
from comparing import assert_close
from hypothesis import given, settings
from hypothesis import strategies as st

import spectro
from spectro import _cpu, _reference
from spectro._constants.banks import DctBank, MelBank
from spectro._plans import DecibelPlan, FluxPlan, IstftPlan, SpectrogramPlan, StftPlan
from spectro.errors import ParameterError

pytestmark = pytest.mark.skipif(_cpu.unavailable() is not None, reason=f"not compiled: {_cpu.unavailable()}")
on_the_cpu = pytest.mark.skipif(mx.default_device() != mx.cpu, reason="MLX's default device is a GPU")

PAD_MODES = ["constant", "edge", "reflect", "symmetric", "linear_ramp"]
INSTRUCTION_SETS = ["portable", "avx2", "avx512"]
COMMON = [64, 100, 128, 256, 400, 480, 512, 960, 1024, 1200, 1536, 2048, 4096, 8192]
many = settings(max_examples=60, deadline=None)

seeds = st.integers(0, 2**31)
sizes = st.one_of(st.integers(1, 80), st.sampled_from([97, 127, 194, 202, 331, 400, 441, 512, 1023]))


@pytest.fixture(params=INSTRUCTION_SETS)
def instruction_set(request):
    """Each instruction set that this machine has, in turn."""
    native = _cpu._compiled()
    before = native.instruction_set()
    if not native.use_instruction_set(request.param):
        pytest.skip("not on this machine")
    yield request.param
    native.use_instruction_set(before)


def normal(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def spectra(seed: int, *shape: int) -> mx.array:
    return mx.array(normal(seed, *shape) + 1j * normal(seed + 1, *shape))


@st.composite
def layouts(draw, *shape: int):
    """An array of a shape, with the strides of a slice, a transpose, a reversal or a broadcast."""
    seed, kind = draw(seeds), draw(st.sampled_from(["plain", "steps", "transposed", "reversed", "broadcast"]))
    if kind == "steps":
        return mx.array(normal(seed, *shape[:-1], 2 * shape[-1] + 3))[..., 3::2]
    if kind == "transposed":
        return mx.array(normal(seed, *shape[::-1])).transpose()
    if kind == "reversed":
        return mx.array(normal(seed, *shape))[..., ::-1]
    if kind == "broadcast":
        return mx.broadcast_to(mx.array(normal(seed, shape[-1])), shape)
    return mx.array(normal(seed, *shape))


@st.composite
def analyses(draw):
    """A plan, a signal that it fits, and a window."""
    n_fft, center = draw(sizes), draw(st.booleans())
    hop = draw(st.integers(1, 2 * n_fft + 2))
    win_length = draw(st.integers(1, n_fft))
    plan = StftPlan.of(
        "test",
        n_fft=n_fft,
        hop_length=hop,
        win_length=win_length,
        center=center,
        pad_mode=draw(st.sampled_from(PAD_MODES)),
    )
    n = draw(st.integers(1 if center else n_fft, max(3 * n_fft, 40)))
    batch = draw(st.sampled_from([(), (1,), (3,), (2, 2), (0,), (17,)]))
    y = draw(layouts(*batch, n)) if 0 not in batch else mx.zeros((*batch, n))
    dtype = draw(st.sampled_from([mx.float32, mx.float32, mx.float16, mx.bfloat16]))
    window = np.zeros(n_fft, np.float32)
    left = (n_fft - win_length) // 2
    window[left : left + win_length] = 1.5 + np.tanh(normal(draw(seeds), win_length))
    return plan, y.astype(dtype), mx.array(window)


def stft_in_float64(plan: StftPlan, y: mx.array, window: mx.array) -> np.ndarray:
    y, window = np.array(y.astype(mx.float32), np.float64), np.array(window, np.float64)
    padded = np.pad(y, [(0, 0)] * (y.ndim - 1) + [(plan.padding, plan.padding)], mode=plan.pad_mode)
    starts = np.arange(plan.frames(y.shape[-1])) * plan.hop_length
    return np.fft.rfft(padded[..., starts[:, None] + np.arange(plan.n_fft)] * window, axis=-1)


@many
@given(analyses())
def test_stft(case):
    assert_close(_cpu.stft(*case), stft_in_float64(*case), tolerances.REFERENCE)


@pytest.mark.parametrize("n_fft", COMMON)
def test_stft_of_common_sizes(n_fft, instruction_set):
    plan = StftPlan.of("test", n_fft=n_fft)
    y, window = mx.array(normal(1, 2, 5 * n_fft)), mx.array(np.hanning(n_fft).astype(np.float32))
    assert_close(_cpu.stft(plan, y, window), stft_in_float64(plan, y, window), tolerances.REFERENCE)


@pytest.mark.parametrize("n_fft", [1, 2, 7, 11, 13, 22, 34, 121, 169, 1001, 2062, 4099, 10007])
def test_stft_of_odd_and_prime_sizes(n_fft, instruction_set):
    plan = StftPlan.of("test", n_fft=n_fft, hop_length=n_fft + 1, pad_mode="reflect")
    y, window = mx.array(normal(1, 3 * n_fft + 20)), mx.array(normal(2, n_fft))
    assert_close(_cpu.stft(plan, y, window), stft_in_float64(plan, y, window), tolerances.REFERENCE)


@st.composite
def syntheses(draw):
    """A plan, spectra with any strides, and a window without zeros."""
    n_fft, frames = draw(sizes), draw(st.integers(1, 40))
    hop = draw(st.integers(1, 2 * n_fft + 2))
    length = draw(st.integers(n_fft // 2 + 8, n_fft + hop * frames + 10))  # a few samples could all be near zero
    plan = IstftPlan(n_fft, hop, n_fft, draw(st.booleans()), length)
    batch, bins, seed = draw(st.sampled_from([(), (2,), (2, 3), (0,)])), n_fft // 2 + 1, draw(seeds)
    D = {
        "frames first": spectra(seed, *batch, frames, bins),
        "bins first": mx.swapaxes(spectra(seed, *batch, bins, frames), -1, -2),
        "every other": spectra(seed, *batch, 2 * frames, 2 * bins)[..., ::2, ::2],
    }[draw(st.sampled_from(["frames first", "bins first", "every other"]))]
    return plan, D, mx.array(1.5 + np.tanh(normal(draw(seeds), n_fft)))


@many
@given(syntheses())
def test_istft(case):
    assert_close(_cpu.istft(*case), _reference.istft(*case), tolerances.ROUND_TRIP)


@pytest.mark.parametrize("n_fft", COMMON)
def test_istft_inverts_stft(n_fft, instruction_set):
    y = mx.array(normal(3, 2, 7 * n_fft + 5))
    window = mx.array(np.hanning(n_fft + 1)[:-1].astype(np.float32))
    D = _cpu.stft(StftPlan.of("test", n_fft=n_fft), y, window)
    again = _cpu.istft(IstftPlan(n_fft, n_fft // 4, n_fft, True, y.shape[-1]), D, window)
    assert_close(again, np.array(y), tolerances.ROUND_TRIP)


def test_istft_is_zero_where_no_window_reaches():
    window = mx.array(np.hanning(16).astype(np.float32))
    plan = IstftPlan(16, 40, 16, False, 400)
    D = spectra(1, 6, 9)
    got = np.array(_cpu.istft(plan, D, window))
    assert_close(got, _reference.istft(plan, D, window), tolerances.ROUND_TRIP)
    assert not got[16:40].any() and not got[216:].any()


@many
@given(analyses(), st.sampled_from([2.0, 1.0, 0.5, 3.0, 1.3]), st.sampled_from([None, 1, 5]))
def test_spectrogram(case, power, n_mels):
    stft, y, window = case
    bank = n_mels and MelBank(8000, stft.n_fft, n_mels, 0.0, 4000.0, False, "slaney")
    plan = SpectrogramPlan(stft, power, bank or None)
    got, expected = _cpu.spectrogram(plan, y, window), _reference.spectrogram(plan, y.astype(mx.float32), window)
    assert_close(got, expected, tolerances.ROUND_TRIP)


@pytest.mark.parametrize("axes", [(-2, -1), (-3, -2, -1)])
@pytest.mark.parametrize("power", [2.0, 1.0, 0.5])
def test_spectrogram_in_decibels(power, axes):
    stft, window = StftPlan.of("test", n_fft=64), mx.array(1.5 + np.tanh(normal(1, 64)))
    for bank in (None, MelBank(8000, 64, 5, 0.0, 4000.0, False, "slaney")):
        plan = SpectrogramPlan.of("test", stft, power=power, bank=bank, decibels=DecibelPlan(10.0, 1e-10, 20.0, axes))
        for y in (mx.array(normal(2, 3, 2, 500)), mx.zeros((1, 2, 90)), mx.zeros((0, 2, 300))):
            assert _cpu.spectrogram.supports(plan, y, window)
            got, expected = (np.array(b.spectrogram(plan, y, window)) for b in (_cpu, _reference))
            assert got.shape == expected.shape and np.allclose(got, expected, rtol=0, atol=tolerances.DECIBELS)
    gap = SpectrogramPlan(stft, power, None, DecibelPlan(10.0, 1e-10, 20.0, (-4, -2, -1)))
    assert not _cpu.spectrogram.supports(gap, mx.zeros((2, 2, 300)), window)


@many
@given(st.data(), st.integers(1, 40), st.integers(1, 40), st.sampled_from([(), (3,), (2, 2)]))
def test_filterbank(data, frames, n_input, batch):
    bank = DctBank(data.draw(st.integers(1, n_input)), n_input)
    S = data.draw(layouts(*batch, frames, n_input))
    # rows have unit norm, so a sum may cancel to far less than its terms: compare with those
    difference = np.abs(np.array(_cpu.filterbank(bank, S) - _reference.filterbank(bank, S)))
    assert difference.max() <= tolerances.REFERENCE * np.linalg.norm(np.array(S), axis=-1).max()


@pytest.mark.parametrize("frames", [8, 31, 100])
def test_bands_are_the_same_to_the_bit_however_frames_lie(frames):
    across = mx.array(np.random.default_rng(frames).random((3, 20, frames), np.float32)).swapaxes(-1, -2)
    found = (_cpu.filterbank(DctBank(7, 20), S) for S in (across, mx.contiguous(across)))
    np.testing.assert_array_equal(*map(np.array, found))


@many
@given(st.data(), st.sampled_from([(7,), (1, 1), (5, 9), (2, 40, 17), (2, 3, 4, 5), (2, 300, 150)]))
def test_decibels(data, shape):
    S = mx.square(data.draw(layouts(*shape)))
    axes = data.draw(st.sampled_from([None, tuple(range(-min(2, len(shape)), 0))]))
    top_db = data.draw(st.sampled_from([None, 0.0, 5.0, 80.0]))
    amin = data.draw(st.sampled_from([1e-10, 1e-3]))
    ref = S.max(axis=axes, keepdims=True) if data.draw(st.booleans()) else mx.array(data.draw(st.floats(1e-3, 10.0)))
    plan = DecibelPlan(10.0, amin, top_db, axes)
    assert _cpu.decibels.supports(plan, S, ref)
    assert_close(_cpu.decibels(plan, S, ref), _reference.decibels(plan, S, ref), tolerances.REFERENCE)


def test_decibels_of_infinity_and_nan_are_themselves():
    S = mx.array([1.0, float("inf"), float("nan"), 0.0] * 9)
    got = np.array(_cpu.decibels(DecibelPlan(10.0, 1e-10, None, None), S, mx.array(1.0)))
    assert_close(got[0::4], np.zeros(9), 0.0)
    assert np.isposinf(got[1::4]).all() and np.isnan(got[2::4]).all()
    assert_close(got[3::4], np.full(9, -100.0), tolerances.REFERENCE)


@many
@given(st.data(), st.integers(1, 30), st.integers(1, 40), st.sampled_from([(), (2,), (2, 3)]))
def test_flux(data, frames, bands, batch):
    S = data.draw(layouts(*batch, frames, bands))
    ref = data.draw(st.one_of(st.none(), layouts(*batch, frames, bands)))
    plan = FluxPlan(data.draw(st.integers(1, 4)), data.draw(st.integers(1, 9)), data.draw(st.booleans()))
    assert_close(_cpu.flux(plan, S, ref), _reference.flux(plan, S, ref), tolerances.REFERENCE)


@pytest.mark.parametrize("bands", [1, 7, 37, 128])
@pytest.mark.parametrize("mean", [True, False])
def test_flux_is_the_same_to_the_bit_however_frames_lie(bands, mean):
    S = np.random.default_rng(bands).standard_normal((2, bands, 301)).astype(np.float32)
    S[0, bands // 2, 5:9] = np.nan, np.inf, -np.inf, -0.0
    levels = [mx.array(level).swapaxes(-1, -2) for level in (S, S[:, ::-1].copy())]
    across, along = (_cpu.flux(FluxPlan(3, 1, mean), *both) for both in (levels, map(mx.contiguous, levels)))
    np.testing.assert_array_equal(np.array(across), np.array(along))


def test_a_batch_equals_its_rows_to_the_bit():
    y = mx.array(normal(5, 7, 30000))
    for function in (lambda y: spectro.stft(y, n_fft=512), lambda y: spectro.melspectrogram(y=y, n_fft=512, n_mels=40)):
        together = np.array(function(y))
        for row, expected in zip(y, together):
            assert np.array_equal(function(row), expected)


def test_the_number_of_threads_changes_nothing():
    y, native = mx.array(normal(6, 2, 300000)), _cpu._compiled()
    before = native.threads()
    try:
        results = []
        for count in (1, 2, 5):
            native.set_threads(count)
            D = spectro.stft(y, n_fft=512)
            results.append((np.array(D), np.array(spectro.istft(D, length=300000))))
    finally:
        native.set_threads(before)
    for D, again in results[1:]:
        assert np.array_equal(D, results[0][0])
        assert np.array_equal(again, results[0][1])


def test_every_operation_says_what_it_takes():
    assert all(callable(getattr(_cpu, op).supports) for op in _reference.__all__)


def test_an_unknown_pad_mode_raises():
    y, window = mx.zeros(100), mx.ones(16)
    native = _cpu._compiled()
    native.stft(y, window, n_fft=16, hop=4, frames=26, padding=8, mode="edge")
    with pytest.raises(ValueError, match="unknown pad mode 'wrap'"):
        native.stft(y, window, n_fft=16, hop=4, frames=26, padding=8, mode="wrap")


@on_the_cpu
def test_a_forced_backend_that_cannot_raises():
    with spectro.use_backend("cpu"):
        assert spectro.stft(mx.zeros(4096), n_fft=64).shape == (33, 257)
        with pytest.raises(ParameterError, match="forced"):
            spectro.stft(mx.zeros(300000), n_fft=1 << 18)
    assert spectro.stft(mx.zeros(300000), n_fft=1 << 18, hop_length=1 << 18).shape == ((1 << 17) + 1, 2)
