"""`spectro listen`: a mel spectrogram that scrolls through the terminal while a file or a microphone sounds."""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator

import numpy as np

from .._floor.extras import import_extra
from .._floor.muting import muted
from ..audio import get_samplerate, stream
from ..decibel import power_to_db
from ..errors import ParameterError
from ..streaming import MelSpectrogram
from .outcome import OK

ROWS = 20  # a second
BANDS = 100  # at most; fewer in a narrow terminal
RANGE = 60.0  # dB from the darkest to the brightest
LOUDEST = -20.0  # dB of a band, at least, for the brightest: silence stays dark
DECAY = 0.05  # dB a row, by which the loudest so far is forgotten
SHADES = " .:-=+*#%@"
COLORS = (16, 17, 53, 54, 90, 126, 162, 168, 204, 209, 215, 222, 229, 231)  # of a terminal with 256, dark to bright
LABEL = 9  # columns of the time


def run(options: argparse.Namespace) -> int:
    """Draw until the file ends, or until Ctrl-C where a microphone is heard."""
    file = options.file
    try:
        if file is None:
            draw(*microphone(), "microphone, until Ctrl-C")
        else:
            with muted():
                sr = get_samplerate(file)
            blocks = read(file, hop_of(sr))
            draw(blocks if options.fast else as_it_sounds(blocks, sr), sr, os.path.basename(file))
    except KeyboardInterrupt:
        if file is not None:
            raise
    return OK


def read(file: str, hop: int) -> Iterator[np.ndarray]:
    """Give the blocks of a file, without what decoders print."""
    blocks = stream(file, block_length=2, frame_length=hop, hop_length=hop)
    while True:
        with muted():
            block = next(blocks, None)
        if block is None:
            return
        if not np.isfinite(block).all():
            raise ParameterError(f"[listen] {file} holds NaN or infinite samples; repair or convert the file first")
        yield block


def hop_of(sr: float) -> int:
    """Samples from frame to frame: a row of the picture holds two frames."""
    return max(1, round(sr / (2 * ROWS)))


def microphone() -> tuple[Iterator[np.ndarray], float]:
    """Give blocks of samples from the default microphone, and their rate."""
    sounddevice = import_extra("sounddevice", "listen", "the microphone")
    sr = float(sounddevice.query_devices(kind="input")["default_samplerate"])

    def blocks() -> Iterator[np.ndarray]:
        with sounddevice.InputStream(samplerate=sr, channels=1, dtype="float32") as heard:
            while True:
                yield heard.read(2 * hop_of(sr))[0][:, 0]

    return blocks(), sr


def as_it_sounds(blocks: Iterable[np.ndarray], sr: float) -> Iterator[np.ndarray]:
    """Hold each block back until it would have been heard."""
    due = time.monotonic()
    for block in blocks:
        due += len(block) / sr
        time.sleep(max(0.0, due - time.monotonic()))
        yield block


def draw(blocks: Iterable[np.ndarray], sr: float, title: str) -> None:
    """Print a row for every two frames: low frequencies left, time downwards."""
    n_bands = max(1, min(BANDS, shutil.get_terminal_size().columns - LABEL - 1))
    n_fft = 2 ** round(math.log2(max(2, 0.09 * sr)))
    print(f"{title}: {sr:g} Hz, {n_bands} bands from 0 to {sr / 2:g} Hz, {ROWS} rows a second", flush=True)
    mel = MelSpectrogram(sr=sr, n_fft=n_fft, hop_length=hop_of(sr), n_mels=n_bands)
    row = row_in_color if sys.stdout.isatty() and can_print("▄") else row_in_letters
    waiting, rows, loudest = np.zeros((n_bands, 0), np.float32), 0, LOUDEST
    for frames in pushed(mel, blocks):
        waiting = np.concatenate([waiting, power_to_db(frames, top_db=None)], axis=-1)
        while waiting.shape[-1] >= 2:
            pair, waiting = waiting[:, :2].T, waiting[:, 2:]
            loudest = max(float(pair.max()), loudest - DECAY, LOUDEST)
            print(f"{rows / ROWS:7.2f}s ", row(np.clip(1 + (pair - loudest) / RANGE, 0, 1)), sep="", flush=True)
            rows += 1


def pushed(mel: MelSpectrogram, blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Give the frames of blocks, as they are known."""
    for block in blocks:
        yield mel.push(block.astype(np.float32, copy=False))
    yield mel.flush()


def row_in_color(pair: np.ndarray) -> str:
    """Two frames (2, bands) of 0 .. 1 in one row: half blocks, the later frame below."""
    upper, lower = np.take(COLORS, np.rint(pair * (len(COLORS) - 1)).astype(int))
    return "".join(f"\x1b[48;5;{over};38;5;{under}m▄" for over, under in zip(upper, lower)) + "\x1b[0m"


def row_in_letters(pair: np.ndarray) -> str:
    """Two frames (2, bands) of 0 .. 1 in one row of letters, for what is no terminal."""
    return "".join(SHADES[shade] for shade in np.rint(pair.max(0) * (len(SHADES) - 1)).astype(int)).rstrip()


def can_print(letter: str) -> bool:
    """Whether standard output has a letter."""
    try:
        letter.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
