"""Where numbers come from: the machine, the versions and the date that stand above every table."""

from __future__ import annotations

import contextlib
import datetime
import importlib
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Iterator
from typing import Any

# What a peer is called here: its distribution, and the module that must be importable.
PACKAGES = {
    "spectro": ("spectro-mlx", "spectro"),
    "mx.fft": ("mlx", "mlx.core"),
    "torch": ("torch", "torch"),
    "torchaudio": ("torchaudio", "torchaudio"),
    "nnAudio": ("nnaudio", "nnAudio"),
    "auvux": ("auvux-dsp", "auvux.dsp"),
    "librosa": ("librosa", "librosa"),
    "scipy": ("scipy", "scipy"),
    "audioflux": ("audioflux", "audioflux"),
    "mlx-stft": ("mlx-stft", "mlx_stft"),
    "mlx-spectro": ("mlx-spectro", "mlx_spectro"),
    "kaldi-native-fbank": ("kaldi-native-fbank", "kaldi_native_fbank"),
}


def describe() -> dict[str, Any]:
    """Machine, versions and date."""
    import mlx.core as mx

    import spectro._cpu as cpu
    import spectro._gpu as gpu

    backends = {"cpu": cpu.unavailable() or cpu.describe(), "gpu": gpu.unavailable() or "available"}
    return {
        "date": datetime.date.today().isoformat(),
        "cpu": processor(),
        "cores": cores(),
        "device": str(mx.device_info().get("device_name", mx.default_device())),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "backends": backends,
        "versions": {name: version(name) for name in PACKAGES},
        "missing": {name: reason for name in PACKAGES if (reason := missing(name))},
    }


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor() -> str:
    """Name of the CPU, as the system gives it."""
    if platform.system() == "Darwin":
        asked = subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True)
        return asked.stdout.strip() or platform.processor()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(text.partition(":")[2].strip() for text in file if text.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def version(name: str) -> str | None:
    """Of an installed library."""
    if name == "spectro":
        import spectro

        return spectro.__version__
    try:
        return importlib.metadata.version(PACKAGES[name][0])
    except importlib.metadata.PackageNotFoundError:
        return None


def missing(name: str) -> str | None:
    """Why a library cannot take part, None when it can be imported."""
    if version(name) is None:
        return "not installed"
    try:
        importlib.import_module(PACKAGES[name][1])
    except Exception as problem:  # a wheel for another machine fails in its own way
        return f"cannot be imported: {type(problem).__name__}"
    return None


def heading(environment: dict[str, Any], suite: str) -> str:
    """One line that says which machine."""
    name = environment["device"] if suite == "gpu" else environment["cpu"]
    return f"{name}, {environment['cores']} cores, {environment['system']}, {environment['date']}"


def lines(environment: dict[str, Any]) -> list[str]:
    """The environment as text."""
    versions = [f"{name} {number}" for name, number in environment["versions"].items() if number]
    backends = [f"{name} backend: {state}" for name, state in environment["backends"].items()]
    missing = [f"{name} ({reason})" for name, reason in environment["missing"].items()]
    return [
        f"{heading(environment, 'cpu')}; MLX device: {environment['device']}",
        f"Python {environment['python']}, " + ", ".join(versions),
        "; ".join(backends),
        *(["left out: " + ", ".join(missing)] if missing else []),
    ]


def no_gpu() -> str | None:
    """Why there is nothing to measure on a GPU, None when there is one."""
    import spectro._gpu as gpu

    return gpu.unavailable()


@contextlib.contextmanager
def device(name: str) -> Iterator[None]:
    """Make "cpu" or "gpu" MLX's default device for a while."""
    import mlx.core as mx

    before = mx.default_device()
    mx.set_default_device(getattr(mx, name))
    try:
        yield
    finally:
        mx.set_default_device(before)
