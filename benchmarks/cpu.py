"""The CPU tables: six functions at six shapes beside every peer, accuracy, overhead, threads and linearity."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterator

import numpy as np

from . import cold, data_sets, peers, presets, programs, tables
from .shapes import LARGE, QUICK, SHAPES, TINY, Shape, Truth, signal
from .suite import Step
from .tables import RIGHT, Row, row
from .timing import error, medians

OPERATIONS = ("stft", "istft", "mel", "mel_db", "onset", "round_trip")


def steps(quick: bool) -> Iterator[Step]:
    """Everything there is to measure on this machine's CPU."""
    budget = 0.4 if quick else 2.5
    for table in OPERATIONS:
        for shape in QUICK if quick else SHAPES:
            yield Step(f"{table} {shape}", functools.partial(operation, table, shape, budget))
    for shape in QUICK if quick else SHAPES:
        yield Step(f"accuracy {shape}", functools.partial(accuracy, shape))
    yield Step("dispatch", functools.partial(dispatch, budget))
    yield Step("threads", functools.partial(threads, budget))
    yield Step("linearity", functools.partial(linearity, quick))
    yield from cold.steps("cpu", quick)
    yield from programs.steps("cpu", quick)
    yield from data_sets.steps("cpu", quick)
    yield from presets.steps(quick)


def operation(table: str, shape: Shape, budget: float) -> list[Row]:
    """One function at one shape: the speed of those whose answer is right, and everyone's error."""
    seconds, errors = measure(table, shape, budget)
    return [row(table, shape, seconds, errors, bytes=tables.traffic(table, shape))]


def measure(table: str, shape: Shape, budget: float) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds and errors; who is wrong is not timed."""
    truth, errors, calls = getattr(Truth(shape), table), {}, {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in peers.PEERS:
            call = peers.calls(name, shape).get(table)
            if call is None:
                continue
            try:
                errors[name] = error(call(), truth)
            except ValueError:  # a shape that this peer refuses
                continue
            if errors[name] <= RIGHT:
                calls[name] = call
    return medians(calls, budget), errors


def accuracy(shape: Shape) -> list[Row]:
    """How far istft(stft(y)) is from y, of those whose inverse is there."""
    truth, errors = Truth(shape).istft, {}
    for name in peers.PEERS:
        call = peers.calls(name, shape).get("istft")
        if call is not None:
            errors[name] = error(call(), truth)
    return [row("accuracy", shape, errors, errors, unit="of the peak")]


def dispatch(budget: float) -> list[Row]:
    """What a call costs when there is nothing to compute, with the result and without asking for it."""
    import mlx.core as mx

    import spectro

    result, heard = [], signal(TINY)
    frames = {"n_fft": TINY.n_fft, "hop_length": TINY.hop}
    plain = {
        "stft": lambda: spectro.stft(heard, **frames),
        "mel": lambda: spectro.melspectrogram(y=heard, sr=TINY.sr, n_mels=TINY.n_mels, **frames),
    }
    for table, call in plain.items():
        seconds, errors = measure(table, TINY, budget)
        seconds |= medians({"spectro, NumPy": call}, budget)
        result.append(row("dispatch", f"{table} {TINY}", seconds, errors))
    y, window = mx.zeros(TINY.samples), mx.array(spectro.get_window("hann", TINY.n_fft))
    transform = spectro.SpectralTransform(TINY.n_fft, TINY.hop)
    built = {
        "spectro": lambda: spectro.stft(y, n_fft=TINY.n_fft, hop_length=TINY.hop),
        "spectro, transform object": lambda: transform.stft(y),
        "mx.fft": lambda: mx.fft.stft(y, n_fft=TINY.n_fft, hop_length=TINY.hop, window=window),
    }
    return [*result, row("dispatch", "stft, not evaluated", medians(built, budget), {})]


def threads(budget: float) -> list[Row]:
    """The largest shape on every core and on one."""
    import spectro._cpu as backend

    if backend.unavailable():
        return []
    ours, every, result = peers.calls("spectro", LARGE), backend.threads(), []
    for table in ("stft", "mel"):
        times = {}
        for name, count in (("spectro", every), ("spectro, 1 thread", 1)):
            backend.set_threads(count)
            times[name] = medians({name: ours[table]}, budget / 2)[name]
        backend.set_threads(every)
        result.append(row("threads", f"{table} {LARGE}, {every} threads", times, {}))
    return result


def linearity(quick: bool) -> list[Row]:
    """Nanoseconds per sample of melspectrogram from one second to an hour."""
    import mlx.core as mx

    import spectro

    sr, result = 44100, []
    for seconds in (1, 10, 60) if quick else (1, 10, 60, 600, 3600):
        y = mx.array(np.random.default_rng(0).standard_normal(sr * seconds, dtype=np.float32))
        mx.eval(y)
        time = medians({"mel": lambda y=y: mx.eval(spectro.melspectrogram(y=y, sr=sr))}, 0.5)["mel"]
        cost = {"spectro": time / y.size * 1e9}
        result.append(row("linearity", f"mel, {seconds} s of 44.1 kHz", cost, {}, unit="ns per sample"))
    return result
