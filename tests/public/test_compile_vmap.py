"""Compiled and mapped calls against plain ones; nothing is evaluated while MLX traces."""

from __future__ import annotations

import functools

import mlx.core as mx
import numpy as np
import pytest
import tolerances
from case import MEL, SR, normal
from cases import DIFFERENTIABLE, LAZY
from comparing import assert_close, vmap
from differentiable import gradient_of, ours, point_mlx

import spectro

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*too large for input signal", "ignore:.*squared windows vanish", "ignore:.*S is complex"
)

# On the CPU each new compiled graph costs a run of the C++ compiler, so only what its row asks for.
COMPILED = {name: (row, by) for name, (row, by) in DIFFERENTIABLE.items() if row.compiled}


@pytest.mark.parametrize("name", COMPILED)
def test_compiled_calls_equal_eager_ones(name):
    row, by = COMPILED[name]
    fn = ours(row, by)
    compiled = mx.compile(fn)
    for scale in (1.0, 1.25):  # the second call runs what the first one traced
        x = scale * point_mlx(row, by)
        assert_close(compiled(x), fn(x), tolerances.COMPILED)


@pytest.mark.parametrize(
    "name",
    [
        "stft-window-short-by-window",
        "istft-window-by-window",
        "melspectrogram-power-0.5-by-y",
        "power_to_db-max-by-S",
        "onset_strength-of-S-by-S",
    ],
)
def test_compiled_gradients_equal_eager_ones(name):
    fn, x = ours(*DIFFERENTIABLE[name]), point_mlx(*DIFFERENTIABLE[name])
    gradient = functools.partial(gradient_of, fn, normal(*fn(x).shape))
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


@pytest.mark.parametrize(("name", "by"), [(name, by) for name, row in LAZY.items() for by in row.arrays])
def test_vmap_equals_a_loop(name, by):
    row = LAZY[name]
    rest, x = row.mlx(), row.mlx()[by]
    batch = mx.stack([x, 0.75 * x, 1.5 * x[::-1]])
    call = lambda x: row.call(**{**rest, by: x})  # noqa: E731
    mapped = vmap(call)(batch)
    assert mapped.shape[0] == 3
    for got, x in zip(mapped, batch):
        assert_close(got, call(x), tolerances.COMPILED)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_gradients_per_example_equal_a_loop(name):
    fn, x = ours(*DIFFERENTIABLE[name]), point_mlx(*DIFFERENTIABLE[name])
    batch = mx.stack([x, 0.75 * x, 1.5 * x[::-1]])
    gradient = functools.partial(gradient_of, fn, normal(*fn(x).shape))
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

# Calls that the table of cases does not hold; MLX raises where one of them evaluates a traced array.
TRACED = {
    "stft-half": lambda: spectro.stft(SIGNAL.astype(mx.float16), n_fft=16),
    "stft-short": lambda: spectro.stft(SIGNAL[:5], n_fft=16, pad_mode="reflect"),
    "istft-gap": lambda: spectro.istft(SPECTRUM, hop_length=20),
    "istft-window": lambda: spectro.istft(SPECTRUM, hop_length=20, window=WINDOW),
    "istft-numpy-window": lambda: spectro.istft(SPECTRUM, hop_length=4, window=np.hamming(16)),
    "istft-called-window": lambda: spectro.istft(SPECTRUM, hop_length=4, window=lambda n: mx.ones(n)),
    "istft-half": lambda: spectro.istft(SPECTRUM.real.astype(mx.bfloat16)),
    "magphase-real": lambda: spectro.magphase(SPECTRUM.real),
    "mel-window": lambda: spectro.melspectrogram(y=SIGNAL, window=mx.concatenate([WINDOW, WINDOW]), **MEL),
    "db-complex": lambda: spectro.power_to_db(SPECTRUM),
    "db-array": lambda: spectro.power_to_db(LEVELS.square(), ref=LEVELS.max()),
    "db-builtin": lambda: spectro.power_to_db(LEVELS.square(), ref=max),
    "db-mlx": lambda: spectro.power_to_db(LEVELS.square(), ref=mx.max),
    "db-function": lambda: spectro.power_to_db(LEVELS.square(), ref=lambda S: S.max()),
    "db-all": lambda: spectro.amplitude_to_db(LEVELS, ref=np.mean, axes=None),
    "onset": lambda: spectro.onset_strength(y=SIGNAL, aggregate=np.median, detrend=True, **MEL),
    "onset-feature": lambda: spectro.onset_strength(y=SIGNAL, feature=spectro.melspectrogram, **MEL),
    "onset-multi": lambda: spectro.onset_strength_multi(S=LEVELS, channels=[slice(0, 2), slice(3, 6)]),
    "get_duration": lambda: spectro.get_duration(y=SIGNAL, sr=SR),
}


@pytest.mark.parametrize("name", TRACED)
def test_nothing_is_evaluated_while_tracing(name, monkeypatch):
    """Inside `mx.compile` a call on what is traced may only describe the computation."""

    def traced(signal, spectrum, levels, window):
        for constant, tracer in zip(("SIGNAL", "SPECTRUM", "LEVELS", "WINDOW"), (signal, spectrum, levels, window)):
            monkeypatch.setitem(globals(), constant, tracer)
        return TRACED[name]()

    try:
        only_traced(traced, SIGNAL, SPECTRUM, LEVELS, WINDOW)
    finally:
        monkeypatch.undo()


@pytest.mark.parametrize("name", LAZY)
def test_no_lazy_function_evaluates_while_tracing(name):
    row = LAZY[name]
    only_traced(lambda *arrays: row.call(**dict(zip(row.arrays, arrays))), *row.mlx().values())


def only_traced(fn, *arrays):
    """Trace a function without running it."""
    seen = []

    def traced(*tracers):
        with pytest.raises(ValueError, match=r"(?i)eval"):  # the guard itself: evaluation here is an error
            mx.eval(tracers[0])
        seen.append(fn(*tracers))
        return tracers[0]

    mx.compile(traced)(*arrays)
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
