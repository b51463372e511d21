"""Rows of the table of cases: constant-Q transforms, and chroma made of them."""

from __future__ import annotations

from case import SR, Case, case, normal

TONES = {"sr": SR, "fmin": 233.0, "n_bins": 8, "bins_per_octave": 4, "hop_length": 32}

ROWS: list[Case] = [
    case("cqt", y=normal(300), **TONES),
    case("cqt", "raw", y=normal(300), scale=False, norm=2, sparsity=0.0, pad_mode="reflect", **TONES),
    case("vqt", y=normal(300), **TONES),
    case("vqt", "intervals", y=normal(300), intervals=[1, 1.2, 1.5, 1.7], gamma=3, window="hamming", **TONES),
]
