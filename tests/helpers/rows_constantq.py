"""Rows of the table of cases: constant-Q transforms, and chroma made of them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any
from unittest import mock

import librosa
import numpy as np
from case import SR, Case, case, constant, levels, normal, spectrum

from spectro._constants.lowpass import GENTLE, SHARP, Lowpass, lowpass_taps

TONES = {"sr": SR, "fmin": 233.0, "n_bins": 8, "bins_per_octave": 4, "hop_length": 32}


def over_our_filter(name: str) -> Callable[..., Any]:
    """librosa's function over our filter in float64: soxr's high quality rounds to single precision."""

    def truth(*args: Any, **call: Any) -> Any:
        with mock.patch("librosa.core.audio.resample", resampled):
            return getattr(librosa, name)(*args, **call)

    return truth


def resampled(y: np.ndarray, *, orig_sr: float, target_sr: float, scale: bool = False, **_: Any) -> np.ndarray:
    """A signal at a rate that is halved or doubled several times."""
    ratio = target_sr / orig_sr
    times = round(abs(math.log2(ratio)))
    if ratio < 1:
        size, whole = -(-y.shape[-1] // 2**times), int(y.shape[-1] * ratio + 0.5)
        y = np.concatenate([y, np.zeros((*y.shape[:-1], 16 * 2**times))], axis=-1)  # what rings after the end
        for filter in [*[GENTLE] * (times - 1), SHARP[min(times, 3) - 1]]:
            y = _lowpassed(y, filter)[..., ::2]
        y = y[..., :size]
        y[..., whole if times > 1 else size :] = 0
    else:
        for left in range(times, 0, -1):
            filter = SHARP[0] if left <= 2 else SHARP[1]
            y = 2 * _lowpassed(np.stack([y, np.zeros_like(y)], axis=-1).reshape(*y.shape[:-1], -1), filter)
    return y / math.sqrt(ratio) if scale else y


def _lowpassed(y: np.ndarray, filter: Lowpass) -> np.ndarray:
    taps = np.array(lowpass_taps(filter))
    whole = functools.partial(np.convolve, np.concatenate([taps[:0:-1], taps]))
    reach = len(taps) - 1
    return np.apply_along_axis(lambda row: whole(row)[reach : reach + len(row)], -1, y)


BACK = {"sr": SR, "fmin": 233.0, "bins_per_octave": 4, "hop_length": 32}
HERTZ = np.array([400.0, 500.0, 700.0])

ROWS: list[Case] = [
    case("cqt", y=normal(300), truth=over_our_filter("cqt"), **TONES),
    case(
        "cqt", "raw", y=normal(300), scale=False, norm=2, sparsity=0.0, pad_mode="reflect", **TONES | {"hop_length": 33}
    ),
    case("vqt", y=normal(300), truth=over_our_filter("vqt"), **TONES),
    case(
        "vqt",
        "intervals",
        y=normal(300),
        intervals=[1, 1.2, 1.5, 1.7],
        gamma=3,
        window="hamming",
        truth=over_our_filter("vqt"),
        **TONES,
    ),
    case("icqt", C=spectrum(8, 6), truth=over_our_filter("icqt"), **BACK),
    case("icqt", "raw", C=spectrum(6, 5), scale=False, length=190, truth=over_our_filter("icqt"), **BACK),
    case("pseudo_cqt", y=normal(300), **TONES),
    case("pseudo_cqt", "raw", y=normal(300), scale=False, norm=np.inf, **TONES),
    case("hybrid_cqt", y=normal(300), truth=over_our_filter("hybrid_cqt"), **TONES | {"hop_length": 64}),
    case(  # differentiated by a test of its own: librosa's phases are in single precision
        "griffinlim_cqt", C=levels(8, 9), n_iter=2, init=None, by=(), truth=over_our_filter("griffinlim_cqt"), **BACK
    ),
    case("filters.wavelet", kind="host", part=0, freqs=HERTZ, sr=SR),
    case("filters.wavelet_lengths", kind="host", part=0, freqs=HERTZ, sr=SR, gamma=None),
    constant("filters.window_bandwidth", window="hann"),
]
