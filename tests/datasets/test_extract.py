"""`extract`: its numbers, and that nothing is lost and nothing done twice."""

import csv
import errno
import fcntl
import functools
import gc
import os
import re
import tracemalloc

import numpy as np
import pyarrow.parquet as pq
import pytest
import soundfile

import spectro
from spectro import _mel
from spectro._datasets import computing, stages
from spectro._datasets.parquet import Parquet
from spectro._floor import folders

SR = 8000


def noise(seed, n=4000):
    return np.random.default_rng(seed).standard_normal(n).astype(np.float32) / 4


@pytest.fixture
def songs(tmp_path):
    """A folder of six short recordings."""
    folder = tmp_path / "songs"
    folder.mkdir()
    for i in range(6):
        soundfile.write(folder / f"{i}.wav", noise(i, 4000 + 100 * i), SR)
    return folder


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def extract(songs, out, **options):
    return spectro.extract(songs, out, **{"sr": SR, "features": "rms", "workers": 0, **options})


def rows(out):
    """All rows, by path; each is there once."""
    found = [row for part in sorted(out.glob("part-*.parquet")) for row in pq.ParquetFile(part).read().to_pylist()]
    assert len({row["path"] for row in found}) == len(found)
    return {os.path.basename(row["path"]): row for row in found}


def feature(row, name):
    return np.array(row[name], np.float32).reshape(row[f"{name}_shape"])


def failures(out):
    with open(out / "failed.csv", newline="") as file:
        return {os.path.basename(row["path"]): row["error"] for row in csv.DictReader(file)}


def test_a_row_holds_what_the_functions_give(songs, out):
    asked = {
        "log_mel": {"n_fft": 512, "n_mels": 30, "top_db": None},
        "mfcc": {"n_fft": 512, "n_mfcc": 7, "norm": None, "mel_norm": None, "fmax": 3000.0},
        "onset_strength": {"n_fft": 512, "hop_length": 128, "lag": 2},
        "late": {"function": "onset_strength", "center": False},
        "feature.chroma_stft": {"n_fft": 1024, "tuning": 0.0},
        "share": {"function": "numpy:mean"},
    }
    done = extract(songs, out, features=asked)
    assert (done.files, done.done, done.unchanged, done.failed) == (6, 6, 0, {})
    assert done.audio == pytest.approx(6 * 0.5 + 15 * 100 / SR)
    row = rows(out)["3.wav"]
    y, _ = spectro.load(songs / "3.wav", sr=SR)
    assert (row["path"], row["sr"], row["duration"]) == (str(songs / "3.wav"), SR, len(y) / SR)
    assert len(row["content_hash"]) == len(row["recipe_hash"]) == 64
    keywords = {name: {"sr": SR, **given} for name, given in asked.items()}
    mel = {"sr": SR, "n_fft": 512, "n_mels": 30}
    want = {
        "log_mel": spectro.power_to_db(spectro.melspectrogram(y, **mel), top_db=None),
        "mfcc": spectro.mfcc(y, **keywords["mfcc"]),
        "onset_strength": spectro.onset_strength(y, **keywords["onset_strength"]),
        "late": spectro.onset_strength(y, sr=SR, center=False),
        "chroma_stft": spectro.feature.chroma_stft(y, **keywords["feature.chroma_stft"]),
        "share": np.mean(y),
    }
    for name, value in want.items():
        np.testing.assert_allclose(feature(row, name), value, rtol=1e-5, atol=1e-5, err_msg=name)


def test_features_of_one_mel_spectrogram_share_it(monkeypatch):
    seen = []
    real = _mel.melspectrogram
    counted = functools.wraps(real)(lambda **given: seen.append(1) or real(**given))
    monkeypatch.setattr(_mel, "melspectrogram", counted)
    recipe = computing.Recipe(SR, {name: {"function": name} for name in ("log_mel", "mfcc", "onset_strength")})
    found = computing.features_of(recipe, np.stack([noise(0), noise(1)]), SR)
    assert len(seen) == 1
    alone = computing.features_of(recipe, noise(1)[None], SR)[0]
    for name, value in alone.items():
        np.testing.assert_allclose(found[1][name], value, atol=1e-5, err_msg=name)


def test_files_of_one_length_are_computed_together_on_a_gpu(monkeypatch, songs):
    monkeypatch.setattr(stages, "on_gpu", lambda: True)
    sizes = []
    real = stages.features_of
    monkeypatch.setattr(stages, "features_of", lambda r, y, sr: sizes.append(len(y)) or real(r, y, sr))
    recipe = computing.Recipe(SR, {"mfcc": {"function": "mfcc"}})
    sounds = [stages.Sound(str(i), "", noise(i, 4000 + 1000 * (i % 2)), SR) for i in range(5)]
    sounds.append(stages.Failure("x", "broken"))
    found = list(stages.computed(sounds, recipe))
    assert sorted(sizes) == [2, 3]
    assert {row.path for row in found} == {*"01234x"}


def test_pipes_and_devices_are_refused_and_not_waited_for(songs, out):
    os.mkfifo(songs / "pipe.wav")
    done = extract([songs, "/dev/zero"], out)
    assert done.done == 6
    refused = (str(songs / "pipe.wav"), "/dev/zero")
    assert done.failed == {path: f"{path} is a pipe or a device; store it as a file first" for path in refused}


def test_a_name_as_long_as_the_system_allows_has_a_result(songs, out):
    name = "\N{MUSICAL SYMBOL G CLEF}" * 62
    (songs / "0.wav").rename(songs / f"{name}.wav")
    assert extract(songs, out, format="npz").done == 6
    assert extract(songs, out, format="npz").unchanged == 6


def test_a_folder_that_pyarrow_cannot_name_is_refused_before_any_work(songs, tmp_path):
    with pytest.raises(spectro.ParameterError, match="output must be a folder whose name is text"):
        extract(songs, f"{tmp_path}/\udcff")
    assert os.listdir(tmp_path) == ["songs"]


def test_a_folder_may_begin_with_a_tilde_or_be_a_partition(songs, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("~/out", "kind=a/out"):
        extract(songs, name)
        soundfile.write(songs / "1.wav", noise(8), SR)
        assert extract(songs, name).unchanged == 5
        assert len(rows(tmp_path / name)) == 6
        (songs / "1.wav").write_bytes((songs / "2.wav").read_bytes())


def test_nothing_is_done_twice_and_what_changed_is_done_anew(songs, out):
    extract(songs, out)
    before = {name: row["rms"] for name, row in rows(out).items()}
    again = extract(songs, out)
    assert (again.done, again.unchanged) == (0, 6)
    stat = os.stat(songs / "2.wav")
    soundfile.write(songs / "2.wav", noise(9, 4200), SR)  # of the same size
    os.utime(songs / "2.wav", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    soundfile.write(songs / "new.wav", noise(7), SR)
    changed = extract(songs, out)
    assert (changed.done, changed.unchanged) == (2, 5)
    after = {name: row["rms"] for name, row in rows(out).items()}
    assert len(after) == 7
    assert [name for name in before if after[name] != before[name]] == ["2.wav"]


def test_a_changed_recipe_does_all_anew_and_is_stored(songs, out):
    first = extract(songs, out)
    text = (out / "_recipe.json").read_text()
    second = extract(songs, out, features={"rms": {"hop_length": 256}})
    assert (first.done, second.done) == (6, 6)
    assert (out / "_recipe.json").read_text() != text
    assert len({row["recipe_hash"] for row in rows(out).values()}) == 1
    stored = extract(songs, out, features=None, sr="auto", recipe=out / "_recipe.json")
    assert (stored.done, stored.unchanged) == (0, 6)


def test_a_summary_counts_as_one_would(songs, out):
    done = extract(songs / "0.wav", out)
    assert re.fullmatch(r"1 file: 1 done, 0 unchanged, 0 failed; 0\.5 s of audio in \d+\.\d s", str(done))
    assert str(extract(songs / "0.wav", out)) == "1 file: 0 done, 1 unchanged, 0 failed"
    large = done._replace(files=2, audio=300.0, seconds=36000.0, others=1)
    assert "2 files: " in str(large)
    assert "; 5.0 min of audio in 10.0 h; 1 row of other recipes stays," in str(large)


def test_inputs_that_are_not_there_make_no_folder(songs, out):
    (songs / "link.wav").symlink_to("nowhere.wav")
    with pytest.raises(FileNotFoundError, match=r"^\[extract\] there is no file no\.wav$"):
        extract("no.wav", out)
    with pytest.raises(FileNotFoundError, match=r"link\.wav, nor any of the other 1$"):
        extract([songs / "link.wav", "no.wav"], out)
    assert not out.exists()
    assert list(extract([songs / "0.wav", "no.wav"], out).failed) == ["no.wav"]


def test_rows_of_other_files_stay(songs, out):
    extract([songs / "0.wav", songs / "1.wav"], out)
    extract(songs / "2.wav", out)
    assert sorted(rows(out)) == ["0.wav", "1.wav", "2.wav"]
    last = extract(songs / "2.wav", out, features={"rms": {"hop_length": 99}})
    assert last.others == 2
    assert "2 rows of other recipes" in str(last)


def test_broken_files_are_listed_and_the_others_done(songs, out):
    extract(songs, out)
    (songs / "1.wav").write_text("these are words")
    (songs / "4.wav").write_bytes(b"")
    soundfile.write(songs / "5.wav", np.full(4000, np.nan, np.float32), SR, subtype="FLOAT")
    done = extract(songs, out)
    assert (done.done, done.unchanged, len(done.failed)) == (0, 3, 3)
    assert "3 failed (see " in str(done)
    assert sorted(rows(out)) == ["0.wav", "2.wav", "3.wav"]
    said = failures(out)
    assert "could not be read as audio" in said["1.wav"]
    assert "empty" in said["4.wav"]
    assert "NaN" in said["5.wav"]
    for i in (1, 4, 5):
        soundfile.write(songs / f"{i}.wav", noise(i), SR)
    assert extract(songs, out).done == 3
    assert not (out / "failed.csv").exists()


def test_a_file_too_short_for_a_feature_is_its_own_failure(songs, out):
    soundfile.write(songs / "short.wav", noise(0, 5), SR)
    done = extract(songs, out, features={"fill": {"function": "feature.delta"}, "rms": {}})
    assert done.done == 6
    assert "short.wav" in failures(out)


@pytest.mark.parametrize("format", ["parquet", "npz"])
def test_a_full_disk_ends_the_run_in_a_sentence_and_the_next_goes_on(songs, out, format, monkeypatch):
    monkeypatch.setattr(stages, "LARGEST", 1)  # each row is written at once
    real, calls = os.replace, []

    def full(source, target):
        if "part-" in str(target) or str(target).endswith(".npz"):
            calls.append(target)
            if len(calls) > 2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(source, target)

    monkeypatch.setattr(folders.os, "replace", full)
    with pytest.raises(OSError, match=r"^\[extract\] results cannot be written to .*: No space left on device; run it"):
        extract(songs, out, format=format)
    monkeypatch.undo()
    assert not list(out.glob(".*"))
    assert len(list(out.glob("*.npz" if format == "npz" else "part-*"))) == 2
    again = extract(songs, out, format=format)
    assert (again.done, again.unchanged) == (4, 2)


def test_npz_holds_the_arrays_as_they_are(songs, out):
    done = extract(songs, out, features="log_mel", format="npz")
    assert (done.done, len(list(out.glob("*.npz")))) == (6, 6)
    (file,) = out.glob("3-*.npz")
    with np.load(file) as saved:
        assert saved["log_mel"].shape == (128, 9)
        assert saved["path"] == str(songs / "3.wav")
    (songs / "3.wav").write_text("words")
    soundfile.write(songs / "1.wav", noise(11), SR)
    again = extract(songs, out, features="log_mel", format="npz")
    assert (again.done, again.unchanged, len(again.failed)) == (1, 4, 1)
    assert not file.exists()


def test_memory_does_not_grow_with_files(songs, out):
    """What waits to be written is bounded: rows go as they fill a part."""
    rows_waiting = []
    limit = 3 * 4 * 9  # bytes: three rows of nine frames

    class Counted:
        def write(self, rows, recipe):
            rows_waiting.append(len(rows))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "LARGEST", limit)
        recipe = computing.Recipe(SR, {"rms": {"function": "rms"}})
        tasks = [stages.Task(f"{i}", str(songs / f"{i % 6}.wav")) for i in range(300)]
        outcome = stages.work(tasks, recipe, Counted())
    assert len(outcome.done) == 300
    assert max(rows_waiting) <= 4


def test_nothing_is_kept_of_a_file_that_is_written(songs, out):
    recipe = computing.Recipe(SR, {"rms": {"function": "rms"}})
    tasks = [stages.Task(f"{i}", str(songs / f"{i % 6}.wav")) for i in range(500)]
    stages.work(tasks, recipe, Parquet(out))
    tracemalloc.start()
    try:
        held = []
        for _ in range(3):  # what is made at first use is there after the first
            stages.work(tasks, recipe, Parquet(out))
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert held[2] - held[1] < 50 * len(tasks), held  # bytes: less than the hash of each


def test_two_runs_do_not_write_to_one_folder(songs, out):
    out.mkdir()
    held = os.open(out, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with pytest.raises(spectro.ParameterError, match="another run writes to"):
        extract(songs, out)
    os.close(held)
    (out / ".spectro-left.part").write_bytes(b"half")
    extract(songs, out)
    assert not list(out.glob(".*"))


BAD = [
    ({"features": "nope"}, r"there is no function 'nope'"),
    ({"features": "stft"}, r"stft: must give real numbers, got 'complex64'"),
    ({"features": {"rms": {"hop": 3}}}, r"rms: unknown keyword 'hop'|rms: .*hop"),
    ({"features": {"path": {"function": "rms"}}}, r"cannot be called 'path'"),
    ({"features": {"f": {"function": "rms", "x": {1, 2}}}}, r"keywords of 'f' must be such that JSON can hold"),
    ({"features": [lambda y: y]}, r"a name or a function of a module"),
    ({"features": {"a": 3}}, r"features\['a'\] must be keywords or a function, got 3"),
    ({"preset": "nope"}, r"preset"),
    ({"sr": -1}, r"sr must be positive, got -1"),
    ({"sr": "fast"}, r"sr must be a number of Hz"),
    ({"format": "zip"}, r"format must be one of 'parquet', 'npz'"),
    ({"engine": "dask"}, r"engine must be one of 'local', 'ray'"),
    ({"engine": "ray", "format": "npz"}, r"engine='ray' writes Parquet"),
    ({"workers": -1}, r"workers must be a non-negative integer, got -1"),
    ({"recipe": "recipe.yaml"}, r"recipe must be a dictionary or a .toml or .json file"),
    ({"recipe": {"rate": 3}}, r"a recipe holds 'sr' and 'features', got 'rate'"),
]


@pytest.mark.parametrize(("options", "said"), BAD)
def test_what_cannot_be_is_refused_before_any_work(songs, out, options, said):
    with pytest.raises(spectro.ParameterError, match=rf"^\[extract\] .*({said})"):
        extract(songs, out, **options)
    assert not out.exists()
