"""Derivatives of the CPU backend come from the reference: what is called when, on which stream, and how it ends."""

from __future__ import annotations

import gc
import sys
from concurrent.futures import ThreadPoolExecutor

import mlx.core as mx
import numpy as np
import pytest
from test_cpu import normal, on_the_cpu, pytestmark  # noqa: F401
from test_cpu_process import run_python

from spectro import _cpu
from spectro._constants.banks import MelBank
from spectro._plans import DecibelPlan, FluxPlan, SpectrogramPlan, StftPlan

DECIBELS = DecibelPlan(10.0, 1e-3, 15.0, (-2, -1))
MEL = SpectrogramPlan(
    StftPlan.of("test", n_fft=64, pad_mode="reflect"), 2.0, MelBank(8000, 64, 5, 0.0, 4000.0, False, "slaney")
)
WINDOW = mx.array(np.hanning(64).astype(np.float32))


def level_of(S: mx.array) -> mx.array:
    return _cpu.decibels(DECIBELS, S, mx.array(1.0)).sum()


@pytest.fixture
def definitions(monkeypatch):
    """The functions that were handed in, which the test may exchange."""
    original = _cpu._compiled().definitions
    for name, function in original.items():
        monkeypatch.setitem(original, name, function)  # puts it back afterwards
    return original


def test_a_derivative_is_the_definitions(definitions):
    S, once = mx.array(normal(1, 9, 5)) ** 2, definitions["decibels"]
    expected = mx.grad(level_of)(S)
    definitions["decibels"] = lambda *arguments: 3 * once(*arguments)
    assert np.allclose(mx.grad(level_of)(S), 3 * expected)
    assert np.array_equal(_cpu.decibels(DECIBELS, S, mx.array(1.0)), _cpu.decibels(DECIBELS, S, mx.array(1.0)))


def test_values_their_batches_and_the_fused_gradient_ask_for_no_definition(definitions):
    def refused(*_):
        raise AssertionError("asked")

    for name in definitions:
        definitions[name] = refused
    y, S = mx.array(normal(1, 3, 500)), mx.array(normal(2, 3, 9, 5)) ** 2
    mel = lambda y: _cpu.spectrogram(MEL, y, WINDOW)  # noqa: E731
    mx.eval(mx.vmap(mel)(y), mx.vmap(level_of)(S), mx.vmap(lambda S: _cpu.flux(FluxPlan(), S, None))(S))
    mx.eval(mx.vmap(mx.grad(lambda y: mel(y).sum()))(y))
    mx.eval(mx.grad(lambda y: _cpu.stft(MEL.stft, y, WINDOW).real.sum())(y))
    with pytest.raises(AssertionError, match="asked"):
        mx.grad(level_of)(S)


@pytest.mark.parametrize("op", ["decibels", "flux", "spectrogram"])
def test_a_definition_that_raises_raises_where_the_derivative_was_asked_for(definitions, op):
    def broken(*_):
        raise LookupError("planned")

    S, y, before = mx.array(normal(1, 9, 5)) ** 2, mx.array(normal(2, 500)), mx.default_stream(mx.cpu)
    call = {
        "decibels": lambda: mx.grad(level_of)(S),
        "flux": lambda: mx.grad(lambda S: _cpu.flux(FluxPlan(), S, None).sum())(S),
        "spectrogram": lambda: mx.jvp(lambda y: _cpu.spectrogram(MEL, y, WINDOW), [y], [y]),
    }[op]
    kept, definitions[op] = definitions[op], broken
    with pytest.raises(LookupError, match="planned"):
        call()
    assert mx.default_stream(mx.cpu) == before
    definitions[op] = kept
    mx.eval(call())


@on_the_cpu
def test_a_definition_runs_on_the_stream_of_the_primitive(definitions):
    seen, once, stream = [], definitions["decibels"], mx.new_stream(mx.cpu)

    def watched(*arguments):
        seen.append(mx.default_stream(mx.cpu))
        return once(*arguments)

    def on_the_stream(S):
        with mx.stream(stream):
            return level_of(S)

    definitions["decibels"], before = watched, mx.default_stream(mx.cpu)
    S = mx.array(normal(1, 9, 5)) ** 2
    mx.eval(mx.grad(level_of)(S), mx.grad(on_the_stream)(S))
    assert seen == [before, stream]
    assert mx.default_stream(mx.cpu) == before


def test_threads_differentiate_at_once():
    y = [mx.array(normal(i, 2, 2000 + 100 * i)) for i in range(8)]
    mx.eval(y, WINDOW)

    def work(i):
        log_mel = lambda y: level_of(_cpu.spectrogram(MEL, y, WINDOW))  # noqa: E731
        tangent = mx.jvp(log_mel, [y[i]], [y[i]])[1][0]
        second = mx.grad(lambda y: mx.square(mx.grad(log_mel)(y)).sum())(y[i])
        return [np.array(x) for x in (mx.grad(log_mel)(y[i]), tangent, second)]

    alone = [work(i) for i in range(8)]
    with ThreadPoolExecutor(4) as pool:
        for expected, got in zip(alone, pool.map(work, range(8))):
            assert all(np.array_equal(a, b) for a, b in zip(expected, got))


def test_a_node_of_a_graph_owns_no_python_object(definitions):
    """It would be let go on a thread of MLX, which must not wait for the interpreter, and dies if there is none."""
    y, held = mx.array(normal(1, 500)), [_cpu._bank(MEL.bank), *definitions.values()]
    before = [sys.getrefcount(x) for x in held]
    S = _cpu.spectrogram(MEL, y, WINDOW)
    graphs = [S, _cpu.filterbank(MEL.bank, mx.ones((4, 33))), mx.grad(lambda y: level_of(2 * y))(S)]
    graphs += [mx.grad(lambda y: _cpu.spectrogram(MEL, y, WINDOW).sum())(y)]
    assert [sys.getrefcount(x) for x in held] == before
    mx.eval(graphs)


def test_derivatives_hold_on_to_nothing(definitions):
    S, y = mx.array(normal(1, 9, 5)) ** 2, mx.array(normal(2, 500))
    held = [*definitions.values(), _cpu._bank(MEL.bank)]

    def differentiate():
        mx.grad(level_of)(S)  # is let go without having been computed
        mx.eval(mx.grad(level_of)(S), mx.jvp(lambda y: _cpu.spectrogram(MEL, y, WINDOW), [y], [y]))

    differentiate()
    gc.collect()
    before = [sys.getrefcount(x) for x in held]
    for _ in range(50):
        differentiate()
    gc.collect()
    assert [sys.getrefcount(x) for x in held] == before


def test_a_process_ends_in_silence_with_derivatives_in_hand():
    done = run_python(
        """
        import threading, mlx.core as mx, spectro
        y = mx.random.normal((2, 30000))
        loss = lambda y: spectro.onset_strength(y=y).sum() + spectro.power_to_db(spectro.melspectrogram(y=y)).sum()
        computed, lazy, compiled = mx.grad(loss)(y), mx.grad(loss)(y), mx.compile(mx.grad(loss))
        mx.eval(computed, compiled(y))
        mx.async_eval(mx.grad(loss)(2 * y), spectro.melspectrogram(y=3 * y))
        kept = threading.local()
        kept.graph = mx.grad(loss)(3 * y)
        print("fine")
        """
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "fine", "")
