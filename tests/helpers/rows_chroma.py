"""Rows of the table of cases: chroma, tuning, and what is made of neighboring frames."""

from __future__ import annotations

from case import SR, Case, case, constant, levels, normal

TUNED = {"sr": SR, "tuning": 0.1}
FRAMED = {"n_fft": 64, "hop_length": 20}
# An octave right below the Nyquist frequency, so that nothing is resampled.
OCTAVE = {"sr": SR, "fmin": 1510.0, "n_octaves": 1, "hop_length": 64}
FOUR = {"n_chroma": 4, "bins_per_octave": 8, "tuning": 0.1}

ROWS: list[Case] = [
    case("feature.chroma_stft", y=normal(150), **TUNED, **FRAMED),
    case("feature.chroma_stft", "p-2", y=normal(150), norm=2, n_chroma=24, base_c=False, **TUNED, **FRAMED),
    case("feature.chroma_stft", "raw", y=normal(150), norm=None, octwidth=None, **TUNED, **FRAMED),
    case("feature.chroma_stft", "of-S", S=levels(33, 4), norm=2, **TUNED),
    case("feature.chroma_cqt", y=normal(300), **OCTAVE, **FOUR),
    case("feature.chroma_cqt", "of-C", C=levels(24, 5), norm=2, threshold=1.5, bins_per_octave=12, window=[0.5, 1, 2]),
    case("feature.chroma_vqt", y=normal(300), intervals=(1.0, 1.2, 1.5), norm=None, **OCTAVE),
    case("feature.chroma_vqt", "of-V", V=levels(24, 5), intervals="ji5", norm=1),
    case("feature.chroma_cens", y=normal(300), by=(), win_len_smooth=3, **OCTAVE, **FOUR),
    case("feature.chroma_cens", "of-C", by=(), C=levels(24, 9), bins_per_octave=12, smoothing_window="boxcar"),
    case("feature.tonnetz", y=normal(300), **OCTAVE, **FOUR),
    case("feature.tonnetz", "of-chroma", chroma=levels(12, 5), compiled=True),
    constant("filters.cq_to_chroma", n_input=16, bins_per_octave=8, n_chroma=4),
    case("piptrack", "pitches", kind="host", part=0, S=levels(33, 6), sr=SR, n_fft=64),
    case("piptrack", "magnitudes", kind="host", part=1, S=levels(33, 6), sr=SR, n_fft=64, ref=0.3),
    case("estimate_tuning", kind="host", S=levels(33, 9), sr=SR, n_fft=64, channels=False),
    case("pitch_tuning", kind="host", frequencies=levels(40) * 440, resolution=0.05),
    constant("filters.chroma", sr=SR, n_fft=64, n_chroma=12, tuning=0.1),
    case("feature.delta", data=normal(3, 14)),
    case("feature.delta", "second", data=normal(14, 3), order=2, width=5, axis=0, compiled=True),
    *(case("feature.delta", mode, data=normal(2, 12), mode=mode) for mode in ("nearest", "mirror", "constant", "wrap")),
    case("feature.stack_memory", data=normal(3, 7), n_steps=3, delay=2, keeps=True),
    case("feature.stack_memory", "future", data=normal(3, 7), delay=-2, mode="edge", keeps=True),
    case("feature.stack_memory", "vector", data=normal(7), mode="reflect", compiled=True, keeps=True),
]
