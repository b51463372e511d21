"""Rows of the table of cases: spectral features and their inverses."""

from __future__ import annotations

from typing import Any

import librosa
import numpy as np
from case import SR, Case, case, levels, near_one, normal

CUT = {"n_fft": 64, "hop_length": 16}
WIDE = {"sr": SR, **CUT}
OCTAVES = {"fmin": 250.0, "n_bands": 3}
HERTZ = np.float32(np.linspace(10.0, 3000.0, 33)).astype(np.float64)
MOVING = np.float32(np.sort(levels(33, 4, seed=5), axis=0) * 1000).astype(np.float64)
CENTROID = np.float32(500 + 400 * levels(1, 4, seed=6)).astype(np.float64)
TWO = np.float32(np.abs(normal(2, 33, seed=8))).astype(np.float64)


def _powers(y: Any, bank: Any = None, power: float = 2.0, **call: Any) -> Any:
    P = np.abs(librosa.stft(y, **call)) ** power
    return P if bank is None else np.einsum("mf,...ft->...mt", bank, P)


def _together(which: str, own: dict[str, Any], **call: Any) -> Case:
    """One of several features, which is what its own function gives."""

    def truth(features: Any, sr: float, **given: Any) -> Any:
        arrays = {name: x for name, x in given.items() if isinstance(x, np.ndarray)}
        return {which: getattr(librosa.feature, which)(**arrays, **own)}

    by = () if which in ("spectral_rolloff", "zero_crossing_rate") else None
    others = ("zero_crossing_rate", "spectral_contrast", "rms") if "y" in call else ("rms", "spectral_rolloff")
    call |= {"features": (*others, which), **OCTAVES}
    variant = f"{which}-of-{next(iter(call))}"
    return case("feature.spectral_features", variant, part=which, truth=truth, by=by, **call)


def _of_both(name: str, *, by: tuple[str, ...] | None = None, **options: Any) -> list[Case]:
    sr = {"sr": SR} if name != "spectral_flatness" else {}
    given = {**sr, **options}
    return [
        case(f"feature.{name}", "of-y", y=normal(120), by=by, **CUT, **given),
        case(f"feature.{name}", "odd", y=normal(120), by=by, n_fft=63, hop_length=20, win_length=51, **given),
        case(f"feature.{name}", "of-S", S=levels(33, 4), by=by, **given),
    ]


ROWS: list[Case] = [
    *_of_both("spectral_centroid"),
    case("feature.spectral_centroid", "window", y=normal(120, seed=5), window=near_one(64), compiled=True, **WIDE),
    case("feature.spectral_centroid", "freq", S=levels(33, 4), freq=HERTZ, sr=SR),
    case("feature.spectral_centroid", "freq-moving", S=levels(33, 4), freq=MOVING, sr=SR, channels=False),
    *_of_both("spectral_bandwidth"),
    case("feature.spectral_bandwidth", "raw", y=normal(120), p=3, norm=False, **WIDE),
    case("feature.spectral_bandwidth", "root", S=levels(33, 4), p=1.5, sr=SR),
    case("feature.spectral_bandwidth", "centroid", S=levels(33, 4), centroid=CENTROID, sr=SR, channels=False),
    case("feature.spectral_bandwidth", "freq-moving", S=levels(33, 4), freq=MOVING, sr=SR, channels=False),
    *_of_both("spectral_rolloff", by=()),
    case("feature.spectral_rolloff", "half", y=normal(120), roll_percent=0.5, by=(), **WIDE),
    case("feature.spectral_rolloff", "freq", S=levels(33, 4), freq=HERTZ, sr=SR, by=()),
    case("feature.spectral_rolloff", "freq-moving", S=levels(33, 4), freq=MOVING, sr=SR, by=(), channels=False),
    *_of_both("spectral_flatness"),
    case("feature.spectral_flatness", "amplitude", y=normal(120), power=1.0, amin=2.0, **CUT),
    case("feature.spectral_flatness", "root", S=levels(33, 4), power=0.7),
    *_of_both("spectral_contrast", **OCTAVES),
    case("feature.spectral_contrast", "linear", y=normal(120), linear=True, quantile=0.4, **OCTAVES, **WIDE),
    case("feature.spectral_contrast", "halves", S=levels(33, 4), quantile=0.5, sr=SR, **OCTAVES),
    *_of_both("poly_features"),
    case("feature.poly_features", "cubic", y=normal(120), order=3, **WIDE),
    case("feature.poly_features", "constant", S=levels(33, 4), order=0, sr=SR),
    case("feature.rms", y=normal(120), frame_length=32, hop_length=10),
    case("feature.rms", "reflect", y=normal(120), frame_length=31, hop_length=10, pad_mode="reflect"),
    case("feature.rms", "uncentered", y=normal(120), frame_length=32, hop_length=50, center=False, compiled=True),
    case("feature.rms", "of-S", S=levels(33, 4), frame_length=64),
    case("feature.rms", "of-S-odd", S=levels(33, 4), frame_length=65),
    case("feature.zero_crossing_rate", y=normal(120), frame_length=32, hop_length=10, by=()),
    case(
        "feature.zero_crossing_rate", "threshold", y=normal(120), threshold=0.5, zero_pos=False, by=(), frame_length=31
    ),
    case("feature.zero_crossing_rate", "pad", y=normal(120), pad=True, center=False, by=(), frame_length=50),
    *(
        _together(which, own, y=normal(120), **WIDE)
        for which, own in {
            "spectral_centroid": WIDE,
            "spectral_bandwidth": WIDE,
            "spectral_flatness": CUT,
            "spectral_contrast": {**WIDE, **OCTAVES},
            "rms": {"frame_length": 64, "hop_length": 16, "dtype": np.float64},
            "zero_crossing_rate": {"frame_length": 64, "hop_length": 16},
        }.items()
    ),
    _together("poly_features", {"sr": SR}, S=levels(33, 4), sr=SR),
    _together("rms", {"frame_length": 64, "dtype": np.float64}, S=levels(33, 4), sr=SR),
    case("spectrogram", y=normal(90), truth=_powers, **CUT),
    case("spectrogram", "bank", y=normal(90), bank=TWO, truth=_powers, compiled=True, **CUT),
    case("spectrogram", "bank-0.5", y=normal(90), bank=TWO, power=0.5, truth=_powers, hop_length=20, n_fft=64),
]
