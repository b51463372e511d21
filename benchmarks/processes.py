"""Scripts of peers in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .environment import version

ROOT = Path(__file__).parent.parent
SCRIPTS = {
    "spectro": "with_spectro",
    "spectro, MLX arrays": "with_spectro_arrays",
    "spectro, compiled mask": "with_spectro_compiled",
    "librosa": "with_librosa",
    "torch": "with_torch",
    "torchaudio": "with_torchaudio",
    "auvux": "with_auvux",
    "scipy": "with_scipy",
    "mx.fft": "with_mlx",
    "mlx-stft": "with_mlx_stft",
    "mlx-spectro": "with_mlx_spectro",
    "audioflux": "with_audioflux",
}


def able(function: str) -> list[str]:
    """The installed peers whose script has a function; nothing is imported to find out."""
    names = []
    for name, module in SCRIPTS.items():
        source = (Path(__file__).parent / "scripts" / f"{module}.py").read_text(encoding="utf-8")
        if f"def {function}(" in source and (name.startswith("spectro") or version(name) is not None):
            names.append(name)
    return names


def run(task: str, name: str, device: str, *arguments: object) -> float | None:
    """What a child printed; None when the library cannot run here. Ours must."""
    command = [sys.executable, "-m", "benchmarks.scripts.child", task, SCRIPTS[name], device, *map(str, arguments)]
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "BENCHMARKS_TORCH": torch_device(device)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode and name == "spectro":
        raise RuntimeError(done.stderr)
    return None if done.returncode else float(done.stdout.split()[-1])


def torch_device(device: str) -> str:
    """What PyTorch calls the GPU of this machine, or the CPU."""
    if device == "cpu":
        return "cpu"
    return "mps" if sys.platform == "darwin" else "cuda"
