"""What the command line computes of a signal: log-mel spectrogram and onset envelope."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any, NamedTuple

import mlx.core as mx
import numpy as np

import spectro

from .._mel import melspectrogram
from ..convert.frequency import mel_frequencies
from ..decibel import power_to_db
from ..onset import onset_detect, onset_strength

LOWEST = 1e-10  # power that `power_to_db` calls silence
BLOCK = 4096  # frames computed at a time, so that memory does not grow with the spectrum of a long recording


class Sizes(NamedTuple):
    """Frame length, hop and number of bands."""

    n_fft: int = 2048
    hop_length: int = 512
    n_mels: int = 128


class Features(NamedTuple):
    """Everything that is written about one signal, as NumPy arrays."""

    y: np.ndarray  # (n,)
    sr: float
    n_fft: int
    hop_length: int
    log_mel: np.ndarray  # (n_mels, t), dB below the loudest
    reference: float  # power of the loudest, which is at 0 dB
    onset_envelope: np.ndarray  # (t,)
    times: np.ndarray  # (t,), seconds
    frequencies: np.ndarray  # (n_mels,), Hz, where each band peaks
    onsets: np.ndarray  # seconds
    tempo: float  # beats a minute
    beats: np.ndarray  # seconds

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.y) / self.sr

    def save(self, file: IO[bytes]) -> None:
        """Write all but the samples as an .npz file."""
        np.savez(file, **{name: value for name, value in self._asdict().items() if name != "y"})


def blocks(n: int, sizes: Sizes) -> int:
    """How many times `features_of` reports progress on a signal of `n` samples."""
    return -(-_frames(n, sizes) // BLOCK)


def features_of(y: mx.array, sr: float, sizes: Sizes, step: Callable[[], object] = lambda: None) -> Features:
    """Compute the features of a mono signal.

    Parameters
    ----------
    y : mx.array (n,)
        Signal.
    sr : float > 0
        Sampling rate in Hz.
    sizes : Sizes
        Frame length, hop and number of bands.
    step : callable
        Called after every block of frames.

    Returns
    -------
    Features
        `t = 1 + (n + 2 * (n_fft // 2) - n_fft) // hop_length` frames.
    """
    n_fft, hop_length, n_mels = sizes
    mel = _melspectrogram(y, sr, sizes, step)  # (n_mels, t)
    envelope = onset_strength(S=power_to_db(mel), sr=sr, n_fft=n_fft, hop_length=hop_length)  # (t,)
    curve = np.array(envelope)
    timing: dict[str, Any] = {"sr": sr, "hop_length": hop_length, "units": "time"}
    tempo, beats = spectro.beat.beat_track(onset_envelope=curve, **timing)
    return Features(
        y=np.array(y),
        sr=sr,
        n_fft=n_fft,
        hop_length=hop_length,
        log_mel=np.array(power_to_db(mel, ref=mx.max)),
        reference=max(float(mel.max()), LOWEST),
        onset_envelope=curve,
        times=np.arange(mel.shape[-1]) * (hop_length / sr),
        frequencies=np.array(mel_frequencies(n_mels + 2, fmin=0.0, fmax=sr / 2))[1:-1],
        onsets=onset_detect(onset_envelope=curve, **timing),
        tempo=float(np.ravel(tempo)[0]),
        beats=beats,
    )


def _melspectrogram(y: mx.array, sr: float, sizes: Sizes, step: Callable[[], object]) -> mx.array:
    """`melspectrogram(y=y, ...)` block by block: the same frames, centered by hand."""
    n_fft, hop_length, n_mels = sizes
    padded, parts = mx.pad(y, n_fft // 2), []
    count = _frames(len(y), sizes)
    for first in range(0, count, BLOCK):
        last = min(first + BLOCK, count) - 1
        piece = padded[first * hop_length : last * hop_length + n_fft]
        part = melspectrogram(y=piece, sr=sr, n_fft=n_fft, hop_length=hop_length, n_mels=n_mels, center=False)
        mx.eval(part)
        parts.append(part)
        step()
    return mx.concatenate(parts, axis=-1)


def _frames(n: int, sizes: Sizes) -> int:
    return 1 + (n + 2 * (sizes.n_fft // 2) - sizes.n_fft) // sizes.hop_length
