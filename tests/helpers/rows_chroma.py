"""Rows of the table of cases: chroma, tuning, and what is made of neighboring frames."""

from __future__ import annotations

from case import SR, Case, case, constant, levels, normal

TUNED = {"sr": SR, "tuning": 0.1}
FRAMED = {"n_fft": 64, "hop_length": 20}

ROWS: list[Case] = [
    case("feature.chroma_stft", y=normal(150), **TUNED, **FRAMED),
    case("feature.chroma_stft", "p-2", y=normal(150), norm=2, n_chroma=24, base_c=False, **TUNED, **FRAMED),
    case("feature.chroma_stft", "raw", y=normal(150), norm=None, octwidth=None, **TUNED, **FRAMED),
    case("feature.chroma_stft", "of-S", S=levels(33, 4), norm=2, **TUNED),
    case("piptrack", "pitches", kind="host", part=0, S=levels(33, 6), sr=SR, n_fft=64),
    case("piptrack", "magnitudes", kind="host", part=1, S=levels(33, 6), sr=SR, n_fft=64, ref=0.3),
    case("estimate_tuning", kind="host", S=levels(33, 9), sr=SR, n_fft=64, channels=False),
    case("pitch_tuning", kind="host", frequencies=levels(40) * 440, resolution=0.05),
    constant("filters.chroma", sr=SR, n_fft=64, n_chroma=12, tuning=0.1),
    case("feature.delta", data=normal(3, 14)),
    case("feature.delta", "second", data=normal(14, 3), order=2, width=5, axis=0, compiled=True),
    *(case("feature.delta", mode, data=normal(2, 12), mode=mode) for mode in ("nearest", "mirror", "constant", "wrap")),
    case("feature.stack_memory", data=normal(3, 7), n_steps=3, delay=2),
    case("feature.stack_memory", "future", data=normal(3, 7), delay=-2, mode="edge"),
    case("feature.stack_memory", "vector", data=normal(7), mode="reflect", compiled=True),
]
