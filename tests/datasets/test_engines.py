"""Both engines, and a run that is killed: in processes of their own."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow.parquet as pq
import pytest
import soundfile

import spectro

ROOT = pathlib.Path(spectro.__file__).parents[1]
SLOW = """
import time
def frames(y):
    time.sleep(0.05)
    return y[:3]
"""


@pytest.fixture
def songs(tmp_path):
    folder = tmp_path / "songs"
    folder.mkdir()
    for i in range(64):
        soundfile.write(folder / f"{i:02d}.wav", np.full(2000, i / 100), 8000)
    (folder / "64.wav").write_text("words")
    (tmp_path / "slow.py").write_text(SLOW)
    return folder


def started(songs, out, *options, start=("-m", "spectro")):
    path = os.pathsep.join([str(ROOT), str(songs.parent), *sys.path])
    command = [sys.executable, *start, "extract", songs, "-o", out, "--sr", "8000", *options]
    environment = {**os.environ, "PYTHONPATH": path}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(list(map(str, command)), env=environment, start_new_session=True, **streams)


def ended(process, timeout=120):
    try:
        return *process.communicate(timeout=timeout), process.returncode
    finally:
        process.kill()


def waited_for_a_part(out, process):
    end = time.monotonic() + 60
    while not list(out.glob("part-*.parquet")):
        assert process.poll() is None and time.monotonic() < end, process.communicate()
        time.sleep(0.01)


def values(out):
    """The first number of each row, by path; each row is there once."""
    tables = [pq.ParquetFile(part).read() for part in out.glob("part-*.parquet")]
    rows = [row for table in tables for row in table.to_pylist()]
    found = {row["path"]: row["frames"][0] for row in rows}
    assert len(found) == len(rows)
    return found


def all_there(out, songs):
    want = {str(songs / f"{i:02d}.wav"): i / 100 for i in range(64)}
    found = values(out)
    assert found.keys() == want.keys()
    assert all(abs(found[path] - value) < 1e-3 for path, value in want.items())


def test_a_killed_run_goes_on_where_it_stopped(songs, tmp_path):
    """And its workers do not outlive it; Ctrl-C lets them write what they have."""
    out, options = tmp_path / "out", ("--features", "slow:frames", "--workers", "2")
    process = started(songs, out, *options)
    waited_for_a_part(out, process)
    process.kill()  # the parent alone
    process.communicate(timeout=20)  # which waits until no worker has its streams
    there = values(out)
    assert 8 <= len(there) < 64
    process = started(songs, out, *options, "--workers", "1")
    time.sleep(0.1)
    _, said, code = ended(process)
    assert code == 1
    assert said.startswith(f"spectro: {songs / '64.wav'} could not be read as audio")
    all_there(out, songs)


def test_ctrl_c_stops_cleanly_and_keeps_what_was_done(songs, tmp_path):
    out = tmp_path / "out"
    process = started(songs, out, "--features", "slow:frames", "--workers", "2")
    waited_for_a_part(out, process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers, too
    _, said, code = ended(process, 20)
    assert (code, said) == (130, "spectro: interrupted\n")
    there = values(out)
    assert 8 < len(there) < 64
    assert not list(out.glob(".*"))


SCRIPT = """
import signal, sys
from spectro.__main__ import main

set_handler = signal.signal

def told(number, handler):
    before = set_handler(number, handler)
    if number == signal.SIGINT:
        signal.signal = set_handler
        print("begun", flush=True)
    return before

if __name__ == "__main__":
    signal.signal = told
    sys.exit(main())
"""


@pytest.mark.parametrize("delay", [0, 0.2, 0.5, 1.0, 2.0, 3.0])
def test_ctrl_c_is_one_sentence_from_the_moment_that_a_command_hears_it(songs, tmp_path, delay):
    """Also while the workers start: a terminal tells them, too."""
    script, out = tmp_path / "script.py", tmp_path / "out"
    script.write_text(SCRIPT)
    (tmp_path / "slow.py").write_text(SLOW.replace("0.05", "0.3"))
    process = started(songs, out, "--features", "slow:frames", "--workers", "2", start=[script])
    assert process.stdout.readline() == "begun\n"
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGINT)
    assert ended(process, 30) == ("", "spectro: interrupted\n", 130)
    assert not list(out.glob(".*"))
    assert all(len(pq.ParquetFile(part).read()) for part in out.glob("part-*"))


def test_a_second_ctrl_c_does_not_wait_for_workers(songs, tmp_path):
    out = tmp_path / "out"
    slow = SLOW.replace("0.05", "100 * (len(y) == 2000)")
    (tmp_path / "slow.py").write_text(f"{slow}\nimport os\nos.write(1, b'computing\\n')")  # a line at once
    process = started(songs, out, "--features", "slow:frames", "--workers", "2")
    for _ in range(3):  # the recipe is tried here, too
        assert process.stdout.readline() == "computing\n"
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    assert ended(process, 20) == ("", "spectro: interrupted\n", 130)
    assert not list(out.glob(".*"))


def test_no_worker_imports_pandas(songs, tmp_path):
    """As pyarrow does to convert lists; that takes longer than the features of fifty files."""
    (songs.parent / "pandas.py").write_text("raise AssertionError('pandas was imported')")
    process = started(songs, tmp_path / "out", "--features", "slow:frames", "--workers", "1", "--json")
    printed, said, _ = ended(process)
    assert '"done": 64' in printed, said


def test_ray_gives_the_same(songs, tmp_path):
    pytest.importorskip("ray")
    out = tmp_path / "out"
    process = started(songs, out, "--features", "slow:frames", "--engine", "ray", "--workers", "2", "--json")
    printed, said, code = ended(process, 300)
    assert code == 1, said
    assert '"done": 64, "unchanged": 0' in printed
    all_there(out, songs)
    assert "64.wav" in (out / "failed.csv").read_text()
    assert sorted({path.name.partition("-")[0] for path in out.iterdir()}) == ["_recipe.json", "failed.csv", "part"]


def test_an_address_that_leads_nowhere_is_one_sentence(songs, tmp_path, monkeypatch):
    ray = pytest.importorskip("ray")

    def refused(**given):
        raise ConnectionError("Failed to connect to Ray cluster at 10.0.0.1:6379\nand more")

    monkeypatch.setattr(ray, "init", refused)
    said = r"^\[extract\] address must be that of a Ray cluster, got '10\.0\.0\.1:6379': Failed .* at 10\.0\.0\.1:6379$"
    with pytest.raises(spectro.ParameterError, match=said):
        spectro.extract(songs, tmp_path / "out", features="rms", engine="ray", address="10.0.0.1:6379")
    with pytest.raises(RuntimeError, match=r"^\[extract\] Ray did not start: Failed to connect"):
        spectro.extract(songs, tmp_path / "out", features="rms", engine="ray")


def test_what_ray_had_written_before_it_was_killed_is_kept(songs, tmp_path):
    from spectro._datasets import cluster

    out, stage = tmp_path / "out", tmp_path / "out" / "_ray-killed"
    spectro.extract(songs / "00.wav", out, features="rms", workers=0)
    (part,) = out.glob("part-*.parquet")
    stage.mkdir()
    (stage / "half.parquet").write_bytes(part.read_bytes()[:-10])
    os.rename(part, stage / "whole.parquet")
    cluster.adopt(out)
    assert len(list(out.glob("part-*.parquet"))) == 1
    assert not stage.exists()
    assert spectro.extract(songs / "00.wav", out, features="rms", workers=0).unchanged == 1
