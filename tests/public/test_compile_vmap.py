"""Compiled and mapped calls against plain ones; nothing is evaluated while MLX traces."""

from __future__ import annotations

import functools

import mlx.core as mx
import numpy as np
import pytest
import tolerances
from comparing import assert_close, vmap
from differentiable import CASES, MEL, SR, as_real, gradient_of, normal

import spectro

pytestmark = pytest.mark.filterwarnings("ignore:.*too large for input signal", "ignore:.*squared windows vanish")

# On the CPU each new compiled graph costs a run of the C++ compiler, so one case of each kind.
COMPILED = (
    "stft-reflect",
    "stft-window-short",
    "istft-win-length",
    "istft-window",
    "phase",
    "mel-power-0.5",
    "mfcc-lifter",
    "power_to_db-median",
    "onset-lag",
    "onset-of-S-detrend",
    "hz_to_mel",
)


@pytest.mark.parametrize("name", COMPILED)
def test_compiled_calls_equal_eager_ones(name):
    case = CASES[name]
    compiled = mx.compile(case.ours)
    for scale in (1.0, 1.25):  # the second call runs what the first one traced
        x = mx.array(scale * case.x, dtype=mx.float32)
        assert_close(compiled(x), case.ours(x), tolerances.COMPILED)


@pytest.mark.parametrize(
    "name", ["stft-window-short", "istft-window", "mel-power-0.5", "power_to_db-max", "onset-of-S"]
)
def test_compiled_gradients_equal_eager_ones(name):
    case = CASES[name]
    x = mx.array(case.x, dtype=mx.float32)
    gradient = functools.partial(gradient_of, case, normal(*as_real(case.ours(x)).shape))
    assert_close(mx.compile(gradient)(x), gradient(x), tolerances.COMPILED)


def test_compile_inside_a_gradient():
    y = mx.array(normal(80), dtype=mx.float32)
    loss = lambda y: spectro.melspectrogram(y=y, **MEL).square().sum()  # noqa: E731
    assert_close(mx.grad(mx.compile(loss))(y), mx.grad(loss)(y), tolerances.COMPILED)


def test_a_compiled_function_takes_several_shapes():
    compiled = mx.compile(lambda y: spectro.stft(y, n_fft=16, hop_length=5))
    for shape in [(61,), (3, 40), (2, 2, 17), (61,)]:
        y = mx.array(normal(*shape), dtype=mx.float32)
        assert_close(compiled(y), spectro.stft(y, n_fft=16, hop_length=5), tolerances.COMPILED)


@pytest.mark.parametrize("name", CASES)
def test_vmap_equals_a_loop(name):
    case = CASES[name]
    batch = mx.array(np.stack([case.x, 0.75 * case.x, 1.5 * case.x[::-1]]), dtype=mx.float32)
    mapped = vmap(case.ours)(batch)
    assert mapped.shape[0] == 3
    for row, x in zip(mapped, batch):
        assert_close(row, case.ours(x), tolerances.COMPILED)


@pytest.mark.parametrize("name", CASES)
def test_gradients_per_example_equal_a_loop(name):
    case = CASES[name]
    batch = mx.array(np.stack([case.x, 0.75 * case.x, 1.5 * case.x[::-1]]), dtype=mx.float32)
    gradient = functools.partial(gradient_of, case, normal(*as_real(case.ours(batch[0])).shape))
    for row, x in zip(vmap(gradient)(batch), batch):
        assert_close(row, gradient(x), tolerances.GRADIENT)


def test_vmap_over_other_axes_and_over_two_arguments():
    y, windows = mx.array(normal(40, 3), dtype=mx.float32), mx.array(normal(3, 16, seed=9), dtype=mx.float32)
    mapped = vmap(lambda y, w: spectro.stft(y, n_fft=16, window=w), in_axes=(1, 0), out_axes=-1)(y, windows)
    for i in range(3):
        assert_close(mapped[..., i], spectro.stft(y[:, i], n_fft=16, window=windows[i]), tolerances.COMPILED)
    shared = vmap(lambda y, w: spectro.stft(y, n_fft=16, window=w), in_axes=(1, None))(y, windows[0])
    assert_close(shared, spectro.stft(y.T, n_fft=16, window=windows[0]), tolerances.COMPILED)


def test_vmap_inside_vmap():
    y = mx.array(normal(2, 3, 40), dtype=mx.float32)
    function = functools.partial(spectro.stft, n_fft=16)
    assert_close(vmap(vmap(function))(y), function(y), tolerances.COMPILED)


WINDOW = mx.array(1 + 0.1 * normal(16), dtype=mx.float32)
SPECTRUM = mx.array(normal(9, 7) + 1j * normal(9, 7, seed=8), dtype=mx.complex64)
SIGNAL = mx.array(normal(80), dtype=mx.float32)
LEVELS = mx.array(20 * normal(6, 9), dtype=mx.float32)

# Calls that the table of derivatives does not hold; MLX raises where one of them evaluates a traced array.
TRACED = {
    "stft-half": lambda: spectro.stft(SIGNAL.astype(mx.float16), n_fft=16),
    "stft-short": lambda: spectro.stft(SIGNAL[:5], n_fft=16, pad_mode="reflect"),
    "istft-gap": lambda: spectro.istft(SPECTRUM, hop_length=20),
    "istft-window": lambda: spectro.istft(SPECTRUM, hop_length=20, window=WINDOW),
    "istft-numpy-window": lambda: spectro.istft(SPECTRUM, hop_length=4, window=np.hamming(16)),
    "istft-called-window": lambda: spectro.istft(SPECTRUM, hop_length=4, window=lambda n: mx.ones(n)),
    "istft-half": lambda: spectro.istft(SPECTRUM.real.astype(mx.bfloat16)),
    "magphase": lambda: spectro.magphase(SPECTRUM, power=2),
    "magphase-real": lambda: spectro.magphase(SPECTRUM.real),
    "mel-of-S": lambda: spectro.melspectrogram(S=mx.abs(SPECTRUM), sr=SR, n_mels=3),
    "mel-window": lambda: spectro.melspectrogram(y=SIGNAL, window=mx.concatenate([WINDOW, WINDOW]), **MEL),
    "mfcc-of-S": lambda: spectro.mfcc(S=LEVELS, n_mfcc=4),
    "db-complex": lambda: spectro.power_to_db(SPECTRUM),
    "db-array": lambda: spectro.power_to_db(LEVELS.square(), ref=LEVELS.max()),
    "db-builtin": lambda: spectro.power_to_db(LEVELS.square(), ref=max),
    "db-mlx": lambda: spectro.power_to_db(LEVELS.square(), ref=mx.max),
    "db-function": lambda: spectro.power_to_db(LEVELS.square(), ref=lambda S: S.max()),
    "db-all": lambda: spectro.amplitude_to_db(LEVELS, ref=np.mean, axes=None),
    "db_to_power": lambda: spectro.db_to_power(LEVELS),
    "onset": lambda: spectro.onset_strength(y=SIGNAL, aggregate=np.median, detrend=True, **MEL),
    "onset-feature": lambda: spectro.onset_strength(y=SIGNAL, feature=spectro.melspectrogram, **MEL),
    "onset-ref": lambda: spectro.onset_strength(S=LEVELS, ref=LEVELS),
    "onset-multi": lambda: spectro.onset_strength_multi(S=LEVELS, channels=[slice(0, 2), slice(3, 6)]),
    "get_window": lambda: spectro.get_window(WINDOW, 16),
    "sumsquare": lambda: spectro.filters.window_sumsquare(window=WINDOW, n_frames=3, n_fft=16, hop_length=4),
    "mel_to_hz": lambda: spectro.mel_to_hz(LEVELS),
    "hz_to_midi": lambda: spectro.hz_to_midi(mx.abs(LEVELS)),
    "midi_to_hz": lambda: spectro.midi_to_hz(LEVELS),
    "frames_to_samples": lambda: spectro.frames_to_samples(LEVELS),
    "frames_to_time": lambda: spectro.frames_to_time(LEVELS),
    "samples_to_frames": lambda: spectro.samples_to_frames(LEVELS),
    "time_to_frames": lambda: spectro.time_to_frames(LEVELS),
    "times_like": lambda: spectro.times_like(LEVELS),
    "samples_like": lambda: spectro.samples_like(LEVELS),
    "get_duration": lambda: spectro.get_duration(y=SIGNAL, sr=SR),
}


@pytest.mark.filterwarnings("ignore:.*S is complex")
@pytest.mark.parametrize("name", TRACED)
def test_nothing_is_evaluated_while_tracing(name, monkeypatch):
    """Inside `mx.compile` a call on what is traced may only describe the computation."""
    seen = []

    def traced(signal, spectrum, levels, window):
        for constant, tracer in zip(("SIGNAL", "SPECTRUM", "LEVELS", "WINDOW"), (signal, spectrum, levels, window)):
            monkeypatch.setitem(globals(), constant, tracer)
        with pytest.raises(ValueError, match=r"(?i)eval"):  # the guard itself: evaluation here is an error
            mx.eval(signal)
        seen.append(TRACED[name]())
        return signal

    arguments = (SIGNAL, SPECTRUM, LEVELS, WINDOW)
    try:
        mx.compile(traced)(*arguments)
    finally:
        monkeypatch.undo()
    assert len(seen) == 1


NUMPY_ALONE = {
    "power_to_db": lambda x: spectro.power_to_db(x.square(), ref=functools.partial(np.percentile, q=90)),
    "amplitude_to_db": lambda x: spectro.amplitude_to_db(x, ref=lambda S: float(np.max(S))),
    "onset_strength": lambda x: spectro.onset_strength(S=x, aggregate=lambda S, axis: np.sort(S, axis=axis)[..., 0, :]),
    "stft": lambda x: spectro.stft(x, n_fft=4, pad_mode=lambda vector, width, axis, options: None),
}


@pytest.mark.parametrize("name", NUMPY_ALONE)
@pytest.mark.parametrize("transform", [mx.compile, vmap], ids=["compile", "vmap"])
def test_a_function_of_numpy_alone_says_that_it_cannot_be_traced(name, transform):
    NUMPY_ALONE[name](LEVELS)
    with pytest.raises(spectro.ParameterError, match=rf"^\[{name}\] \w+ needs the values of its input"):
        transform(NUMPY_ALONE[name])(mx.stack([LEVELS, LEVELS]))
