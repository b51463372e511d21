"""What has no machine here: the C++ compiled for a Mac, and the tests of the kernels run for 64-bit Arm.

`make cross` runs it. It needs zig, a whole cross-compiler that Python's index carries (`pip install ziglang`), and for
the second half qemu-user (`apt install qemu-user-static`), which runs Arm's programs.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nanobind

ROOT = Path(__file__).parents[2]
CPU = ROOT / "spectro" / "_cpu"
ZIG = [sys.executable, "-m", "ziglang", "c++"]
MAC, ARM = "aarch64-macos.14.0", "aarch64-linux-musl"
FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Werror", "-I", str(CPU)]
KERNELS = ["-O3", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math"]  # as in CMakeLists.txt
RUNTIME = [CPU / "runtime" / f"{name}.cpp" for name in ("cores", "dispatch", "fft_plans", "pool")]


def glue_flags() -> list[str]:
    """What the sources that know MLX and Python are compiled with."""
    (mlx,) = (p for p in importlib.util.find_spec("mlx").submodule_search_locations if Path(p, "include/mlx").is_dir())
    system = [f"{mlx}/include", nanobind.include_dir(), sysconfig.get_path("include")]
    return [
        *("-O1", "-Wno-unused-parameter", '-DSPECTRO_MLX_VERSION="cross"', "-DNB_DOMAIN=mlx"),
        *("-I", str(CPU.parent / "_floor"), *(word for folder in system for word in ("-isystem", folder))),
    ]


def sources() -> list[tuple[Path, list[str]]]:
    """Each file of the two modules, with its flags."""
    glue = [*CPU.glob("primitives/*.cpp"), CPU / "runtime/forking.cpp", CPU / "runtime/memory.cpp"]
    glue += (CPU.parent / "_gpu" / "launch").glob("*.cpp")
    kernels = [(CPU / "kernels" / "kernels_portable.cpp", KERNELS), *((file, ["-O1"]) for file in RUNTIME)]
    flags = glue_flags()
    return [*kernels, *((file, flags) for file in sorted(glue))]


def compiled(file: Path, flags: list[str], target: str, out: Path) -> str:
    """Compile a file; give what the compiler says, which is nothing when all is well."""
    command = [*ZIG, "-target", target, *FLAGS, *flags, "-c", str(file), "-o", str(out / f"{file.stem}.o")]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout + done.stderr + (f"{file}: exit {done.returncode}" if done.returncode else "")


def for_mac(out: Path) -> int:
    """Compile everything for macOS; give the number of files that fail."""
    began, files = time.perf_counter(), sources()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        said = list(pool.map(lambda pair: compiled(*pair, MAC, out), files))
    for text in filter(None, said):
        print(text, file=sys.stderr)
    failed = sum(map(bool, said))
    print(f"{MAC}: {len(files) - failed} of {len(files)} files, {time.perf_counter() - began:.0f} s")
    return failed


def for_arm(out: Path) -> int:
    """Run the native tests as 64-bit Arm's Linux program; give how that ends."""
    runner = shutil.which("qemu-aarch64-static") or shutil.which("qemu-aarch64")
    if runner is None:
        print(f"{ARM}: not run, there is no qemu-aarch64")
        return 1
    began, program = time.perf_counter(), out / "native_tests"
    files = [CPU / "kernels" / "kernels_portable.cpp", *RUNTIME, Path(__file__).with_name("native_tests.cpp")]
    command = [*ZIG, "-target", ARM, "-static", *FLAGS, *KERNELS, *map(str, files), "-o", str(program)]
    if failed := subprocess.run(command).returncode:
        return failed
    # qemu runs one thread of a child: forks of threaded programs are left out
    done = subprocess.run([runner, str(program), "no-fork"], capture_output=True, text=True, timeout=900)
    print(f"{ARM}: {done.stdout.strip()}{done.stderr}, {time.perf_counter() - began:.0f} s")
    return done.returncode


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        failures = for_arm(Path(folder)), for_mac(Path(folder))
    sys.exit(any(failures))
