"""`spectro build`: the compiled modules for the MLX and the Python that run, into the user's cache."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mlx.core as mx

from .. import _cpu, _gpu
from .._floor import builds, folders, settings
from .outcome import OK

NANOBIND = "3.1.0"  # that of MLX 0.32.4; pyproject.toml names the same
MODULES = {"spectro._cpu._native": "_cpu", "spectro._gpu._native": "_gpu"}  # and where the build puts them
MOST_LINES = 40  # of what a compiler says


def run(options: argparse.Namespace) -> int:
    """Compile what does not load here, and say where it lies."""
    if _cpu.unavailable() is None and _gpu.missing() is None:
        print(f"nothing to do: the compiled modules fit MLX {mx.__version__}")  # type: ignore[attr-defined]
        return OK
    if not (builds.SOURCES / "CMakeLists.txt").is_file():
        raise FileNotFoundError(f"the sources are not in {builds.SOURCES}; install spectro anew")
    began = time.perf_counter()
    place = prepared(builds.folder())
    with tempfile.TemporaryDirectory(dir=place, prefix="building-") as scratch:
        compiled_in(Path(scratch), options.nanobind or NANOBIND)
        put(Path(scratch), place / builds.key())
    print(f"compiled for MLX {mx.__version__} in {time.perf_counter() - began:.0f} s: {place / builds.key()}")  # type: ignore[attr-defined]
    return check()


def prepared(place: Path) -> Path:
    """Make the folder of builds, for this user alone; refuse one that others may write to."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not folders.own(place):
        raise PermissionError(f"{place} must belong to you, and nobody else may write to it; remove it")
    place.chmod(0o700)
    return place


def compiled_in(scratch: Path, nanobind: str) -> None:
    """Run CMake, which installs into `scratch/spectro`."""
    environment = with_tools(scratch / "tools", nanobind)
    tree, cmake = scratch / "tree", shutil.which("cmake", path=environment["PATH"])
    if cmake is None:
        raise FileNotFoundError("CMake was not found: pip install cmake")
    generator = ["-G", "Ninja"] if shutil.which("ninja", path=environment["PATH"]) else []
    # the modules lie outside MLX's environment, and look for its library where it was found
    where = [f"-DPython_EXECUTABLE={sys.executable}", "-DCMAKE_INSTALL_RPATH_USE_LINK_PATH=ON"]
    tell("compiling; this takes a minute or so")
    cores = str(os.cpu_count() or 1)
    called([cmake, "-S", str(builds.SOURCES), "-B", str(tree), *generator, *where], environment)
    called([cmake, "--build", str(tree), "--parallel", cores], environment)
    called([cmake, "--install", str(tree), "--prefix", str(scratch)], environment)


def with_tools(place: Path, nanobind: str) -> dict[str, str]:
    """Give an environment that has CMake and nanobind: those installed, or else fetched for this build alone."""
    missing = [] if shutil.which("cmake") else ["cmake>=3.19"]
    missing += [] if shutil.which("ninja") else ["ninja"]
    missing += [] if _version("nanobind") == nanobind else [f"nanobind=={nanobind}"]
    if missing:
        tell(f"fetching {', '.join(missing)} for this build")
        called([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(place), *missing])
    return settings.with_folders(PATH=str(place / "bin"), PYTHONPATH=str(place))


def put(scratch: Path, place: Path) -> None:
    """Move what was compiled to its place, all of it or nothing."""
    made = scratch / "made"
    made.mkdir(mode=0o700)
    for name, room in MODULES.items():
        (file,) = (scratch / "spectro" / room).glob("_native*")
        file.chmod(0o700)
        os.replace(file, builds.module_file(made, name))
    if place.exists():
        os.replace(place, scratch / "old")
    os.replace(made, place)


def check() -> int:
    """Load the modules in a new process, as the next one will."""
    code = "from spectro import _cpu, _gpu; print(_cpu.unavailable() or _gpu.missing() or '')"
    wrong = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    if wrong.returncode or wrong.stdout.strip():
        raise ImportError(f"what was compiled does not load: {wrong.stdout.strip() or wrong.stderr.strip()[-500:]}")
    return OK


def called(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run a program; show the end of what it said if it fails."""
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        tell("\n".join(done.stdout.splitlines()[-MOST_LINES:]))
        raise RuntimeError(f"{Path(command[0]).name} failed ({done.returncode}); what it said stands above")


def tell(text: str) -> None:
    """Say something on standard error."""
    print(text, file=sys.stderr, flush=True)


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
