"""`spectro build`: compiled modules in the user's cache, and who may have written them."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import mlx.core as mx
import pytest

from spectro import _cpu, _gpu
from spectro._cli import build
from spectro._floor import builds

ROOT = Path(__file__).parents[2]
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
HIDDEN = "import sys; sys.modules['spectro._cpu._native'] = sys.modules['spectro._gpu._native'] = None\n"
WHERE = "from spectro import _cpu; print(_cpu.unavailable() or _cpu.compiled().__file__)"
compiled = pytest.mark.skipif(_cpu.unavailable() is not None, reason=f"not compiled: {_cpu.unavailable()}")


def run_hidden(code: str, home: Path) -> str:
    """What a process prints that has no modules but those in the cache of a home."""
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    command = [sys.executable, "-c", HIDDEN + code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def built(monkeypatch, tmp_path):
    """A home with a build in it, made of the modules at hand; the folder of that build."""
    monkeypatch.setenv("HOME", str(tmp_path))
    files = {room: importlib.import_module(name).__file__ for name, room in build.MODULES.items()}

    def copied(scratch, nanobind):
        for room, file in files.items():
            (scratch / "spectro" / room).mkdir(parents=True)
            shutil.copy(file, scratch / "spectro" / room)

    monkeypatch.setattr(build, "compiled_in", copied)
    monkeypatch.setattr(build, "check", lambda: 0)
    monkeypatch.setattr(_cpu, "unavailable", lambda: "planted")
    assert build.run(argparse.Namespace(nanobind="any")) == 0
    return builds.folder() / builds.key()


@compiled
def test_what_is_built_is_loaded_from_the_users_cache_and_computes(built, tmp_path):
    assert [path.name for path in builds.folder().iterdir()] == [built.name]
    assert mx.__version__ in built.name
    assert built.stat().st_mode & 0o777 == builds.folder().stat().st_mode & 0o777 == 0o700
    code = "import mlx.core as mx, spectro\nmx.set_default_device(mx.cpu)\n"
    code += (
        "with spectro.use_backend('cpu'): D = spectro.stft(mx.ones(999), n_fft=64)\nprint(abs(D).max().item() > 1)\n"
    )
    truth, file = run_hidden(code + WHERE, tmp_path).splitlines()
    assert truth == "True"
    assert Path(file).parent == built


@compiled
@pytest.mark.parametrize("place", ["folder", "key", "file"])
def test_a_build_that_others_may_write_to_is_not_loaded(built, place, tmp_path):
    path = {"folder": built.parent, "key": built, "file": next(built.iterdir())}[place]
    for file in built.iterdir() if place == "file" else [path]:
        file.chmod(0o722)
    assert "python -m spectro build" in run_hidden(WHERE, tmp_path)


def test_a_folder_that_others_may_write_to_is_refused(tmp_path):
    (tmp_path / "native").mkdir()
    (tmp_path / "native").chmod(0o777)
    with pytest.raises(PermissionError, match="nobody else may write"):
        build.prepared(tmp_path / "native")


@compiled
def test_a_build_is_for_one_mlx_and_one_state_of_the_sources(monkeypatch):
    keys = set()
    for name, value in ((None, None), ("abi_tag", lambda _: "v1"), ("_digest_of_sources", lambda: "other")):
        with monkeypatch.context() as change:
            if name:
                change.setattr(builds, name, value)
            builds.key.cache_clear()
            keys.add(builds.key())
    builds.key.cache_clear()
    assert len(keys) == 3
    assert builds.abi_tag(Path(mx.__file__)) == builds.abi_tag(Path(_cpu.compiled().__file__)) != ""


@compiled
def test_where_all_loads_there_is_nothing_to_build(capsys):
    assert _gpu.missing() is None
    assert build.run(argparse.Namespace(nanobind="any")) == 0
    assert "nothing to do" in capsys.readouterr().out


def test_the_compilers_last_words_are_shown(capfd):
    command = [sys.executable, "-c", "print('what is wrong'); raise SystemExit(3)"]
    with pytest.raises(RuntimeError, match=r"failed \(3\)"):
        build.called(command)
    assert "what is wrong" in capfd.readouterr().err


def test_one_nanobind_is_named():
    (named,) = set(re.findall(r'"nanobind==(\S+)"', PROJECT))
    assert f'"{named}"' in (ROOT / "spectro" / "_cli" / "build.py").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("cmake") is None, reason="CMake is not installed")
def test_a_build_with_another_nanobind_fails_and_names_both_tags(tmp_path):
    files = {"ours": b"\0nanobind_system_libstdcpp_abi_1_a1_v99\0", "mlx": b"\0v19_system_libstdcpp_abi_1\0"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    script = ROOT / "spectro" / "_cpu" / "same_abi.cmake"

    def compared(ours, theirs):
        command = ["cmake", f"-DBUILT={tmp_path / ours}", f"-DMLX_CORE={tmp_path / theirs}", "-P", str(script)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert compared("ours", "ours").returncode == 0
    wrong = compared("ours", "mlx")
    assert wrong.returncode != 0
    assert "a1_v99" in wrong.stderr and "v19_system" in wrong.stderr
