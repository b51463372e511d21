"""`analyze` says what it heard; `features` writes one file's."""

import json
import re
import warnings

import librosa
import numpy as np
import pytest
import soundfile
from tolerances import DECIBELS

import spectro
from spectro._cli import analyze, cli, extract
from spectro._datasets import Summary
from spectro._host import clip


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "album" / "song.wav"
    path.parent.mkdir()
    soundfile.write(path, clip.samples()[: 4 * clip.SR], clip.SR)
    return path


def test_analyze_prints_the_onsets_tempo_and_beats_of_a_folder(tmp_path, song, capsys):
    soundfile.write(song.parent / "silence.flac", np.zeros(9000), 22050)
    (song.parent / "cover.jpg").write_bytes(b"x")
    assert cli.main(["analyze", str(song.parent), "-o", str(tmp_path / "out"), "--no-figure"]) == 0
    silent, heard = capsys.readouterr().out.split(f"{song}\n")
    y, sr = spectro.load(song)
    onsets = spectro.onset.onset_detect(y=y, sr=sr, units="time")
    tempo, beats = spectro.beat.beat_track(y=y, sr=sr, units="time")
    assert re.search(rf"onsets +{len(onsets)}, in seconds:\n +" + r"\s+".join(f"{t:.2f}" for t in onsets), heard)
    assert re.search(rf"tempo +{float(tempo[0]):.1f} beats a minute", heard)
    assert re.search(rf"beats +{len(beats)}, in seconds:\n +" + r"\s+".join(f"{t:.2f}" for t in beats), heard)
    assert silent.startswith(str(song.parent / "silence.flac"))
    assert silent.count("none found") == 3
    assert "-100.0 dB" in silent


def test_analyze_keeps_the_absolute_level(tmp_path, song, capsys):
    assert cli.main(["analyze", str(song), "-o", str(tmp_path), "--no-figure", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    y, sr = spectro.load(song)
    with np.load(tmp_path / "song.npz") as saved:
        power = saved["reference"] * 10 ** (saved["log_mel"] / 10)
        mel = librosa.feature.melspectrogram(y=y, sr=sr)
        loud = saved["log_mel"] > -60
        np.testing.assert_allclose(10 * np.log10(power[loud]), 10 * np.log10(mel[loud]), atol=DECIBELS)
        np.testing.assert_allclose(said["onsets"], saved["onsets"], atol=1e-6)
        assert said["reference"] == saved["reference"]
    assert said["file"] == str(song)
    assert said["written"] == [str(tmp_path / "song.npz")]


@pytest.mark.parametrize("n", [1, 100, 3000])
def test_short_files_are_analyzed(tmp_path, n, capsys):
    soundfile.write(tmp_path / "a.wav", np.ones(n) / 2, 22050)
    assert cli.main(["analyze", str(tmp_path / "a.wav"), "-o", str(tmp_path), "--no-figure"]) == 0
    assert capsys.readouterr().err == ""


def test_drawing_is_named_where_it_takes_most_of_the_time():
    assert analyze._spent(1.0, 0.6) == "1.00 s, of which 0.60 s drew the picture (--no-figure)"
    assert analyze._spent(1.0, 0.4) == "1.00 s"


def test_features_writes_one_file(tmp_path, song, capsys):
    out = tmp_path / "deep" / "a.npz"
    assert cli.main(["features", str(song), "--features", "mfcc,chroma_stft", "--sr", "8000", "-o", str(out)]) == 0
    assert re.search(r"mfcc +20 x 63\n +chroma_stft +12 x 63\n", capsys.readouterr().out)
    y, _ = spectro.load(song, sr=8000)
    with np.load(out) as saved:
        np.testing.assert_allclose(saved["mfcc"], spectro.mfcc(y, sr=8000), atol=1e-3)
        assert saved["sr"] == 8000
    assert cli.main(["features", str(song), "--features", "rms", "--json", "-o", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["written"] == str(tmp_path / "song.npz")


REFUSED = [
    (["features", "no.wav"], "there is no file no.wav"),
    (["features", "song.wav", "--features", "nope"], "there is no function 'nope'"),
    (["features", "song.wav", "--recipe", "no.toml"], "no.toml: No such file or directory"),
    (["extract", "no/*.wav", "-o", "out"], "no/*.wav matches no files"),
    (["extract", "song.wav", "-o", "song.wav"], "results cannot go to song.wav: song.wav is not a folder"),
    (["extract", "song.wav", "-o", "gone"], "gone is a link to nowhere, which is not there"),
    (["analyze", "empty"], "empty holds no audio files"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_what_cannot_be_is_a_sentence_and_leaves_nothing(tmp_path, song, arguments, said, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    song.rename(tmp_path / "song.wav")
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "empty").mkdir()
    before = sorted(tmp_path.iterdir())
    assert cli.main(arguments) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert said in printed.err
    assert sorted(tmp_path.iterdir()) == before


COMMANDS = ["analyze", "build", "demo", "extract", "features", "info", "listen"]


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_has_examples(command, capsys):
    with pytest.raises(SystemExit):
        cli.main([*command, "--help"])
    assert re.search(rf"^examples:\n  spectro {' '.join(command)}", capsys.readouterr().out, re.M)


@pytest.mark.parametrize("command", [["listen", "--fast"], ["features", "-o", "out.npz"]], ids=["listen", "features"])
def test_a_warning_is_one_sentence_without_the_line_of_the_program(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    soundfile.write("short.wav", np.full(9, 0.1), 22050)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert cli.main([*command, "short.wav"]) == 0
    said = "spectro: warning: n_fft=2048 is too large for input signal of length=9; most of each frame is padding"
    assert {*capsys.readouterr().err.splitlines()} == {said}


@pytest.mark.parametrize("said", ["a.wav: No such file or directory", "broken"])
def test_extract_names_the_only_file_that_failed_once(monkeypatch, capsys, said):
    done = Summary(1, 0, 0, {"a.wav": said}, 0, 0.0, 1.0, "out")
    monkeypatch.setattr(extract, "extract", lambda *_, **__: done)
    assert cli.main(["extract", "a.wav", "-o", "out"]) == 1
    assert capsys.readouterr().err == f"spectro: a.wav: {said.removeprefix('a.wav: ')}\n"
