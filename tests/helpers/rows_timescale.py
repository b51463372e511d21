"""Rows of the table of cases: phase vocoder, reassignment, filter banks in time."""

from __future__ import annotations

from typing import Any

import librosa
import numpy as np
from case import FRAMES, SR, Case, case, constant, normal, spectrum

BINS = {"sr": SR, "fill_nan": True, "ref_power": 1.0, **FRAMES}
UNCENTERED = {"y": normal(70), "rate": 0.7, "center": False, "window": "hamming"}
BANK = {"center_freqs": [200.0, 900.0], "sample_rates": [2000.0, 4000.0]}


def _sampled(name: str) -> Any:
    """librosa's function, of the frequencies as arrays."""

    def truth(**call: Any) -> Any:
        given = {key: np.asarray(value) if key in BANK else value for key, value in call.items()}
        return getattr(librosa if name == "iirt" else librosa.filters, name)(**given)

    return truth


def _at_places(D: Any, t_out: Any) -> Any:
    """Frames in another order: of whole places, the magnitudes are those of frames."""
    frames = np.array(t_out).astype(int)
    angle = np.angle(np.concatenate([D, np.zeros_like(D[..., :1])], axis=-1))
    turns = (angle[..., frames + 1] - angle[..., frames])[..., :-1]
    phase = np.concatenate([angle[..., frames[:1]], turns], axis=-1).cumsum(axis=-1)
    return np.abs(D[..., frames]) * np.exp(1j * phase)


def stretched(D: Any, *, rate: float, **_: Any) -> Any:
    """librosa's since 1.0: behind the last frame the line through two magnitudes goes on, and the phase stays."""
    frames = D.shape[-1]
    places = np.arange(0, frames, rate)
    first = np.minimum(places.astype(int), max(frames - 2, 0))
    size, angle = np.abs(D), np.angle(D)
    rise = np.diff(size, axis=-1) if frames > 1 else np.zeros(D.shape)
    turns = np.concatenate([np.diff(angle, axis=-1), np.zeros((*D.shape[:-1], 1))], axis=-1)[..., places.astype(int)]
    phase = angle[..., :1] + np.cumsum(turns, axis=-1) - turns
    return (size[..., first] + (places - first) * rise[..., first]) * np.exp(1j * phase)


def stretched_signal(y: Any, *, rate: float, **framing: Any) -> Any:
    """The same of a signal."""
    inverse = {key: value for key, value in framing.items() if key not in ("pad_mode",)}
    return librosa.istft(stretched(librosa.stft(y, **framing), rate=rate), length=round(y.shape[-1] / rate), **inverse)


ROWS: list[Case] = [
    case("phase_vocoder", "slow", D=spectrum(5, 6), rate=0.6, compiled=True, truth=stretched),
    case("phase_vocoder", "fast", D=spectrum(4, 9), rate=1.7, hop_length=3, truth=stretched),
    case("phase_vocoder", "places", D=spectrum(4, 6), t_out=[3, 4, 2, 0, 5], truth=_at_places),
    case("effects.time_stretch", y=normal(90), rate=1.3, compiled=True, truth=stretched_signal, **FRAMES),
    case("effects.time_stretch", "uncentered", truth=stretched_signal, **UNCENTERED, **FRAMES),
    case("reassigned_spectrogram", y=normal(60), part=0, compiled=True, **BINS),
    case("reassigned_spectrogram", "times", y=normal(60), part=1, center=False, **BINS),
    case("reassigned_spectrogram", "mags", y=normal(60), part=2, reassign_times=False, **BINS),
    case("iirt", kind="host", y=normal(2000), sr=SR, win_length=500, truth=_sampled("iirt"), **BANK),
    case("iirt", "ba", kind="host", y=normal(1500), sr=SR, flayout="ba", truth=_sampled("iirt"), **BANK),
    case("fmt", y=normal(12), compiled=True, keeps=True),
    case("fmt", "linear", y=normal(9), kind="linear", n_fmt=8, beta=1.0, keeps=True),
    constant("filters.mr_frequencies", tuning=0.25, part=0),
    constant("filters.semitone_filterbank", part=1),
]
