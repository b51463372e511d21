"""`spectro listen`: rows of a picture, as a file sounds."""

from __future__ import annotations

import re
import sys
import time

import numpy as np
import pytest

from spectro._cli import listen
from spectro._cli.cli import main

soundfile = pytest.importorskip("soundfile")


@pytest.fixture
def tone(tmp_path):
    """Half a second of silence, then of 1 kHz."""
    y = np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
    soundfile.write(path := tmp_path / "tone.wav", np.where(np.arange(8000) < 4000, 0, y), 8000)
    return str(path)


def test_a_file_is_drawn_from_top_to_bottom(tone, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["listen", tone, "--fast"]) == 0
    title, *rows = capsys.readouterr().out.splitlines()
    assert title == "tone.wav: 8000 Hz, 50 bands from 0 to 4000 Hz, 20 rows a second"
    assert [row[:9] for row in rows] == [f"{i / 20:7.2f}s " for i in range(20)]
    assert all(row.strip().endswith("s") for row in rows[:8])  # silence is dark
    brightest = {row.index("@") - 9 for row in rows[12:18]}
    assert brightest <= {21, 22, 23}  # 1 kHz is 15 mel of 2.7 a band


def test_a_terminal_gets_colors(tone, capsys, monkeypatch):
    monkeypatch.setattr(listen, "can_print", lambda letter: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["listen", tone, "--fast"]) == 0
    rows = capsys.readouterr().out.splitlines()[1:]
    assert all(re.fullmatch(r" +[\d.]+s (\x1b\[48;5;\d+;38;5;\d+m▄)+\x1b\[0m", row) for row in rows)


def test_blocks_come_when_they_would_be_heard():
    began = time.monotonic()
    assert len(list(listen.as_it_sounds([np.zeros(80)] * 3, 8000))) == 3
    assert time.monotonic() - began >= 0.029


def test_a_file_with_nan_is_named(tmp_path, capsys):
    y = np.zeros(8000)
    y[6000] = np.nan
    soundfile.write(path := tmp_path / "nan.wav", y, 8000, subtype="FLOAT")
    assert main(["listen", str(path), "--fast"]) == 1
    said = f"spectro: {path} holds NaN or infinite samples; repair or convert the file first\n"
    assert capsys.readouterr().err == said


def test_what_is_missing_is_one_sentence(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    for arguments, said in (
        ([], "the microphone needs sounddevice: pip install sounddevice"),
        (["no.wav"], "no file no.wav"),
    ):
        assert main(["listen", *arguments]) == 1
        error = capsys.readouterr().err
        assert said in error
        assert len(error.splitlines()) == 1
