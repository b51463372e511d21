"""The benchmark suite: what it refuses, what it calls slower, and that its files are read back as they were written."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks import compare, cpu, markdown, peers, results, suite, tables, timing  # noqa: E402
from benchmarks.__main__ import main  # noqa: E402
from benchmarks.shapes import TINY, Shape, Truth, inverse, signal  # noqa: E402
from benchmarks.timing import error  # noqa: E402

ENVIRONMENT = {
    "date": "2026-01-01",
    "cpu": "a CPU",
    "cores": 2,
    "device": "a GPU",
    "system": "Linux x86_64",
    "python": "3.11",
    "backends": {"cpu": "avx2, 2 threads", "gpu": "none"},
    "versions": {"spectro": "0.1", "librosa": "0.11"},
    "missing": {"torch": "not installed"},
}


def a_run(ours: float = 0.010, librosa: float = 0.050, torch: float = 0.020, **more) -> dict:
    values = {"spectro": ours, "librosa": librosa, "torch": torch}
    row = tables.row("stft", "8x480000 1024/256", values, dict.fromkeys(values, 1e-7), bytes=32 * 10**6)
    return {"environment": ENVIRONMENT, "rows": [{"suite": "cpu", **row, **more}]}


def saved(tmp_path: Path, name: str, run: dict) -> str:
    results.save(run, str(tmp_path / name))
    return str(tmp_path / name)


@pytest.mark.parametrize(
    ("new", "factor", "status"),
    [
        (a_run(), 1.0, 0),
        (a_run(0.020, 0.100, 0.040), 1.0, 0),  # another machine, half as fast in everything
        (a_run(ours=0.0114), 1.14, 0),
        (a_run(ours=0.0116), 1.16, 1),
        (a_run(ours=0.005), 0.5, 0),
        (a_run(librosa=0.040, torch=0.010), 1.625, 1),  # as fast as before, but the peers gained: 1.25 and 2.0
    ],
)
def test_compare_judges_by_the_ratio_to_the_peers_of_the_same_run(tmp_path, capsys, new, factor, status):
    (change,) = compare.changes(a_run(), new)
    assert change.factor == pytest.approx(factor)
    arguments = ["compare", saved(tmp_path, "old.json", a_run()), saved(tmp_path, "new.json", new)]
    assert main(arguments) == status
    assert ("SLOWER" in capsys.readouterr().out) == bool(status)


def test_an_answer_that_is_no_longer_right_fails_the_comparison(tmp_path, capsys):
    wrong = a_run()
    wrong["rows"][0] |= tables.row("stft", "8x480000 1024/256", {"spectro": 0.001}, {"spectro": 0.5})
    assert main(["compare", saved(tmp_path, "old.json", a_run()), saved(tmp_path, "new.json", wrong)]) == 1
    assert "no longer right" in capsys.readouterr().out


def test_runs_without_a_row_in_common_are_no_pass(tmp_path, capsys):
    other = a_run(case="1x16000 512/128")
    assert main(["compare", saved(tmp_path, "old.json", a_run()), saved(tmp_path, "new.json", other)]) == 1
    assert "not measured again: cpu stft 8x480000 1024/256" in capsys.readouterr().out


def test_our_own_variants_are_no_peers():
    row = tables.row("separation", "chunks", {"spectro": 2.0, "spectro, compiled mask": 0.5, "librosa": 3.0}, {})
    assert tables.fastest(row) == ("librosa", 1.5)


@pytest.mark.filterwarnings("ignore::benchmarks.timing.Disturbed")
def test_a_wrong_answer_has_an_error_and_no_speed(monkeypatch):
    def calls(shape: Shape) -> peers.Calls:
        return {"stft": lambda: Truth(shape).stft.astype(np.complex64) * (1 + 1e-4)}

    monkeypatch.setattr(peers, "PEERS", {"spectro": peers.calls_of_spectro, "torch": calls})
    (row,) = cpu.operation("stft", QUIET, 0.01)
    assert set(row["values"]) == {"spectro"} and row["errors"]["torch"] == pytest.approx(1e-4, rel=0.01)
    assert "torch another answer (1e-04)" in tables.line(row)
    monkeypatch.setattr(peers, "PEERS", {"spectro": calls})
    (row,) = cpu.operation("stft", QUIET, 0.01)
    assert not tables.is_right(row) and "WRONG" in tables.line(row) and "ms" not in tables.line(row)


QUIET = Shape(1, 1024, 256, 64, 16000, 20)


def test_rounds_that_others_disturbed_are_measured_again(monkeypatch):
    shares, rounds = iter([0.5, 0.0, 0.9, 0.01, 0.0]), iter(range(5))
    monkeypatch.setattr(timing.Watch, "share", lambda self: next(shares))
    monkeypatch.setattr(timing, "PATIENCE", 1e9)
    assert timing.quiet(lambda: next(rounds), 1e-6, least=3) == [1, 3, 4]


def test_numbers_of_a_busy_machine_say_so(monkeypatch):
    shares = iter([0.5, 0.3, 0.9])
    monkeypatch.setattr(timing.Watch, "share", lambda self: next(shares))
    rounds = iter(range(3))
    step = suite.Step("stft", lambda: [tables.row("stft", "x", {"spectro": timing.quiet(rounds.__next__, 0.0)[0]}, {})])
    (row,) = suite.watched(step)
    assert row["values"]["spectro"] == 1 and "90% of a core" in row["disturbed"]
    assert "DISTURBED" in tables.line(row)


def test_the_gpu_tables_check_every_answer_and_the_gradient(monkeypatch):
    from benchmarks import gpu

    monkeypatch.setattr(gpu, "copy_speed", lambda: 1e10)
    monkeypatch.setattr(gpu, "REPEATS", 1)
    rows = gpu.measure((2, 8000, 1024, 256))  # on whatever device there is
    assert [r["table"] for r in rows] == ["stft", "istft", "mel", "round_trip", "dispatch"]
    assert all(r["errors"]["spectro"] < 1e-6 and tables.is_right(r) for r in rows[:4])
    assert rows[0]["errors"]["mx.fft"] < 1e-6


def test_the_truth_is_librosas():
    librosa = pytest.importorskip("librosa")
    y, frames = signal(QUIET), {"n_fft": QUIET.n_fft, "hop_length": QUIET.hop}
    mel = librosa.feature.melspectrogram(y=y, sr=QUIET.sr, n_mels=QUIET.n_mels, **frames)
    truth = Truth(QUIET)
    assert error(librosa.stft(y, **frames), truth.stft) < 1e-6
    assert error(librosa.power_to_db(mel), truth.mel_db) < 1e-5
    assert error(librosa.onset.onset_strength(S=truth.mel_db, sr=QUIET.sr, **frames), truth.onset) < 1e-5
    assert error(inverse(truth.stft, QUIET), truth.istft) < 1e-12


def test_an_error_is_taken_of_the_last_signal_and_of_any_form_of_a_spectrum():
    truth = Truth(QUIET).stft
    assert error(np.stack([0 * truth, truth]), truth) == 0
    assert error(np.stack([truth.real, truth.imag])[None], truth) == 0
    assert error(truth[:-1], truth) == np.inf


def test_a_quick_run_is_read_back_shown_and_drawn(tmp_path, capsys):
    pytest.importorskip("matplotlib")
    run, page, picture = (str(tmp_path / name) for name in ("run.json", "page.md", "picture.png"))
    step = f"stft {cpu.QUICK[0]}"
    assert main(["cpu", "--quick", "--only", step, "--only", f"accuracy {cpu.QUICK[0]}", "--json", run]) == 0
    printed = capsys.readouterr().out
    assert results.load(run) == json.loads(Path(run).read_text(encoding="utf-8"))
    assert {r["table"] for r in results.load(run)["rows"]} == {"stft", "accuracy"}
    assert main(["show", run, "--markdown", page, "--plot", picture]) == 0
    assert all(line in printed for line in capsys.readouterr().out.splitlines())
    text = Path(page).read_text(encoding="utf-8")
    assert "### STFT" in text and f"{cpu.QUICK[0]}" in text and results.load(run)["environment"]["date"] in text
    assert Path(picture).stat().st_size > 5000
    assert main(["compare", run, run]) == 0  # mx.fft is a peer everywhere


def test_a_page_says_first_where_a_peer_is_ahead():
    text = markdown.page(a_run(torch=0.004), "cpu")
    assert "Peers are ahead in 1 of the 1 rows" in text and "| STFT | 8x480000 1024/256 | torch 0.40 |" in text
    assert "torch (not installed)" in text and "3.2 |" in text  # GB/s
    assert "No peer was ahead" in markdown.page(a_run(), "cpu")


def test_runs_of_two_machines_are_not_joined():
    other = a_run() | {"environment": ENVIRONMENT | {"cpu": "another"}}
    with pytest.raises(ValueError, match="different machines"):
        results.joined([a_run(), other])
    assert len(results.joined([a_run(), a_run(ours=0.02), a_run(case="another")])["rows"]) == 2


def test_a_first_call_is_a_process_of_its_own(tmp_path):
    np.save(tmp_path / "y.npy", signal(TINY))
    command = ["first", "with_spectro", "cpu", "stft", str(tmp_path / "y.npy"), str(tmp_path / "D.npy")]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scripts.child", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert float(done.stdout) > 0, done.stderr
    assert np.load(tmp_path / "D.npy").shape == (1025, 3)


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").rglob("*.py")), ids=lambda path: path.name)
def test_files_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno <= 40, node.name
