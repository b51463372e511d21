"""The CPU tables: six functions at five shapes beside every peer, then threads, linearity and memory."""

from __future__ import annotations

import subprocess
import sys
import warnings
from typing import Any

import numpy as np

from . import peers
from .shapes import QUICK, SHAPES, Shape, Truth
from .tables import RIGHT, TABLES, line, record
from .timing import error, medians

MEMORY = """
import mlx.core as mx, numpy as np, spectro

def status(key):
    with open("/proc/self/status") as f:
        return next(int(line.split()[1]) * 1024 for line in f if line.startswith(key))

sr, seconds = 44100, {seconds}
y = mx.array(np.random.default_rng(0).standard_normal(sr * seconds, dtype=np.float32))
mx.eval(y, spectro.melspectrogram(y=y[:sr], sr=sr))
with open("/proc/self/clear_refs", "w") as f:
    f.write("5")  # the peak starts anew
before = status("VmRSS:")
S = spectro.melspectrogram(y=y, sr=sr)
mx.eval(S)
print(status("VmHWM:") - before, y.nbytes, S.nbytes)
"""


def run(quick: bool, only: list[str] | None = None) -> tuple[list[dict[str, Any]], bool]:
    """Print every table; the records, and whether all of spectro's answers were right."""
    import spectro._cpu as backend

    reason = backend.unavailable()
    print(f"spectro's CPU backend: {reason or backend.describe()}")
    print("peers: " + ", ".join(f"{name} {peers.version(name) or 'NOT INSTALLED'}" for name in peers.PEERS))
    records = []
    for table, title in TABLES.items():
        if only and not any(word in table for word in only):
            continue
        print(f"\n{title}: median ms, error of the peak, ratio of each peer's time to spectro's")
        for shape in QUICK if quick else SHAPES:
            seconds, errors = measure(table, shape, 0.5 if quick else 2.0)
            print(line(table, shape, seconds, errors), flush=True)
            records.append(record(table, shape, seconds, errors))
    right = all("spectro" in r["seconds"] for r in records)
    for extra in (threads, linearity, memory):
        if not only or any(word in extra.__name__ for word in only):
            records.append(extra(quick))
    return records, right


def measure(table: str, shape: Shape, budget: float) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds of the peers whose answer is right, and everyone's error."""
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


def threads(quick: bool) -> dict[str, Any]:
    """Stft and mel of 8 x 480000 on one thread and on two."""
    import spectro._cpu as backend

    calls = {table: peers.calls("spectro", SHAPES[2])[table] for table in ("stft", "mel")}
    before = backend.threads()
    times = {}
    for count in (1, 2):
        backend.set_threads(count)
        times[count] = medians(calls, 0.5 if quick else 2.0, pause=0)
    backend.set_threads(before)
    gains = {table: times[1][table] / times[2][table] for table in calls}
    print(f"\ntwo threads against one, {SHAPES[2]}: " + ", ".join(f"{t} {g:.2f}x" for t, g in gains.items()))
    return {"table": "threads", "gains": gains}


def linearity(quick: bool) -> dict[str, Any]:
    """Nanoseconds per sample of melspectrogram from one second to an hour."""
    import mlx.core as mx

    import spectro

    sr, cost = 44100, {}
    for seconds in (1, 10, 60, 600) if quick else (1, 10, 60, 600, 3600):
        y = mx.array(np.random.default_rng(0).standard_normal(sr * seconds, dtype=np.float32))
        mx.eval(y)
        call = {"mel": lambda y=y: mx.eval(spectro.melspectrogram(y=y, sr=sr))}
        cost[seconds] = medians(call, 0.5, pause=0)["mel"] / y.size * 1e9
    print("\nmelspectrogram of 44.1 kHz, ns per sample: " + ", ".join(f"{s} s {c:.3f}" for s, c in cost.items()))
    return {"table": "linearity", "ns_per_sample": cost}


def memory(quick: bool) -> dict[str, Any]:
    """Peak memory above the input of melspectrogram over an hour of mono, in a process of its own."""
    seconds = 600 if quick else 3600
    code = MEMORY.format(seconds=seconds)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    extra, signal, result = map(int, done.stdout.split())
    print(
        f"\nmelspectrogram of {seconds} s: input {signal / 2**20:.0f} MiB, result {result / 2**20:.0f} MiB, "
        f"peak above input {extra / 2**20:.0f} MiB, of which beyond the result {(extra - result) / 2**20:.0f} MiB"
    )
    return {"table": "memory", "input": signal, "result": result, "above_input": extra}
