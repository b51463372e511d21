"""Rows of the table of cases: onsets, beats and tempo."""

from __future__ import annotations

from typing import Any

import librosa
import numpy as np
from case import SR, Case, case, constant, levels, normal
from scipy.interpolate import interp1d

GRID = {"sr": SR, "hop_length": 100}
SHORT = {**GRID, "win_length": 16}


def pulses(*shape: int, period: int = 9, seed: int = 3) -> np.ndarray:
    """An onset strength with a beat every `period` frames, exact in float32."""
    envelope = 0.2 * levels(*shape, seed=seed)
    envelope[..., 4::period] += 2
    return np.float32(envelope).astype(np.float64)


def _backtracked(events: np.ndarray, energy: np.ndarray) -> np.ndarray:
    return librosa.onset.onset_backtrack(events.astype(int), energy)


def hybrid(onset_envelope: np.ndarray, **call: Any) -> np.ndarray:
    """The geometric mean of both tempograms; librosa has it since 1.0."""
    fourier = librosa.feature.fourier_tempogram(onset_envelope=onset_envelope, **call)
    local = librosa.feature.tempogram(onset_envelope=onset_envelope, **call)[1:]
    length, rate = call["win_length"], 60 * call["sr"] / call["hop_length"]
    asked = np.arange(fourier.shape[0]) * rate / length
    read = interp1d(rate / np.arange(1, length), local, axis=0, bounds_error=False, fill_value=0)(asked)
    return np.sqrt(np.abs(fourier[:, : local.shape[1]] * read))


def meter(tg: np.ndarray, freqs: Any, factors: Any = (1 / 3, 1 / 4, 1 / 5, 1 / 7), **call: Any) -> np.ndarray:
    """Products of a tempogram with itself at other tempi; librosa has it since 1.0."""
    asked = np.multiply.outer(factors, freqs)
    products = tg * interp1d(freqs, tg, axis=0, bounds_error=False, fill_value=0)(asked)
    return products if "aggregate" in call else products.sum(axis=-2)


PICKED = {"pre_max": 3, "post_max": 3, "pre_avg": 5, "post_avg": 6, "delta": 0.1, "wait": 2}
CURVE = pulses(60)
DOUBLE = {"numpy_doubles": True, "halves": False}
TEMPI = [30.0, 50.0, 90.0, 120.0, 200.0, 333.0]
INTERVALS = np.array([[3.0, 5.0], [1.0, 4.0], [4.0, 5.0], [0.0, 2.0], [1.0, 3.0], [4.0, 5.0], [6.0, 7.0]])
BPM = np.full(50, 400.0)

ROWS: list[Case] = [
    case("autocorrelate", y=normal(40)),
    case("autocorrelate", "lags", y=normal(12, 5), max_size=4, axis=-2, compiled=True),
    case("feature.tempogram", onset_envelope=pulses(50), **SHORT),
    case("feature.tempogram", "odd", onset_envelope=pulses(50), norm=None, sr=SR, win_length=15, window="hamming"),
    case("feature.tempogram", "left", onset_envelope=pulses(50), norm=2, center=False, **SHORT),
    case("feature.fourier_tempogram", onset_envelope=pulses(50), **SHORT),
    case("feature.fourier_tempogram", "left", onset_envelope=pulses(50), center=False, **SHORT),
    case("feature.tempogram_ratio", tg=levels(24, 30), **GRID),
    case("feature.tempogram_ratio", "bpm", tg=levels(24, 50), bpm=BPM, by=("tg",), **GRID),
    case("feature.tempogram_ratio", "mean", tg=levels(24, 50), bpm=BPM, aggregate=np.mean, by=("tg",), **GRID),
    case("feature.hybrid_tempogram", onset_envelope=pulses(50), truth=hybrid, **SHORT),
    case("feature.hybrid_tempogram", "left", onset_envelope=pulses(50), center=False, truth=hybrid, **SHORT),
    case("feature.metrogram", tg=levels(6, 9), freqs=TEMPI, **DOUBLE, truth=meter),
    case("feature.metrogram", "kept", tg=levels(6, 9), freqs=TEMPI, aggregate=None, **DOUBLE, truth=meter),
    case("feature.metrogram", "halves", tg=levels(6, 9), freqs=TEMPI, factors=[0.5, 2], **DOUBLE, truth=meter),
    case("beat.plp", onset_envelope=pulses(50), by=(), tempo_max=None, **SHORT),
    case("feature.tempo", kind="host", onset_envelope=CURVE, ac_size=0.4, max_tempo=None, **GRID),
    case("feature.tempo", "frames", kind="host", onset_envelope=CURVE, ac_size=0.4, aggregate=None, **GRID),
    case("feature.tempo", "of-tg", kind="host", tg=levels(24, 30), start_bpm=300, std_bpm=0.5, **GRID),
    case("beat.beat_track", kind="host", onset_envelope=CURVE, part=1, **GRID),
    case("beat.beat_track", "tempo", kind="host", onset_envelope=CURVE, part=0, **GRID),
    case("beat.beat_track", "bpm", kind="host", onset_envelope=pulses(50), bpm=BPM, part=1, **GRID),
    case("beat.beat_track", "dense", kind="host", onset_envelope=CURVE, bpm=500, sparse=False, part=1, **GRID),
    case("onset.onset_detect", kind="host", onset_envelope=CURVE, **GRID),
    case("onset.onset_detect", "of-y", kind="host", y=normal(3000), sr=SR, units="samples"),
    case("onset.onset_detect", "dense", kind="host", onset_envelope=pulses(2, 60), sparse=False, **GRID),
    case("onset.onset_detect", "back", kind="host", onset_envelope=CURVE, backtrack=True, units="time", **GRID),
    case("onset.onset_backtrack", kind="host", events=np.array([4.0, 13.0, 22.0]), energy=CURVE, truth=_backtracked),
    case("util.peak_pick", kind="host", x=CURVE, **PICKED),
    case("util.peak_pick", "dense", kind="host", x=pulses(60, 2), sparse=False, axis=0, **PICKED),
    case("util.localmax", kind="host", x=normal(9, 7)),
    case("util.localmin", kind="host", x=normal(9, 7), axis=-1),
    case(
        "util.match_events", kind="host", events_from=np.array([0.0, 7.0, 40.0]), events_to=np.array([30.0, 5.0, 9.0])
    ),
    case("util.match_intervals", kind="host", intervals_from=INTERVALS[:3], intervals_to=INTERVALS[3:]),
    constant("tempo_frequencies", n_bins=6, part=slice(1, None), **GRID),
    constant("fourier_tempo_frequencies", **SHORT),
]
