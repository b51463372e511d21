"""Processes that are forked after spectro was used compute, and give the same numbers."""

from __future__ import annotations

import subprocess
import sys

import mlx.core as mx
import pytest

pytestmark = pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="no fork on this system")

PRELUDE = """
import concurrent.futures, multiprocessing, os, threading, warnings
import numpy as np, mlx.core as mx, spectro
warnings.filterwarnings("ignore", category=DeprecationWarning)  # newer Pythons warn of forks beside threads
mx.set_default_device(mx.cpu)
y = np.random.default_rng(0).standard_normal(22050).astype(np.float32)

def mel(seed):
    return spectro.melspectrogram(y=y * (seed + 1))

def lazy(seed):
    M = spectro.mfcc(y=mx.array(y) * (seed + 1))
    return np.array(M)

def nested(seed):
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.map(mel, [seed])[0]

def same(got, fn):
    for seed, value in enumerate(got):
        np.testing.assert_array_equal(value, fn(seed))

context = multiprocessing.get_context("fork")
before = [mel(0), lazy(0), spectro.hz_to_mel(440.0), spectro.stft(y), spectro.istft(spectro.stft(y))]
"""

WAYS = {
    "Pool": "with context.Pool(2) as pool: same(pool.map(mel, range(6)), mel)",
    "MLX in a Pool": "with context.Pool(2) as pool: same(pool.map(lazy, range(6)), lazy)",
    "ProcessPoolExecutor": """
with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool: same(list(pool.map(mel, range(6))), mel)""",
    "a fork in a fork": """
with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
    same(list(pool.map(nested, range(2))), mel)""",
    "beside busy threads": """
stop = threading.Event()
def busy():
    with mx.stream(mx.new_stream(mx.cpu)):
        while not stop.is_set(): np.array(spectro.melspectrogram(y=mx.array(y), n_mels=40))
threads = [threading.Thread(target=busy) for _ in range(2)]
for thread in threads: thread.start()
try:
    for _ in range(5):
        with context.Pool(2) as pool: same(pool.map(mel, range(4)), mel)
finally: stop.set(); [thread.join() for thread in threads]""",
    "the parent goes on": """
with context.Pool(2) as pool: pool.map(mel, range(2))
same([mel(0)], mel); same([lazy(0)], lazy)""",
    "before any use": "",
}


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)


without_cuda = pytest.mark.skipif(mx.cuda.is_available(), reason="MLX's build for CUDA cannot be used after a fork")


@without_cuda
@pytest.mark.parametrize("way", WAYS)
def test_forked_processes_compute_the_same(way):
    done = run(f"{PRELUDE}\n{WAYS[way]}\nprint('done')")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "done"


@without_cuda
def test_a_data_loader_of_torch_forks():
    pytest.importorskip("torch")
    code = """
import torch
class Clips(torch.utils.data.Dataset):
    def __len__(self): return 8
    def __getitem__(self, i): return mel(i)
loader = torch.utils.data.DataLoader(Clips(), num_workers=2, multiprocessing_context="fork")
same([batch[0].numpy() for batch in loader], mel)
print("done")"""
    done = run(PRELUDE + code)
    assert done.stdout.strip() == "done", done.stderr


def test_a_child_of_a_process_that_used_a_gpu_computes_on_the_cpu_and_says_so(monkeypatch):
    """The parts of it that need no GPU: what the child does once it finds one as the default device."""
    code = """
import warnings, spectro, mlx.core as mx
from spectro._floor import forks, fallbacks
spectro.get_window("hann", 8)
from spectro.windows import spec
spec.analysis_window("x", "hann", 8, 8)
real = mx.default_device
chosen = []
class core:
    def __getattr__(self, name): return getattr(mx, name)
    default_device = staticmethod(lambda: mx.Device(mx.gpu))
    set_default_device = staticmethod(chosen.append)
forks.mx = core()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    forks.begin_child(); forks.begin_child()
assert chosen == [mx.cpu, mx.cpu], chosen
assert [str(w.message)[:16] for w in caught] == ["a forked process"], caught
assert spec._cached_window.cache_info().currsize == 0
assert fallbacks.taken()
print("done")"""
    done = run(code)
    assert done.stdout.strip() == "done", done.stderr


LOST = """
import os, mlx.core as mx, numpy as np, spectro
from spectro._floor import forks
class cuda:
    is_available = staticmethod(lambda: True)
class core:
    def __getattr__(self, name): return cuda if name == "cuda" else getattr(mx, name)
forks.mx = core()
y = np.zeros(4000, np.float32)
x = mx.array(y)
spectro.stft(y)
child = os.fork()
if child == 0:
    said = set()
    for call in (lambda: spectro.stft(y), lambda: spectro.stft(x), lambda: spectro.hz_to_mel(440.0),
                 lambda: spectro.filters.mel(sr=8000, n_fft=64), lambda: spectro.onset.onset_detect(y=y)):
        try: call()
        except RuntimeError as error: said.add(str(error))
    os._exit(said != {"[spectro] MLX's build for CUDA cannot be used in a forked process; start processes with "
                      "multiprocessing.get_context('spawn') or 'forkserver'"})
print(os.waitpid(child, 0)[1]); spectro.stft(y)
"""


def test_a_child_says_at_every_call_that_cuda_does_not_outlive_a_fork():
    done = run(LOST)
    assert (done.stdout.strip(), done.returncode) == ("0", 0), done.stderr
