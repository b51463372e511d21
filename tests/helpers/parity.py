"""The table of the largest errors against librosa, kept by the tests that compare the two: `pytest --parity FOLDER`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import librosa
import mlx.core as mx
import numpy as np
import pytest
import scipy

import spectro
from spectro._engine import dispatch

BACKENDS = [name for name in ("reference", dispatch.device()) if dispatch.unavailable(name) is None]
TABLES = {"Run on each backend": ("reference", "cpu", "gpu"), "The same on every backend": ("NumPy", "MLX")}


class Worst(NamedTuple):
    """The largest error of a function, as a share of the peak, what it may be, and of how many it is the largest."""

    error: float
    allowed: str
    checks: int = 1

    def or_worse(self, other: Worst) -> Worst:
        larger = max(self, other, key=lambda worst: worst.error)
        return larger._replace(checks=self.checks + other.checks)


found: dict[tuple[str, str], Worst] = {}  # by function and column
_running: list[str] = []  # the backend of the test that runs, if it asked for one


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run on every backend in turn. A GPU has no kernel for some calls: there the reference may help out."""
    with spectro.use_backend("auto" if request.param == "gpu" else request.param):
        _running.append(request.param)
        yield request.param
        _running.pop()


def record(function: str, got, expected, allowed: str, peak: float = 0.0) -> None:
    """Keep the largest difference, as a share of the peak, for which `peak` is the least. Strings are equal or not."""
    column = _running[-1] if _running else "MLX" if isinstance(got, mx.array) else "NumPy"
    got, expected = np.asarray(got), np.asarray(expected)
    if expected.dtype.kind in "UO":
        error = 0.0 if np.array_equal(got, expected) else math.inf
    else:
        peak = max(np.abs(expected).max(initial=0.0), np.finfo(np.float32).tiny, peak)
        error = float(np.abs(got.astype(np.result_type(got, np.float64)) - expected).max(initial=0.0) / peak)
    keep(function, column, Worst(error, allowed))


def keep(function: str, column: str, worst: Worst) -> None:
    before = found.get((function, column))
    found[function, column] = worst if before is None else before.or_worse(worst)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--parity", metavar="FOLDER", help="write the largest errors against librosa into FOLDER")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
    """Take over what a parallel worker found."""
    for key, worst in getattr(node, "workeroutput", {}).get("parity", ()):
        keep(*key, Worst(*worst))


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["parity"] = [(key, tuple(worst)) for key, worst in found.items()]
    elif config.getoption("parity"):
        write(Path(config.getoption("parity")))


def write(folder: Path) -> None:
    """Write the tables of the installed librosa."""
    folder.mkdir(parents=True, exist_ok=True)
    device = "gpu-" if dispatch.device() == "gpu" else ""
    release = librosa.__version__.rpartition(".")[0]
    text = f"## librosa {librosa.__version__}\n\nMLX {mx.__version__}, SciPy {scipy.__version__}, "
    text += f"device: {dispatch.device()}.\n\n"
    text += "\n".join(filter(None, (table(title, columns) for title, columns in TABLES.items())))
    (folder / f"parity-{device}{release}.md").write_text(text, encoding="utf-8")


def table(title: str, columns: tuple[str, ...]) -> str:
    """One table as Markdown, nothing when no test that ran has a row of it."""
    used = [column for column in columns if any(key[1] == column for key in found)]
    if not used:
        return ""
    lines = [f"| {title} | checks | allowed | " + " | ".join(used) + " |", "|---|--:|---|" + "--:|" * len(used)]
    for function in sorted({key[0] for key in found if key[1] in columns}):
        row = [found.get((function, column)) for column in used]
        kept = [worst for worst in row if worst is not None]
        allowed = ", ".join(dict.fromkeys(worst.allowed for worst in kept))
        head = f"| `{function}` | {sum(worst.checks for worst in kept)} | {allowed} | "
        lines.append(head + " | ".join(map(shown, row)) + " |")
    return "\n".join(lines) + "\n"


def shown(worst: Worst | None) -> str:
    if worst is None:
        return ""
    if math.isinf(worst.error):
        return "different"
    return f"{worst.error:.1e}" if worst.error else "exact"
