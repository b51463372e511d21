"""The parity table: it shows an error that is planted in a backend, and has every function that librosa has."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import librosa
import pytest

import spectro

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "_generated").glob("parity-*.md"))
PLANT = """
import mlx.core as mx
from spectro import _reference

true = _reference.stft

def wrong(*args):
    D = true(*args)
    return D + 2e-3 * mx.abs(D).max()

_reference.stft = wrong
"""


def test_an_error_in_a_backend_fails_and_stands_in_its_column(tmp_path):
    """Through parallel workers, from a test of the suite as it is."""
    (tmp_path / "planted.py").write_text(PLANT)
    paths = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    test = "tests/public/test_stft.py::test_a_window_may_be_a_callable"
    command = [sys.executable, "-m", "pytest", "-n", "1", "-p", "planted", "--parity", str(tmp_path), test]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, cwd=ROOT)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout.decode()
    (table,) = (page.read_text() for page in tmp_path.glob("parity-*.md"))
    columns = re.search(r"checks \| allowed \| (.*) \|$", table, re.M).group(1).split(" | ")
    row = re.search(r"^\| `stft` \| \d \| 1e-05 \| (.*) \|$", table, re.M).group(1).split(" | ")
    errors = dict(zip(columns, map(float, row)))
    assert 1.9e-3 < errors.pop("reference") < 2.1e-3
    assert all(error < 1e-5 for error in errors.values())


def test_every_function_that_librosa_has_stands_on_the_page_of_the_installed_release():
    release = ".".join(librosa.__version__.split(".")[:2])
    (page,) = (page for page in PAGES if page.stem == f"parity-{release}")
    listed = set(re.findall(r"^\| `([^`]+)`", page.read_text(), re.M))
    homes = (librosa, librosa.feature, librosa.onset, librosa.filters)
    shared = {name for name in spectro.__all__ if any(inspect.isfunction(getattr(home, name, None)) for home in homes)}
    banks = {f"filters.{name}" for name in spectro.filters.__all__ if hasattr(librosa.filters, name)}
    other = {"filters.get_window", "show_versions"}  # has a row by its flat name; prints
    other |= {"ex", "example", "get_samplerate", "loadx", "resample", "stream"}  # files, and what soxr computes
    other |= {"to_multi"}  # signals by place: test_signals.py
    other |= {"key_to_notes", "list_mela", "list_thaat", "mela_to_svara"}  # words: test_notation.py
    assert (shared | banks) - other <= listed


def test_both_releases_of_librosa_have_a_page():
    assert {path.stem for path in PAGES} >= {"parity-0.11", "parity-1.0"}
