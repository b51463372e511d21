"""Rows of the table of cases: decomposition and effects."""

from __future__ import annotations

from typing import Any

import librosa
import numpy as np
from case import FRAMES, Case, case, levels, normal, spectrum


def _of_spectra(**call: Any) -> Any:
    return librosa.decompose.hpss(**call)


def _emphasis(name: str) -> list[Case]:
    y = normal(40)
    return [
        case(f"effects.{name}", y=y),
        case(f"effects.{name}", "half", y=y, coef=0.5, compiled=True),
        case(f"effects.{name}", "sum", y=y, coef=1.0),
        case(f"effects.{name}", "state", y=y, zi=normal(1), channels=False),
        case(f"effects.{name}", "last", y=y, return_zf=True, part=1),
    ]


SMALL = {"kernel_size": (3, 5)}
SILENCE = np.concatenate([np.zeros(30), normal(40), np.zeros(20), normal(10)])
FEW = {"frame_length": 8, "hop_length": 4}

ROWS: list[Case] = [
    *(
        case("decompose.hpss", f"{variant}-{part}", part=part, truth=_of_spectra, **call)
        for variant, call in {
            "complex": {"S": spectrum(9, 7), **SMALL},
            "real": {"S": levels(9, 7), **SMALL},
            "even": {"S": levels(9, 7), "kernel_size": 4},
            "wide": {"S": levels(9, 7), "kernel_size": (15, 31)},
            "margin": {"S": levels(9, 7), "margin": (1.5, 2.0), "power": 1.0, **SMALL},
            "power": {"S": levels(9, 7), "power": 3.5, **SMALL},
        }.items()
        for part in (0, 1)
    ),
    case("decompose.hpss", "masks", S=levels(9, 7), mask=True, part=1, truth=_of_spectra, compiled=True, **SMALL),
    case("effects.hpss", y=normal(90), part=0, truth=librosa.effects.hpss, **SMALL, **FRAMES),
    case("effects.hpss", "margin", y=normal(90), part=1, margin=2.0, truth=librosa.effects.hpss, **SMALL, **FRAMES),
    case("effects.harmonic", y=normal(90), **SMALL, **FRAMES),
    case("effects.percussive", y=normal(90), **SMALL, **FRAMES),
    *_emphasis("preemphasis"),
    *_emphasis("deemphasis"),
    case("effects.remix", y=normal(30), intervals=[(20, 27), (3, 9)], align_zeros=False, keeps=True),
    case("effects.trim", kind="host", y=SILENCE, part=1, **FEW),
    case("effects.split", kind="host", y=SILENCE, **FEW),
    *(
        case("util.softmask", variant, X=levels(5, 4), X_ref=levels(5, 4, seed=5), keeps=True, **call)
        for variant, call in {"linear": {}, "square": {"power": 2.0, "compiled": True}, "split": {"power": 0.7}}.items()
    ),
    case(
        "decompose.decompose",
        kind="host",
        S=levels(6, 5),
        part=0,
        n_components=2,
        truth=lambda **call: librosa.decompose.decompose(**call),
    ),
]
