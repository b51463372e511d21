"""The command line: what it writes and prints, and that no failure is more than a sentence."""

import os
import pathlib
import re
import subprocess
import sys
import warnings

import librosa
import mlx.core as mx
import numpy as np
import pytest
import soundfile
from tolerances import DECIBELS, PARITY

import spectro
from spectro._cli import cli, files, outcome
from spectro._engine import dispatch
from spectro._floor import fallbacks, folders
from spectro._host import clip

ROOT = pathlib.Path(spectro.__file__).parents[1]
PNG = b"\x89PNG\r\n\x1a\n"
# a backend that is not compiled warns on standard error, rightly; these tests are about other things there
QUIET = "auto" if dispatch.unavailable(dispatch.device()) is None else "reference"


def run(*arguments, code=None, **environment):
    """A process of its own; `code` runs before the command line does."""
    start = ["-m", "spectro"]
    if code is not None:
        start = ["-c", f"import sys; {code}; from spectro._cli.cli import main; sys.exit(main())"]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    env = {**os.environ, "PYTHONPATH": path, "SPECTRO_BACKEND": QUIET, **environment}
    command = [sys.executable, *start, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=60)


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def refused(done, *messages, code=1):
    """One line of complaint and nothing else."""
    assert done.returncode == code
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("spectro: ")
    assert all(message in lines[0] for message in messages), lines[0]


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "song.wav"
    stereo = np.stack([clip.samples(), 0.5 * clip.samples()], axis=1)[: 2 * clip.SR]
    soundfile.write(path, stereo, clip.SR)
    return path


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "words.wav"
    path.write_text("these are words")
    return path


def test_analyze_writes_librosas_numbers_a_figure_and_a_report(tmp_path, song):
    out = tmp_path / "deep" / "out"
    done = run("analyze", song, "-o", out)
    assert done.returncode == 0
    assert done.stderr == ""
    for line in (r"duration +2\.00 s", r"frames +87", r"device +\w+", r"backend +\w+", r"time +\d+\.\d\d s"):
        assert re.search(line, done.stdout), line
    assert names(out) == ["song.npz", "song.png"]
    assert (out / "song.png").read_bytes().startswith(PNG)
    y, sr = librosa.load(song)
    mel = librosa.feature.melspectrogram(y=y, sr=sr)
    envelope = librosa.onset.onset_strength(y=y, sr=sr)
    with np.load(out / "song.npz") as saved:
        np.testing.assert_allclose(saved["log_mel"], librosa.power_to_db(mel, ref=np.max), atol=DECIBELS)
        np.testing.assert_allclose(saved["onset_envelope"], envelope, atol=DECIBELS)
        np.testing.assert_allclose(saved["times"], librosa.times_like(envelope, sr=sr))
        centers = librosa.mel_frequencies(130, fmin=0, fmax=sr / 2)[1:-1]
        np.testing.assert_allclose(saved["frequencies"], centers, rtol=PARITY)
        assert (saved["sr"], saved["hop_length"], saved["n_fft"]) == (22050, 512, 2048)


def test_options_set_the_sizes(tmp_path, song):
    sizes = ("--sr", "native", "--n-fft", "1000", "--hop-length", "100", "--n-mels", "40")
    soundfile.write(song, np.zeros(4000), 8000)
    done = run("analyze", song, "-o", tmp_path / "out", "--no-figure", *sizes)
    assert done.returncode == 0
    assert names(tmp_path / "out") == ["song.npz"]
    with np.load(tmp_path / "out" / "song.npz") as saved:
        assert saved["log_mel"].shape == (40, 41)
        assert saved["sr"] == 8000


def test_a_bad_file_is_one_sentence_and_leaves_nothing(tmp_path, song, words):
    refused(run("analyze", words, "-o", tmp_path / "out"), "spectro: " + str(words) + " could not be read as audio")
    refused(run("analyze", tmp_path / "no.wav", "-o", tmp_path / "out"), "there is no file", "no.wav")
    assert names(tmp_path / "out") == []


def test_good_files_are_done_beside_bad_ones(tmp_path, song, words):
    done = run("analyze", words, song, tmp_path / "no.wav", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [line.startswith("spectro: ") for line in done.stderr.splitlines()] == [True] * 3
    assert "2 of 3 files failed" in done.stderr
    assert "words.wav" in done.stderr
    assert "no.wav" in done.stderr
    assert names(tmp_path / "out") == ["song.npz", "song.png"]


def test_a_pipe_in_a_folder_is_not_waited_for_and_one_by_name_is_read(tmp_path, song):
    album, out = tmp_path / "album", tmp_path / "out"
    album.mkdir()
    song.rename(album / "song.wav")
    os.mkfifo(album / "pipe.wav")
    done = run("analyze", album, "-o", out, "--no-figure")
    assert done.returncode == 1
    assert names(out) == ["song.npz"]
    assert f"spectro: {album / 'pipe.wav'} is a pipe or a device; store it as a file first\n" in done.stderr
    with subprocess.Popen(["sh", "-c", 'cat "$1" >"$2"', "sh", album / "song.wav", album / "pipe.wav"]):
        assert run("analyze", album / "pipe.wav", "-o", out, "--no-figure").returncode == 0
    assert names(out) == ["pipe.npz", "song.npz"]


@pytest.fixture
def damaged(tmp_path):
    """An MP3 with a hole, of which libmpg123 reports each frame on standard error by itself."""
    path = tmp_path / "damaged.mp3"
    soundfile.write(path, clip.samples()[: 2 * clip.SR], clip.SR, format="MP3")
    data = path.read_bytes()
    path.write_bytes(data[:4000] + bytes(3000) + data[4500:])
    return path


def test_no_workers_compute_in_the_process_itself(tmp_path, song):
    alone = "from multiprocessing.process import BaseProcess; BaseProcess.start = None"
    asked = ("extract", song, "-o", tmp_path / "out", "--features", "rms", "--format", "npz", "--workers")
    done = run(*asked, 0, code=alone)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "out").rglob("*.npz"))
    refusal = run(*asked, -1)
    assert refusal.returncode == 2
    assert "--workers: must be a non-negative integer, got '-1'" in refusal.stderr


@pytest.mark.parametrize("command", [("analyze", "-o", "out"), ("features", "-o", "out"), ("extract", "-o", "out")])
def test_a_damaged_mp3_is_one_sentence(damaged, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    done = run(command[0], damaged.name, *command[1:])
    assert done.returncode == 1
    assert re.fullmatch(r"spectro: damaged\.mp3 could not be read as audio: .*\n", done.stderr), done.stderr


def test_a_damaged_mp3_is_drawn_to_the_hole(damaged):
    done = run("listen", damaged, "--fast")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) > 3
    assert done.stderr.startswith(f"spectro: {damaged} could not be read as audio: ")
    assert done.stderr.count("\n") == 1


def test_warnings_of_reading_are_heard_while_decoders_are_muted(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(files, "load", lambda path, sr: (warnings.warn("[load] it ends early", stacklevel=1), sr))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = outcome.warned
        files.read("a.wav", 8000)
    assert capsys.readouterr().err == "spectro: warning: it ends early\n"


def test_results_of_one_stem_do_not_meet(tmp_path, song):
    (tmp_path / "b").mkdir()
    other = tmp_path / "b" / "song.flac"
    soundfile.write(other, np.zeros(9000), 22050)
    again = tmp_path / "b" / ".." / "song.wav"
    done = run("analyze", song, other, again, "-o", tmp_path / "out", "--no-figure")
    assert done.returncode == 0
    assert names(tmp_path / "out") == ["song-2.npz", "song.npz"]
    with np.load(tmp_path / "out" / "song-2.npz") as saved:
        assert saved["log_mel"].shape[1] == 18


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(tmp_path, song):
    refused(run("analyze", song, "-o", song), "results cannot go to", "is not a folder")
    refused(run("demo", "-o", song / "below"), "results cannot go to", "is not a folder")
    if os.geteuid() != 0:  # root may write anywhere
        (tmp_path / "locked").mkdir(mode=0o500)
        refused(run("analyze", song, "-o", tmp_path / "locked"), "no permission to write")


def test_a_result_that_cannot_be_replaced_leaves_the_other_alone(tmp_path, song):
    (tmp_path / "out" / "song.png").mkdir(parents=True)
    refused(run("analyze", song, "-o", tmp_path / "out"), "song.png is a folder")
    assert names(tmp_path / "out") == ["song.png"]


def test_a_link_that_waits_under_a_guessed_name_is_not_followed(tmp_path, song):
    """In a folder that others may write to, whatever they could foresee."""
    victim, out = tmp_path / "victim", tmp_path / "out"
    victim.write_text("precious")
    out.mkdir()
    code = f"import os; os.symlink({str(victim)!r}, os.path.join({str(out)!r}, f'.spectro-{{os.getpid()}}.npz.part'))"
    done = run("analyze", song, "-o", out, "--no-figure", code=code)
    assert (done.returncode, done.stderr) == (0, "")
    assert victim.read_text() == "precious"
    assert not (out / "song.npz").is_symlink()


def test_a_link_in_place_of_a_result_is_replaced_and_not_followed(tmp_path, song):
    victim, out = tmp_path / "victim", tmp_path / "out"
    victim.write_text("precious")
    out.mkdir()
    (out / "song.npz").symlink_to(victim)
    assert run("analyze", song, "-o", out, "--no-figure").returncode == 0
    assert victim.read_text() == "precious"
    assert names(out) == ["song.npz"] and not (out / "song.npz").is_symlink()


def test_temporary_names_cannot_be_foreseen_and_results_have_the_modes_of_new_files(tmp_path):
    met = set()
    for _ in range(2):
        with folders.whole(tmp_path / "song.npz") as file:
            name = os.path.basename(file.name)
            assert re.fullmatch(r"\.spectro-\w{8}\.part", name)
            assert os.stat(file.name).st_mode & 0o077 == 0, "until it is whole nobody else reads it"
            met.add(name)
    assert len(met) == 2
    (tmp_path / "plain").touch()
    assert (tmp_path / "song.npz").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert names(tmp_path) == ["plain", "song.npz"]


@pytest.mark.parametrize("below", ["", "deep/er"])
def test_a_folder_that_is_a_dangling_link_says_what_it_is(tmp_path, song, below):
    link = tmp_path / "out"
    link.symlink_to(tmp_path / "gone")
    refused(
        run("analyze", song, "-o", link / below), "results cannot go to", f"{link} is a link to", "gone", "not there"
    )


ALL = ">&- 2>&- <&-"


@pytest.mark.parametrize("closed", ["2>&-", "<&-", "2>&- <&-", ALL])
def test_closed_streams_stop_nothing(tmp_path, song, words, closed):
    calls = [(("analyze", words, song), 1), (("spin",), 2)]
    calls += [(("analyze", song), 0), (("demo",), 0)] if closed == ALL else []
    for arguments, code in calls:
        spectro_ = [sys.executable, "-m", "spectro", *map(str, arguments)]
        options = [] if code == 2 else ["--no-figure", "-o", str(tmp_path / "out")]
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {closed}', "sh", *spectro_, *options],
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "SPECTRO_BACKEND": QUIET},
            timeout=60,
        )
        assert done.returncode == code
    with np.load(tmp_path / "out" / "song.npz") as saved:
        assert saved["n_fft"] == 2048


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("spin",),
        ("analyze",),
        ("demo", "--hop-length", "0"),
        ("analyze", "a.wav", "--sr", "-1"),
        ("demo", "--n-fft", "x"),
    ],
)
def test_a_wrong_command_line_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    assert left.value.code == 2
    assert "error: " in capsys.readouterr().err


INTERRUPT = """
import os, signal, time
from spectro._cli import figure
def draw(file, *_, **__):
    file.write(b"half")
    {}
figure.draw = draw
"""


def _during_the_figure(statement):
    return f"exec({INTERRUPT.format(statement)!r})"


def test_ctrl_c_leaves_nothing_half_written(tmp_path, song):
    heed = "signal.signal(signal.SIGINT, signal.default_int_handler)"  # a shell's background jobs ignore Ctrl-C
    code = _during_the_figure(f"{heed}; os.kill(os.getpid(), signal.SIGINT); time.sleep(30)")
    refused(run("analyze", song, "-o", tmp_path / "out", code=code), "interrupted", code=130)
    assert names(tmp_path / "out") == []


def test_a_fault_leaves_nothing_half_written_and_shows_its_traceback_only_on_demand(tmp_path, song):
    code = _during_the_figure("raise RuntimeError('no ink')")
    refused(run("analyze", song, "-o", tmp_path / "out", code=code), "song.wav: RuntimeError: no ink")
    assert "Traceback" in run("analyze", song, "-o", tmp_path / "out", "--debug", code=code).stderr
    assert names(tmp_path / "out") == []


@pytest.mark.parametrize("package", ["matplotlib", "soundfile", "soxr"])
def test_a_missing_package_is_named(tmp_path, song, package):
    arguments = ("analyze", song, song.with_name("b.wav"), "-o", tmp_path / "out", "--sr", "8000")
    refused(run(*arguments, code=f"sys.modules[{package!r}] = None"), f"pip install {package}")
    assert names(tmp_path / "out") == []


def test_demo_runs_without_the_optional_packages(tmp_path):
    code = "sys.modules.update(dict.fromkeys(('matplotlib', 'soundfile', 'soxr', 'tqdm')))"
    done = run("demo", "--no-figure", "-o", tmp_path, code=code)
    assert done.returncode == 0
    assert names(tmp_path) == ["spectro-demo.npz"]


def test_demo_finds_the_onsets_that_are_there(tmp_path):
    done = run("demo", "-o", tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    rows = re.findall(r"^ +(\d\.\d{3}) +(\d\.\d{3}) +([+-]\d+\.\d) +(\S.*)$", done.stdout, re.MULTILINE)
    true = clip.onsets()
    assert [(row[0], row[3]) for row in rows] == [(f"{onset.time:.3f}", " + ".join(onset.names)) for onset in true]
    assert all(abs(float(found) - float(time)) < 0.03 for time, found, *_ in rows)
    assert all(abs(float(found) - float(time) - float(off) / 1000) < 0.0011 for time, found, off, _ in rows)
    assert f"{len(true)} of {len(true)} onsets found, 0 false: recall 100%, precision 100%" in done.stdout
    assert names(tmp_path) == ["spectro-demo.npz", "spectro-demo.png", "spectro-demo.wav"]
    written, rate = soundfile.read(tmp_path / "spectro-demo.wav")
    assert rate == clip.SR
    assert np.abs(written - clip.samples()).max() < 2**-15


def test_info_tells_versions_backends_settings_and_fallbacks(capsys, monkeypatch):
    monkeypatch.setenv("SPECTRO_NUM_THREADS", "3")
    monkeypatch.setenv("SPEC_MLX_TGX", "many")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fallbacks.note("test_cli", "a slower path was taken for the test")
    spectro.show_versions()
    text = capsys.readouterr().out
    for line in (
        rf"mlx +{re.escape(mx.__version__)}",
        rf"numpy +{re.escape(np.__version__)}",
        r"soxr +\d",
        r"spectro +\d",
    ):
        assert re.search(rf"^  {line}", text, re.MULTILINE), line
    assert re.search(r"^  reference +available$", text, re.MULTILINE)
    if dispatch.unavailable("cpu") is None:
        assert re.search(r"^  cpu +available: \w+, \d+ threads, \d+ of at most \d+ MiB kept", text, re.MULTILINE)
    assert re.search(r"^  (cpu|gpu) +unavailable: \S", text, re.MULTILINE)
    assert re.search(r"SPECTRO_NUM_THREADS +3 \(set\)", text)
    assert re.search(r"SPEC_MLX_TGX +refused: .*'many'", text)
    assert "a slower path was taken for the test" in text


def test_version_is_printed():
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"spectro {spectro.__version__}\n")


def test_info_is_a_command_and_a_forced_backend_is_named():
    done = run("info", SPECTRO_BACKEND="reference")
    assert done.returncode == 0
    assert re.search(r"SPECTRO_BACKEND +reference \(set\)", done.stdout)
    for command in (("demo",), ("analyze", "a.wav", "b.wav")):
        refused(run(*command, SPECTRO_BACKEND="abacus"), "spectro: SPECTRO_BACKEND must be", "'abacus'")
