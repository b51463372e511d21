"""What runs here: versions, device, backends, settings and the fallbacks taken."""

from __future__ import annotations

import argparse
import importlib.metadata
import platform

import mlx.core as mx

from .. import __version__, _cpu, _gpu
from .._engine import dispatch
from .._floor import fallbacks, settings
from .._gpu.launch import cubins
from ..errors import ParameterError
from .outcome import OK

OPTIONAL = ("soundfile", "soxr", "matplotlib", "tqdm", "pyarrow", "ray", "scipy", "torch", "librosa")


def run(options: argparse.Namespace) -> int:
    """Show them, and the kernels where these are asked for."""
    show_versions()
    if options.kernels:
        show_kernels()
    return OK


def show_versions() -> None:
    """Print versions, device, backends, settings and the fallbacks taken in this process.

    Notes
    -----
    Differs from librosa: it prints spectro's versions.

    Examples
    --------
    >>> import spectro
    >>> spectro.show_versions()  # doctest: +SKIP
    """
    sections = (
        ("versions", _versions()),
        ("device", [("default", device_name())]),
        ("backends", _backends()),
        ("settings", _settings_in_force()),
        ("fallbacks", [("", text) for text in fallbacks.taken()] or [("", "none taken")]),
    )
    for title, rows in sections:
        print(title)
        width = max(len(name) for name, _ in rows)
        for name, value in rows:
            print(f"  {name:<{width}}  {value}" if name else f"  {value}")


def show_kernels() -> None:
    """Print the GPU kernels whose machine code is kept on disk, with the time that each took to compile."""
    place, kept = cubins.folder(), cubins.kept()
    print("kernels")
    if place is None:
        print("  machine code is not kept: SPEC_MLX_AUTOTUNE_PERSIST is off")
        return
    for kernel in kept:
        print(f"  {kernel.seconds:6.2f} s  {kernel.size / 1024:6.0f} KiB  {kernel.kernel}")
    total = sum(kernel.seconds for kernel in kept)
    print(f"  {len(kept)} in {place}, compiled in {total:.1f} s")


def device_name() -> str:
    """Name MLX's default device and the hardware behind it."""
    kind = dispatch.device()
    hardware = mx.device_info().get("device_name") if hasattr(mx, "device_info") else None
    return f"{kind} ({hardware})" if hardware else kind


def backend_in_use() -> str:
    """Name the backend that computes what it supports; the reference computes the rest."""
    forced = dispatch.forced_backend()
    name = dispatch.device() if forced == "auto" else forced
    return name if dispatch.unavailable(name) is None else "reference"


def _versions() -> list[tuple[str, str]]:
    rows = [("spectro", __version__), ("mlx", mx.__version__)]  # type: ignore[attr-defined]
    rows += [("numpy", _version("numpy") or "not installed")]
    rows += [("python", f"{platform.python_version()} on {platform.platform()}")]
    return rows + [(name, _version(name) or "not installed") for name in OPTIONAL]


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _backends() -> list[tuple[str, str]]:
    rows = []
    for name in settings.BACKENDS:
        if name != "auto":
            reason = dispatch.unavailable(name)
            rows.append((name, f"unavailable: {reason}" if reason else "available" + _details(name)))
    without = _gpu.missing()
    said = f"planned anew each time, and mx.vmap raises on a GPU: {without}" if without else "replayed"
    return [*rows, ("repeated calls", said)]


def _details(backend: str) -> str:
    """What an available backend says of itself."""
    return f": {_cpu.describe()}" if backend == "cpu" else ""


def _settings_in_force() -> list[tuple[str, str]]:
    rows = []
    for name, setting in settings.SETTINGS.items():
        try:
            value = settings.read(name)
        except ParameterError as error:
            rows.append((name, f"refused: {error}"))
            continue
        text = "unset" if value is None else f"{value:d}" if isinstance(value, bool) else str(value)
        rows.append((name, text + ("" if value == setting.default else " (set)")))
    return rows
