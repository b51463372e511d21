"""What the CPU backend's process survives: threads, forks, interrupts, refused memory, other versions of MLX."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mlx.core as mx
import numpy as np
import pytest
from test_cpu import normal, pytestmark  # noqa: F401

import spectro
from spectro import _cpu

ROOT = Path(__file__).parents[3]
without_cuda = pytest.mark.skipif(mx.cuda.is_available(), reason="MLX's build for CUDA has its memory from CUDA")
ON_THE_CPU = "import mlx.core; mlx.core.set_default_device(mlx.core.cpu)\n"  # also where a GPU is the default
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells, and limits, what a process takes")


def run_python(code: str, timeout: float = 60, **environment: str) -> subprocess.CompletedProcess:
    """Run a program in a fresh process that imports this spectro."""
    import os

    path = os.pathsep.join([str(ROOT), *sys.path])
    return subprocess.run(
        [sys.executable, "-c", ON_THE_CPU + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, "PYTHONPATH": path, **environment},
    )


def test_eight_threads_at_once_give_the_answers_of_one():
    y = [mx.array(normal(i, 2, 40000 + 1000 * i)) for i in range(8)]

    def work(i):
        results = []
        for _ in range(6):
            D = spectro.stft(y[i], n_fft=512)
            S = spectro.power_to_db(spectro.melspectrogram(y=y[i], n_fft=1024, n_mels=64))
            results.append([np.array(D), np.array(spectro.istft(D)), np.array(S)])
        return results

    alone = [work(i)[0] for i in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for expected, results in zip(alone, pool.map(work, range(8))):
            for result in results:
                assert all(np.array_equal(a, b) for a, b in zip(result, expected))


def test_the_interpreter_runs_while_a_call_computes():
    """The lock of the interpreter is not held: a counter in Python goes on."""
    y = mx.array(normal(1, 16, 480000))
    mx.eval(y)
    count, stop = 0, threading.Event()

    def tick():
        nonlocal count
        while not stop.is_set():
            count += 1
            time.sleep(0.0005)

    ticker = threading.Thread(target=tick)
    ticker.start()
    for _ in range(10):
        mx.eval(spectro.melspectrogram(y=y, n_fft=1024, hop_length=128))
    stop.set()
    ticker.join()
    assert count > 10


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="no fork here")
def test_a_fork_leaves_the_parent_usable():
    done = run_python(
        """
        import os, warnings, mlx.core as mx, numpy as np, spectro
        warnings.simplefilter("ignore")
        y = mx.random.normal((4, 300000))
        before = np.array(spectro.stft(y, n_fft=512))
        child = os.fork()
        if child == 0:
            os._exit(7)
        assert os.waitpid(child, 0)[1] >> 8 == 7
        assert np.array_equal(before, np.array(spectro.stft(y, n_fft=512)))
        print("fine")
        """
    )
    assert done.stdout.strip() == "fine", done.stderr


def test_an_interrupt_leaves_the_process_usable():
    code = """
        import signal
        import mlx.core as mx, numpy as np, spectro
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore Ctrl-C
        y = mx.random.normal((8, 480000))
        expected = np.array(spectro.melspectrogram(y=y[:1, :48000]))
        print("ready", flush=True)
        try:
            while True:
                mx.eval(spectro.stft(y, n_fft=4096, hop_length=64))
        except KeyboardInterrupt:
            pass
        assert np.array_equal(expected, np.array(spectro.melspectrogram(y=y[:1, :48000])))
        print("fine")
    """
    import os

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    with subprocess.Popen(
        [sys.executable, "-c", ON_THE_CPU + textwrap.dedent(code)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout.readline().strip() == "ready"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        try:
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert out.strip() == "fine"
    assert process.returncode == 0


@on_linux
@without_cuda
def test_a_result_too_large_raises_with_its_size_and_the_process_goes_on():
    done = run_python(
        """
        import resource, mlx.core as mx, spectro
        y = mx.random.normal((64, 400000))
        mx.eval(y, spectro.stft(y[:1]))
        limit = 2 << 30
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        try:
            mx.eval(spectro.stft(y, n_fft=2048, hop_length=16))
        except (MemoryError, RuntimeError) as error:
            print(error)
        print(mx.abs(spectro.stft(y[:1], n_fft=512)).max().item() > 0)
        """
    )
    assert done.returncode == 0, done.stderr
    assert str(64 * 25001 * 1025 * 8) in done.stdout
    assert done.stdout.strip().endswith("True")


@on_linux
def test_a_thousand_calls_of_varied_shapes_leave_memory_flat():
    done = run_python(
        """
        import mlx.core as mx, spectro, warnings
        warnings.simplefilter("ignore")

        def resident():
            with open("/proc/self/statm") as f:
                return int(f.read().split()[1]) * 4096

        def call(i):
            y = mx.random.normal((1 + i % 3, 2000 + 37 * (i % 211)))
            n_fft = 64 + 2 * (i % 173)
            D = spectro.stft(y, n_fft=n_fft)
            mx.eval(spectro.istft(D), spectro.power_to_db(spectro.melspectrogram(y=y, n_fft=512, n_mels=20)))

        for i in range(400):
            call(i)
        before = resident()
        for i in range(400, 1400):
            call(i)
        print(resident() - before)
        """
    )
    assert int(done.stdout) < 12 << 20, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("plant", "reason"),
    [
        ("sys.modules['spectro._cpu._native'] = None", "not compiled"),
        ("mx.__version__ = '0.1.0'", f"compiled for MLX {mx.__version__}, not 0.1.0"),
        ("mx.array = float", "with another nanobind than MLX"),
    ],
    ids=["missing", "other version", "other nanobind"],
)
def test_without_the_compiled_part_the_reference_answers_and_says_so_once(plant, reason, tmp_path):
    done = run_python(
        f"""
        import sys, warnings, mlx.core as mx, numpy as np
        array = mx.array
        {plant}
        import spectro, spectro._cpu
        assert spectro._cpu.unavailable()
        mx.array = array
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for _ in range(3):
                assert spectro.stft(np.ones(4096), n_fft=256).shape == (129, 65)
        assert [w.category.__name__ for w in caught] == ["FallbackWarning"], caught
        assert "{reason}" in str(caught[0].message) and "python -m spectro build" in str(caught[0].message)
        spectro.show_versions()
        try:
            with spectro.use_backend("cpu"):
                spectro.stft(np.ones(4096))
        except spectro.errors.ParameterError as error:
            assert "{reason}" in str(error)
            print("refused")
        """,
        HOME=str(tmp_path),  # whose cache has no build
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("refused")
    assert reason in done.stdout


def test_the_number_of_threads_is_a_setting():
    code = "import spectro._cpu as c; c.unavailable(); print(c._compiled().threads())"
    assert run_python(code, SPECTRO_NUM_THREADS="3").stdout.strip() == "3"


@without_cuda
def test_signals_layout_is_shared_with_no_copy_of_large_input():
    """A strided batch is read where it lies: the peak of memory is the result."""
    y = mx.array(normal(2, 4, 100000))
    mx.eval(y)
    view = mx.swapaxes(mx.swapaxes(y, 0, 1)[::2], 0, 1)
    mx.eval(view)
    mx.reset_peak_memory()
    base = mx.get_active_memory()
    S = _cpu_mel(view)
    mx.eval(S)
    assert mx.get_peak_memory() - base < 4 * S.nbytes + 100000


def _cpu_mel(y):
    assert _cpu.unavailable() is None
    return spectro.melspectrogram(y=y, n_fft=512, hop_length=256, n_mels=20)
