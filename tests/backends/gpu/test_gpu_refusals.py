"""Kernels that a device refuses: the reference answers, in calls and in derivatives, with one warning a kernel."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import lazy_kernels
import mlx.core as mx
import numpy as np
import pytest
from case import MEL, normal
from cases import DIFFERENTIABLE, LAZY
from comparing import assert_close
from differentiable import as_real, gradient_of, ours, point_mlx
from tolerances import GPU_GRADIENT, REFERENCE

import spectro
from spectro import _gpu
from spectro._engine import dispatch
from spectro._floor import fallbacks
from spectro._gpu.launch import build
from spectro.errors import FallbackWarning

pytestmark = pytest.mark.filterwarnings("ignore:.*too large for input signal", "ignore:.*squared windows vanish")

STEMS = sorted(lazy_kernels.BODIES)
SAID = """[metal::Device] Unable to build metal library from source
mlx/backend/metal/kernels/utils.h:40:9: warning: unused variable
program_source:12:3: error: threadgroup memory exceeds the limit
program_source:19:7: error: no matching function"""


class Device:
    """A GPU that refuses kernels of some stems, and computes all others with MLX's operations."""

    def __init__(self, refused):
        self.refused, self.met, self.launched, self.stems = refused, set(), set(), set()

    def make(self, kernel):
        self.stems.add(kernel.stem)
        (self.met if kernel.stem in self.refused else self.launched).add(kernel.name)
        if kernel.stem in self.refused:
            raise RuntimeError(SAID)
        return lazy_kernels.make(kernel)


@pytest.fixture
def device(monkeypatch, tmp_path):
    """Give a function that puts a device of some refusals in the place of this machine's."""

    def replace(*refused):
        spectro.clear_cache()
        put = Device(refused)
        monkeypatch.setattr(build, "make", put.make)
        monkeypatch.setattr(dispatch, "device", lambda: "gpu")
        monkeypatch.setattr(_gpu, "unavailable", lambda: None)
        monkeypatch.setattr(fallbacks, "_taken", {})
        return put

    monkeypatch.setenv("SPEC_MLX_AUTOTUNE", "0")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield replace
    monkeypatch.undo()
    spectro.clear_cache()


def heard(call, *arguments):
    """What a call gives, and the fallbacks that it warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        out = call(*arguments)
        mx.eval(out)
    return out, [str(w.message) for w in caught if issubclass(w.category, FallbackWarning)]


def stems_of(device, call, *arguments):
    """The kernels that a call launches where none is refused."""
    put = device()
    heard(call, *arguments)
    return sorted(put.stems)


def on_reference(call, *arguments):
    with spectro.use_backend("reference"):
        return call(*arguments)


@pytest.mark.parametrize("name", LAZY)
def test_the_reference_answers_every_call_where_all_kernels_are_refused(device, name):
    row = LAZY[name]
    refusing = device(*STEMS)
    got, said = heard(lambda: row.call(**row.mlx()))
    assert len(said) == len(refusing.met)
    assert_close(got, on_reference(lambda: row.call(**row.mlx())), REFERENCE)
    assert heard(lambda: row.call(**row.mlx()))[1] == [], "each kernel is said once"


@pytest.mark.parametrize("name", LAZY)
def test_each_kernel_of_every_call_may_be_refused_alone(device, name):
    row = LAZY[name]
    want = on_reference(lambda: row.call(**row.mlx()))
    for stem in stems_of(device, lambda: row.call(**row.mlx())):
        refusing = device(stem)
        got, said = heard(lambda: row.call(**row.mlx()))
        assert_close(got, want, REFERENCE, f"{name} without {stem}")
        assert len(said) == len(refusing.met) > 0


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_each_kernel_of_every_gradient_may_be_refused_alone(device, name):
    fn, x = ours(*DIFFERENTIABLE[name]), point_mlx(*DIFFERENTIABLE[name])
    weights = normal(*on_reference(fn, x).shape)
    want = on_reference(gradient_of, fn, weights, x)
    for stem in stems_of(device, gradient_of, fn, weights, x):
        refusing = device(stem)
        got, said = heard(gradient_of, fn, weights, x)
        assert_close(got, want, GPU_GRADIENT, f"{name} without {stem}")
        assert len(said) == len(refusing.met) > 0


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_the_reference_answers_every_gradient_where_all_kernels_are_refused(device, name):
    fn, x = ours(*DIFFERENTIABLE[name]), point_mlx(*DIFFERENTIABLE[name])
    weights = normal(*on_reference(fn, x).shape)
    want = on_reference(gradient_of, fn, weights, x)
    device(*STEMS)
    assert_close(heard(gradient_of, fn, weights, x)[0], want, GPU_GRADIENT)


def signal(*shape, complex_=False):
    x = mx.array(normal(*shape), dtype=mx.float32)
    return x.astype(mx.complex64) if complex_ else x


WINDOW = mx.array(1 + 0.1 * normal(16), dtype=mx.float32)
# Calls that launch every kernel, forward or backward: public ones, of sizes that the fused kernels do and do not have.
CALLS = {
    "stft": (lambda y: spectro.stft(y, n_fft=16, hop_length=4), signal(61)),
    "stft-tiny": (lambda y: spectro.stft(y, n_fft=16, hop_length=4), signal(5)),
    "stft-window": (lambda w: spectro.stft(signal(61), n_fft=16, hop_length=5, window=w), WINDOW),
    "stft-other-size": (lambda y: spectro.stft(y, n_fft=13, hop_length=3), signal(2, 40)),
    "istft": (lambda x: spectro.istft(x[0] + 1j * x[1], hop_length=4), signal(2, 9, 7)),
    "istft-gap": (lambda x: spectro.istft(x[0] + 1j * x[1], hop_length=5), signal(2, 9, 7)),
    "istft-window": (lambda w: spectro.istft(signal(9, 7, complex_=True), hop_length=5, window=w), WINDOW),
    "istft-other-size": (lambda x: spectro.istft(x[0] + 1j * x[1], n_fft=13, hop_length=3), signal(2, 7, 7)),
    "istft-mask": (lambda x: spectro.istft(x[0] + 1j * x[1], hop_length=4, mask=x[0]), signal(2, 9, 7)),
    "softmask": (lambda x: spectro.util.softmask(x[0].square(), x[1].square()), signal(2, 9, 7)),
    "mel": (lambda y: spectro.melspectrogram(y, **MEL), signal(70)),
    "mel-of-S": (lambda S: spectro.melspectrogram(S=S.square(), sr=8000, n_fft=32, n_mels=5), signal(17, 4)),
    "mel-other-size": (lambda y: spectro.melspectrogram(y, **{**MEL, "n_fft": 13}), signal(70)),
    "mfcc": (lambda y: spectro.mfcc(y, n_mfcc=4, **{**MEL, "n_mels": 6}), signal(70)),
    "power_to_db": (lambda S: spectro.power_to_db(S.square() + 0.1, top_db=6.0), signal(6, 5)),
    "amplitude_to_db": (lambda S: spectro.amplitude_to_db(S.square() + 0.1, ref=np.max, top_db=None), signal(2, 6, 5)),
    "median": (lambda S: spectro.decompose.hpss(S.square(), kernel_size=3)[0], signal(6, 9)),
    "median-of-spectra": (lambda x: spectro.decompose.hpss(x[0] + 1j * x[1], kernel_size=3)[0], signal(2, 6, 9)),
    "magphase": (lambda x: spectro.magphase(x[0] + 1j * x[1])[1], signal(2, 6, 9)),
    "griffinlim": (lambda S: spectro.griffinlim(S.square(), n_iter=2, hop_length=4, init=None), signal(9, 7)),
    "centroid": (lambda y: spectro.feature.spectral_centroid(y, sr=8000, n_fft=16, hop_length=4), signal(70)),
    "flatness-of-S": (lambda S: spectro.feature.spectral_flatness(S=S.square() + 0.1), signal(9, 7)),
    "rms": (lambda y: spectro.feature.rms(y=y, frame_length=16, hop_length=4), signal(70)),
    "deemphasis": (lambda y: spectro.effects.deemphasis(y, coef=0.5), signal(70)),
    "onset": (lambda y: spectro.onset_strength(y, lag=2, max_size=3, **MEL), signal(90)),
    "cqt": (
        lambda y: spectro.cqt(y, sr=8000, hop_length=16, fmin=500, n_bins=16, bins_per_octave=8, tuning=0.0),
        signal(700),
    ),
    "onset-multi": (lambda S: spectro.onset_strength_multi(S=S, aggregate=False, channels=[0, 3, 6]), signal(6, 9)),
}


@pytest.mark.parametrize("stem", STEMS)
def test_each_kernel_may_be_refused_alone(device, stem):
    refusing = device(stem)
    said = []
    for name, (fn, x) in CALLS.items():
        real = lambda x, fn=fn: as_real(fn(x))  # noqa: E731
        want = on_reference(real, x)
        got, of_call = heard(real, x)
        assert_close(got, want, REFERENCE, name)
        weights = normal(*want.shape)
        gradient, of_gradient = heard(gradient_of, real, weights, x)
        assert_close(gradient, on_reference(gradient_of, real, weights, x), GPU_GRADIENT, name)
        said += of_call + of_gradient
    assert refusing.met, "no call would have launched it"
    assert refusing.launched, "the others are launched"
    assert len(said) == len(refusing.met)
    assert all(re.match(rf"the kernel spectro_{stem}_\w+ was refused", text) for text in said)


def test_the_warning_quotes_what_the_compiler_calls_errors_and_names_a_file_with_the_text(device):
    device("decibels")
    (text,) = heard(spectro.power_to_db, signal(6, 5).square())[1]
    assert "program_source:12:3: error: threadgroup memory exceeds the limit | program_source:19:7: error: no" in text
    assert "Unable to build" not in text and "warning: unused" not in text
    file = Path(re.search(r"is in (\S+)\)$", text).group(1))
    written = file.read_text()
    assert written.startswith(SAID)
    assert "Decibels" not in written and "floored_log(values[index], amin)" in written and "#define" in written
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("message", "quoted"), [("", "no reason given"), ("out of memory\nmore", "out of memory")])
def test_a_refusal_without_a_compilers_errors_is_quoted_by_its_first_line(device, monkeypatch, message, quoted):
    device()

    def refuse(kernel):
        raise RuntimeError(message)

    monkeypatch.setattr(build, "make", refuse)
    monkeypatch.setattr("tempfile.tempdir", "/nonexistent")
    (text,) = heard(spectro.power_to_db, signal(6, 5).square())[1]
    assert text.endswith(f": {quoted}; the reference backend answers instead, which is slower")


@pytest.mark.parametrize("op", ["power_to_db", "onset_strength", "melspectrogram"])
def test_a_forced_gpu_says_that_it_cannot_do_what_its_device_refuses(device, op):
    device(*STEMS)
    S = signal(1025, 9).square()
    with spectro.use_backend("gpu"), pytest.raises(spectro.ParameterError, match="was forced"):
        heard(lambda: getattr(spectro, op)(S=S))


def test_the_kernel_that_was_tried_is_the_one_that_is_launched(device, monkeypatch):
    ours_, run = [], build.Launch.run
    monkeypatch.setattr(
        build.Launch, "run", lambda self, *a: ours_.append((self.kernel.name, self.shape)) or run(self, *a)
    )
    device()
    for name, (fn, x) in CALLS.items():
        ours_.clear()
        spectro.clear_cache()
        mx.eval(fn(x))
        names = [kernel for kernel, _ in ours_]
        assert all(names.count(kernel) >= 2 for kernel in names), f"{name}: each is tried before it is used"
    monkeypatch.setattr(build, "WIDE", 1)
    spectro.clear_cache()
    ours_.clear()
    mx.eval(spectro.stft(signal(61), n_fft=16, hop_length=4))
    assert len({kernel for kernel, _ in ours_}) == 1 and len(ours_) == 2, "also one that counts with 64 bits"
