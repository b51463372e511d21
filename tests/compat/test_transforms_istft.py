"""SpectralTransform.istft: lengths, layouts, envelopes, policies and refusals."""

import importlib.util
import inspect
import sys

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from gpu import launcher  # noqa: F401
from tolerances import REFERENCE, ROUND_TRIP, TORCH
from transforms_oracle import istft64, stft64, window64

from spectro import SpectralTransform, _gpu
from spectro._engine.dispatch import forced_backend, use_backend
from spectro.compat.mlx_spectro import spectral
from spectro.errors import ParameterError

HAS_TORCH = importlib.util.find_spec("torch") is not None
needs_torch = pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is an extra; the NumPy answers stand without it")
SIZES = [(400, 160), (400, 100), (512, 66), (960, 480), (2048, 240), (5120, 1280), (6144, 1024), (7680, 1920)]


def noise(*shape, seed=1):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def spectrum(*shape, seed=2):
    """A complex spectrogram that no signal has."""
    return (noise(*shape, seed=seed) + 1j * noise(*shape, seed=seed + 1)).astype(np.complex64)


def test_the_signature_is_the_layers():
    parameters = inspect.signature(SpectralTransform.istft).parameters
    defaults = {
        "length": None,
        "validate": False,
        "torch_like": False,
        "allow_fused": True,
        "safety": "auto",
        "long_mode_strategy": "native",
        "backend_policy": None,
        "input_layout": "bfn",
    }
    assert list(parameters) == ["self", "z", *defaults]
    assert {name: parameters[name].default for name in defaults} == defaults
    assert all(parameters[name].kind is inspect.Parameter.KEYWORD_ONLY for name in list(defaults)[2:])


@pytest.mark.parametrize(("n_fft", "hop"), SIZES)
def test_istft_inverts_stft(n_fft, hop, signal):
    transform, x = SpectralTransform(n_fft, hop), mx.array(signal[None, :16001])
    assert_close(transform.istft(transform.stft(x), length=16001), np.array(x), ROUND_TRIP)


@pytest.mark.parametrize("window_fn", ["hann", "hamming", "rect"])
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("normalized", [True, False])
@pytest.mark.parametrize(("n_fft", "hop", "win"), [(64, 16, 64), (64, 15, 48), (31, 7, 31), (16, 1, 16)])
def test_any_spectrogram_gives_the_float64_overlap_add(window_fn, center, normalized, n_fft, hop, win):
    z = spectrum(2, n_fft // 2 + 1, 20)
    transform = SpectralTransform(n_fft, hop, win, window_fn, None, False, center, normalized)
    truth = istft64(z, n_fft, hop, window64(window_fn, win, n_fft, False), center)
    truth = truth * np.sqrt(n_fft) if normalized else truth
    well = np.abs(truth) < 1e3 * np.median(np.abs(truth))  # elsewhere the envelope all but vanishes
    got = np.array(transform.istft(mx.array(z)))
    assert got.shape == truth.shape
    assert well.mean() > 0.95
    assert_close(np.where(well, got, 0), np.where(well, truth, 0), 10 * REFERENCE)


def test_without_length_the_frames_decide():
    z = mx.zeros((3, 33, 11), dtype=mx.complex64)
    assert SpectralTransform(64, 16).istft(z).shape == (3, 160)
    assert SpectralTransform(64, 16, center=False).istft(z).shape == (3, 160 + 64)
    assert SpectralTransform(64, 16).istft(z[..., :1]).shape == (3, 0)
    assert SpectralTransform(64, 16).istft(z[:0]).shape == (0, 160)


@pytest.mark.parametrize("backend", ["auto", "reference"])
@pytest.mark.parametrize("normalized", [True, False])
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize(
    ("n_fft", "hop", "win"), [(513, 100, 513), (31, 7, 31), (31, 8, 20), (441, 147, 440), (5, 1, 5)]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_an_odd_frame_gives_one_sample_more_as_torch_does(dtype, n_fft, hop, win, center, normalized, backend):
    x = noise(2, 4 * n_fft).astype(dtype)
    transform = SpectralTransform(n_fft, hop, win, "hamming", center=center, normalized=normalized)
    with use_backend(backend):
        z = transform.stft(x)
        y, flat = transform.istft(z), transform.istft(z, input_layout="bfn", length=2 * n_fft)
        mx.eval(y, flat)
    frames = z.shape[-1]
    assert y.shape == (2, n_fft + hop * (frames - 1) - (n_fft - 1 if center else 0))
    window = window64("hamming", win, n_fft) / (np.sqrt(n_fft) if normalized else 1)
    truth = stft64(x, n_fft, hop, window, center)
    assert_close(y, istft64(truth, n_fft, hop, window, center), ROUND_TRIP)
    assert_close(flat, istft64(truth, n_fft, hop, window, center, 2 * n_fft), ROUND_TRIP)


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize(("n_fft", "hop"), [(441, 147), (375, 100), (45, 7)])
@pytest.mark.usefixtures("launcher")
def test_kernels_give_one_sample_more_for_an_odd_frame_too(n_fft, hop, center, monkeypatch):
    monkeypatch.setattr(spectral, "run", lambda op, plan, *arrays: getattr(_gpu, op)(plan, *arrays))
    transform, x = SpectralTransform(n_fft, hop, window_fn="hamming", center=center), noise(2, 4 * n_fft)
    z = transform.stft(mx.array(x))
    y, window = transform.istft(z), window64("hamming", n_fft)
    assert _gpu.istft.supports(transform._istft_plan((*z.shape[:1], *z.shape[:0:-1]), None), z, transform.window)
    truth = istft64(stft64(x, n_fft, hop, window, center), n_fft, hop, window, center)
    assert y.shape == truth.shape
    assert_close(y, truth, ROUND_TRIP)


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("length", [1, 100, 160, 161, 192, 193, 225, 400])
def test_length_is_exact_cut_or_filled_from_the_tail_and_then_zeros(center, length):
    transform = SpectralTransform(64, 16, window_fn="hamming", center=center)
    z = spectrum(2, 33, 11)
    got = np.array(transform.istft(mx.array(z), length))
    assert_close(got, istft64(z, 64, 16, window64("hamming", 64), center, length), 10 * REFERENCE)
    end = 160 + 64 - (32 if center else 0)  # of the last frame
    assert not got[:, end:].any()
    assert got[:, :end].any(axis=0).all()


@pytest.mark.parametrize("length", [0, -1, 12.5, "100", True])
def test_a_length_must_be_a_positive_integer(length):
    with pytest.raises(ParameterError, match=r"\[SpectralTransform.istft\] length must be a positive integer"):
        SpectralTransform(64, 16).istft(mx.zeros((1, 33, 5), dtype=mx.complex64), length)


def test_layouts_batches_and_kinds():
    transform, z = SpectralTransform(64, 16), spectrum(2, 33, 11)
    expected = np.array(transform.istft(mx.array(z)))
    assert expected.shape == (2, 160)
    assert_close(transform.istft(mx.array(z.swapaxes(1, 2)), input_layout="bnf"), expected, 0)
    assert_close(transform.istft(mx.array(z[1])), expected[1], 0)  # 2-D in, 1-D out
    assert_close(transform.istft(mx.array(z[1].T), input_layout="bnf"), expected[1], 0)
    assert_close(transform.istft(z), expected, 0)
    assert transform.istft(z).dtype == mx.float32
    assert_close(transform.istft(mx.array(z.real)), transform.istft(mx.array(z.real.astype(np.complex64))), 0)


@pytest.mark.parametrize("shape", [(2, 32, 11), (2, 11, 33), (33,), (1, 2, 33, 11), (2, 33, 0), ()])
def test_wrong_bins_layouts_and_dimensions_are_refused(shape):
    with pytest.raises(ParameterError, match=r"^\[SpectralTransform.istft\] z must .* got shape"):
        SpectralTransform(64, 16).istft(mx.zeros(shape, dtype=mx.complex64))
    with pytest.raises(ParameterError, match="33 frequency bins"):
        SpectralTransform(64, 16).istft(mx.zeros((2, 33, 11)), input_layout="bnf")


@pytest.mark.parametrize("name", ["safety", "long_mode_strategy", "backend_policy", "input_layout"])
def test_unknown_options_list_the_known_ones(name):
    z = mx.zeros((1, 33, 5), dtype=mx.complex64)
    with pytest.raises(ParameterError, match=f"{name} must be one of .*'sometimes'"):
        SpectralTransform(64, 16).istft(z, **{name: "sometimes"})


def test_an_unknown_policy_of_the_transform_is_refused_when_it_is_made():
    with pytest.raises(ParameterError, match=r"istft_backend_policy must be one of .*'mlx_fft', 'metal'"):
        SpectralTransform(64, 16, istft_backend_policy="cuda")


@pytest.mark.parametrize(
    "options",
    [{"safety": s} for s in ("off", "auto", "always")]
    + [{"backend_policy": p} for p in ("auto", "mlx_fft")]
    + [{"allow_fused": False}, {"long_mode_strategy": "native"}, {"validate": True}, {"torch_like": True}],
)
def test_options_do_not_change_a_good_answer(options):
    z = spectrum(2, 33, 11)
    truth = istft64(z, 64, 16, window64("hamming", 64))
    transform = SpectralTransform(64, 16, window_fn="hamming")
    assert_close(transform.istft(mx.array(z), **options), truth, 10 * REFERENCE)


@pytest.mark.skipif(mx.metal.is_available(), reason="needs a machine without Metal")
def test_metal_without_metal_is_a_runtime_error_at_the_call():
    z = mx.zeros((1, 33, 5), dtype=mx.complex64)
    transform = SpectralTransform(64, 16, istft_backend_policy="metal")
    with pytest.raises(RuntimeError, match=r"the policy 'metal' needs Metal.*use 'auto'"):
        transform.istft(z)
    with pytest.raises(RuntimeError, match="the policy 'metal' needs Metal"):
        SpectralTransform(64, 16).istft(z, backend_policy="metal")
    assert transform.istft(z, backend_policy="auto").shape == (1, 64)


@pytest.mark.parametrize("safe", [{"safety": "always"}, {"allow_fused": False}, {"backend_policy": "mlx_fft"}])
def test_safe_options_compute_with_plain_operations_whatever_is_forced(safe, monkeypatch):
    seen = []
    monkeypatch.setattr(spectral, "run", lambda op, plan, D, w: seen.append(forced_backend()) or D)
    with use_backend("auto"):
        for options in (safe, {"safety": "off"}):
            SpectralTransform(64, 16).istft(mx.zeros((1, 33, 5), dtype=mx.complex64), **options)
    assert seen == ["reference", "auto"]


@pytest.mark.parametrize("plant", ["error", "nan"])
def test_validate_raises_when_a_backend_errs(plant, monkeypatch):
    run, first = spectral.run, iter([True])

    def wrong(op, plan, D, window):
        y = run(op, plan, D, window)
        return y + (1e-2 if plant == "error" else float("nan")) if next(first, False) else y

    monkeypatch.setattr(spectral, "run", wrong)
    with pytest.raises(RuntimeError, match="validation failed: error"):
        SpectralTransform(64, 16).istft(mx.array(spectrum(1, 33, 5)), validate=True)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_validate_refuses_a_result_that_is_not_finite_and_passes_silence(bad):
    z, transform = spectrum(1, 33, 5), SpectralTransform(64, 16)
    assert not np.array(transform.istft(mx.array(0 * z), validate=True)).any()
    z[0, 3, 2] = bad
    transform.istft(mx.array(z))
    with pytest.raises(RuntimeError, match="validation failed"):
        transform.istft(mx.array(z), validate=True)


@pytest.mark.parametrize(
    ("transform", "frames", "length"),
    [
        (SpectralTransform(64, 16, center=False), 11, None),  # the first sample of hann is zero
        (SpectralTransform(64, 64), 11, None),
        (SpectralTransform(64, 100, window_fn="rect"), 5, None),  # gaps between frames
        (SpectralTransform(64, 16, 8), 11, None),
    ],
)
def test_torch_like_refuses_a_vanishing_envelope_and_by_default_it_gives_zeros(transform, frames, length):
    z = spectrum(1, 33, frames)
    with pytest.raises(RuntimeError, match=r"window overlap add min: \S+ at sample \d+; .*torch_like=False"):
        transform.istft(mx.array(z), length, torch_like=True)
    window = np.array(transform.window).astype(np.float64)
    truth = istft64(z, 64, transform.hop_length, window, transform.center, length)
    got = np.array(transform.istft(mx.array(z), length))
    assert np.isfinite(got).all()
    assert not got[truth == 0].any()
    assert (truth == 0).any()


def test_torch_like_looks_only_at_the_samples_that_are_returned():
    z = mx.array(spectrum(1, 33, 11))
    hann = SpectralTransform(64, 16)
    assert hann.istft(z, torch_like=True).shape == (1, 160)
    with pytest.raises(RuntimeError, match="window overlap add min"):
        SpectralTransform(64, 16, 32).istft(z, 192, torch_like=True)  # the window's right zeros
    assert SpectralTransform(64, 16, window_fn="hamming").istft(z, 400, torch_like=True).shape == (1, 400)


def test_the_floor_is_that_of_the_unscaled_envelope_also_when_normalized():
    for level, silent in [(0.9e-11, True), (1.2e-11, False)]:
        window = np.full(64, np.sqrt(level), dtype=np.float32)
        for normalized in (False, True):
            transform = SpectralTransform(64, 64, window=window, center=False, normalized=normalized)
            y = transform.istft(transform.stft(mx.ones((1, 64))))
            assert_close(y, np.full((1, 64), 0.0 if silent else 1.0), ROUND_TRIP)


def test_a_clean_tail_reaches_past_the_last_frame_center():
    x = noise(1, 1000)
    transform = SpectralTransform(64, 16, window_fn="hamming")
    z = mx.array(stft64(x, 64, 16, window64("hamming", 64)).astype(np.complex64))
    assert z.shape[-1] == 63  # (63 - 1) * 16 = 992 samples by default
    assert_close(transform.istft(z, 1000), x, ROUND_TRIP)


@needs_torch
@pytest.mark.parametrize("normalized", [True, False])
@pytest.mark.parametrize("options", [{}, {"torch_like": True}, {"backend_policy": "torch_fallback", "validate": True}])
@pytest.mark.parametrize(
    ("n_fft", "hop", "win", "center"),
    [(400, 160, 400, True), (512, 66, 512, False), (960, 480, 960, False), (2048, 512, 1200, True)],
)
def test_torch_agrees(n_fft, hop, win, center, normalized, options):
    import torch

    z = spectrum(2, n_fft // 2 + 1, 12)
    exact, window = torch.from_numpy(z.astype(np.complex128)), torch.hamming_window(win, dtype=torch.float64)
    truth = torch.istft(exact, n_fft, hop, win, window, center=center, normalized=normalized)
    transform = SpectralTransform(n_fft, hop, win, "hamming", center=center, normalized=normalized)
    assert_close(transform.istft(mx.array(z), **options), truth.numpy(), TORCH)


@needs_torch
def test_torch_and_torch_like_refuse_the_same_envelope():
    z, transform = mx.array(spectrum(1, 33, 11)), SpectralTransform(64, 16, center=False)
    for options in ({"torch_like": True}, {"backend_policy": "torch_fallback"}):
        with pytest.raises(RuntimeError, match="window overlap add min"):
            transform.istft(z, **options)


@needs_torch
@pytest.mark.parametrize("length", [100, 160, 170, 400])
@pytest.mark.filterwarnings("ignore:The length of signal is shorter")
def test_torch_gives_the_same_tail(length):
    z = mx.array(spectrum(1, 33, 11))
    transform = SpectralTransform(64, 16, window_fn="hamming", istft_backend_policy="torch_fallback")
    assert_close(transform.istft(z, length), transform.istft(z, length, backend_policy="auto"), TORCH)


def test_without_torch_the_fallback_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    transform = SpectralTransform(64, 16, istft_backend_policy="torch_fallback")
    with pytest.raises(ImportError, match=r"pip install torch"):
        transform.istft(mx.zeros((1, 33, 5), dtype=mx.complex64))
