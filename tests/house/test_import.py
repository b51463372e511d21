"""What `import spectro` costs and loads, and what it says where MLX has no backend."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import spectro

ROOT = Path(spectro.__file__).parents[1]
HEAVY = (
    "numpy",
    "librosa",
    "scipy",
    "torch",
    "matplotlib",
    "numba",
    "soundfile",
    "soxr",
    "tqdm",
    "asyncio",
    "dataclasses",
)


def run(code: str, *, path: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that finds spectro, and before it what lies in `path`."""
    paths = [str(place) for place in (path, ROOT, os.environ.get("PYTHONPATH")) if place]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **environment}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=variables, timeout=120)


def value_of(code: str):
    done = run(f"import json, sys, time\n{code}\nprint(json.dumps(value))")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_import_loads_nothing_heavy():
    assert value_of(f"import spectro; value = [name for name in {HEAVY} if name in sys.modules]") == []


def test_import_loads_nothing_of_the_package_but_itself():
    assert value_of("import spectro; value = [name for name in sys.modules if name.startswith('spectro.')]") == []


def test_no_call_loads_the_optional_packages():
    optional = [name for name in HEAVY if name not in ("numpy", "asyncio", "dataclasses")]
    code = f"""
import mlx.core as mx, spectro
y = mx.ones(4000)
mx.eval(spectro.mfcc(y), spectro.onset_strength(y), spectro.istft(spectro.stft(y)), spectro.power_to_db(y))
mx.eval(spectro.get_window(("kaiser", 4.0), 9), spectro.hz_to_mel(y), spectro.SpectralTransform(64, 16).stft(y))
value = [name for name in {optional} if name in sys.modules]
"""
    assert value_of(code) == []


def test_import_costs_at_most_half_more_than_mlx(monkeypatch, tmp_path):
    """Seconds of the processor, not of the clock; the best of several, taken in turns, so that load matters little."""
    # with its bytecode, as a package has it once installed, also where the tests run without writing any
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path))
    template = "start = time.process_time(); import {}; value = time.process_time() - start"
    for _attempt in range(3):
        times = {"mlx.core": [], "spectro": []}
        for _ in range(7):
            for module, found in times.items():
                found.append(value_of(template.format(module)))
        ratio = min(times["spectro"]) / min(times["mlx.core"])
        if ratio <= 1.5:
            return
    pytest.fail(f"import spectro takes {ratio:.2f} times as long as import mlx.core")


def test_every_name_is_found_lazily_and_dir_lists_them():
    code = """
import spectro
before = set(dir(spectro))
missing = [name for name in spectro.__all__ if getattr(spectro, name, None) is None]
value = [missing, sorted(before - set(spectro.__all__)), spectro.__all__ == sorted(spectro.__all__)]
"""
    assert value_of(code) == [[], [], True]


def test_star_import_and_unknown_names():
    assert value_of("from spectro import *; value = [stft.__name__, filters.__name__]") == ["stft", "spectro.filters"]
    with pytest.raises(AttributeError, match=r"module 'spectro' has no attribute 'stfft'"):
        _ = spectro.stfft


BROKEN = {
    "no backend": "raise ImportError('libmlx.so: cannot open shared object file: No such file or directory')",
    "absent": None,
}


@pytest.mark.parametrize("name", BROKEN)
def test_without_an_mlx_backend_one_sentence_names_the_ways(name, tmp_path):
    package = tmp_path / "mlx"
    package.mkdir()
    (package / "__init__.py").write_text("")
    if BROKEN[name] is not None:
        (package / "core.py").write_text(BROKEN[name])
    done = run("import spectro", path=tmp_path)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: spectro needs an MLX backend"), done.stderr
    assert "pip install 'mlx[cpu]'" in last
    assert "'mlx[cuda13]'" in last
    assert len(re.findall(r"ImportError: spectro", done.stderr)) == 1


def test_a_failed_import_leaves_nothing_behind(tmp_path):
    (tmp_path / "mlx").mkdir()
    (tmp_path / "mlx" / "__init__.py").write_text("")
    code = """
import sys
for attempt in range(2):
    try:
        import spectro
    except ImportError as error:
        print(type(error).__name__, "spectro" in sys.modules, "cuda13" in str(error))
"""
    assert run(code, path=tmp_path).stdout.split() == ["ImportError", "False", "True"] * 2


AGAIN = """
import sys, warnings
import mlx.core as mx
import spectro as first
warnings.simplefilter("error")
y = mx.sin(mx.arange(3000) / 7)
loss = "lambda s: lambda y: s.melspectrogram(y).sum()"
with first.use_backend("reference"):
    want = mx.grad(eval(loss)(first))(y)
mx.eval(want, mx.grad(eval(loss)(first))(y))
for name in [name for name in sys.modules if name.partition(".")[0] == "spectro"]:
    del sys.modules[name]
import spectro as second
assert second is not first
from spectro._engine import dispatch
from spectro._gpu.launch import compiled
value = [dispatch.unavailable("cpu"), compiled.missing()]
for package in (second, first, second):
    value.append((mx.abs(mx.grad(eval(loss)(package))(y) - want).max() / mx.abs(want).max()).item() < 1e-3)
try:
    second.stft(y, n_fft=-1)
except second.ParameterError as error:
    value.append("positive" in str(error))
"""


@pytest.mark.skipif(spectro._engine.dispatch.unavailable("cpu") is not None, reason="what is compiled is not there")
def test_a_second_import_after_sys_modules_was_cleared_computes_with_what_was_compiled():
    assert value_of(AGAIN) == [None, None, True, True, True, True]


@pytest.mark.parametrize("names", [{}, {"__name__": 3}], ids=["none", "number"])
def test_a_warning_from_a_namespace_without_a_name_is_one(names):
    with pytest.warns(UserWarning, match=r"^\[stft\] n_fft=2048 is too large") as caught:
        exec("import mlx.core as mx, spectro\nspectro.stft(mx.zeros(100))", names)
    assert caught[0].filename == "<string>" and caught[0].lineno == 2
