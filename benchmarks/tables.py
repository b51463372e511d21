"""Rows of results: a speed never stands without its error, nor beside an answer that is wrong."""

from __future__ import annotations

import re
from typing import Any

from .environment import PACKAGES
from .shapes import Shape

Row = dict[str, Any]

RIGHT = 1e-5  # of the peak: beyond it an answer is another function's, or wrong
OURS = "spectro"
TITLES = {
    "stft": "STFT",
    "istft": "Inverse STFT",
    "mel": "Mel spectrogram",
    "mel_db": "Log-mel spectrogram",
    "onset": "Onset strength",
    "round_trip": "Round trip, forward and backward",
    "accuracy": "Round-trip accuracy",
    "dispatch": "Dispatch overhead",
    "threads": "Threads",
    "linearity": "Time per sample",
    "memory": "Memory",
    "first_call": "First call",
    "script": "A script over audio files",
    "data_set": "A data set of many files",
    "separation": "A separation loop",
    "front_end": "Front ends of models",
    "device": "Functions of 16 signals of 30 s at 22,050 Hz, waited for",
    "features": "Features, 30 s at 22,050 Hz",
    "rhythm": "Onsets, beats and tempo, 30 s",
    "pitch": "Pitch, 10 s",
    "constantq": "Constant-Q transforms, 30 s",
    "effects": "Effects and separation, 30 s",
    "structure": "Structure and alignment, of the MFCC of 30 s",
    "streams": "A file in blocks, 30 s",
}
PEERS = {  # what each library is, in a phrase
    "librosa": "the library whose functions these are, on NumPy",
    "torch": "PyTorch's own transforms",
    "torchaudio": "PyTorch's audio library",
    "auvux": "another library of audio transforms on MLX",
    "scipy": "`scipy.signal`",
    "mx.fft": "the FFT that comes with MLX, as its users frame and window by hand",
    "mlx-stft": "an STFT on MLX",
    "mlx-spectro": "transform objects on MLX",
    "nnAudio": "layers of PyTorch, of which its `CQT1992v2` is measured",
    "audioflux": "feature extraction in C",
    "kaldi-native-fbank": "Kaldi's features in C++, on one thread",
}
COMPARED = ("s", "MiB")  # units in which less is better and a ratio says how much


def traffic(table: str, s: Shape) -> int:
    """Bytes that must be read and written once."""
    signal, spectrum, mel = s.batch * s.samples * 4, s.batch * s.frames * s.bins * 8, s.batch * s.frames * s.n_mels * 4
    return {
        "stft": signal + spectrum,
        "istft": signal + spectrum,
        "mel": signal + mel,
        "mel_db": signal + mel,
        "onset": signal + s.batch * s.frames * 4,
        "round_trip": 2 * signal + 4 * spectrum,
    }[table]


def row(
    table: str, case: object, values: dict[str, float], errors: dict[str, float], right: float = RIGHT, **more: Any
) -> Row:
    """One line of a table: the values of those whose answer was right, the errors of all.

    `more` may set the unit ("s" otherwise) and the bytes moved.
    """
    kept = {name: value for name, value in values.items() if errors.get(name, 0.0) <= right}
    return {"table": table, "case": str(case), "unit": "s", "values": kept, "errors": errors, **more}


def is_right(r: Row) -> bool:
    """Whether our own answer was right, where we gave one."""
    return OURS in r["values"]


def ratios(r: Row) -> dict[str, float]:
    """What each peer takes of our time or memory: above 1 we are ahead."""
    values = r["values"]
    if r["unit"] not in COMPARED or OURS not in values:
        return {}
    return {name: value / values[OURS] for name, value in values.items() if name != OURS}


def fastest(r: Row) -> tuple[str, float] | None:
    """The best peer and its ratio."""
    return min(peers_of(ratios(r)).items(), key=lambda item: item[1], default=None)


def peers_of(found: dict[str, float]) -> dict[str, float]:
    """What belongs to other libraries: not our own variants, nor a bound."""
    return {name: value for name, value in found.items() if name in PACKAGES}


def in_words(case: str) -> str:
    """A case as a person would say it: `8x480000 1024/256` are 8 signals, and how they are framed."""

    def said(found: re.Match[str]) -> str:
        batch, samples, n_fft, hop = map(int, found.groups())
        signals = "1 signal" if batch == 1 else f"{batch} signals"
        return f"{signals} of {samples:,} samples, n_fft {n_fft}, hop {hop}"

    return re.sub(r"(\d+)x(\d+) (\d+)/(\d+)", said, case)


def behind(rows: list[Row]) -> str:
    """In how many rows which peers are ahead, and by how much, as a sentence."""
    compared = [r for r in rows if fastest(r) is not None]
    lost = [r for r in compared if fastest(r)[1] < 1]
    if not lost:
        return f"No peer was ahead in any of the {len(compared)} rows that have one."
    found: dict[str, list[tuple[float, str]]] = {}
    for r in lost:
        for name, ratio in peers_of(ratios(r)).items():
            if ratio < 1:
                found.setdefault(name, []).append((1 / ratio, TITLES[r["table"]].lower()))
    most = {name: max(by) for name, by in sorted(found.items(), key=lambda item: -len(item[1]))}
    parts = [
        f"{name} in {len(found[name])}, by {digits(by)} times at most ({table})" for name, (by, table) in most.items()
    ]
    return f"Peers are ahead in {len(lost)} of the {len(compared)} rows that have one: {'; '.join(parts)}."


def speed(r: Row, name: str) -> str:
    """GB/s of the bytes that must move, "" where a row counts none."""
    return f"{r['bytes'] / r['values'][name] / 1e9:.2g} GB/s" if r.get("bytes") else ""


def shown(value: float, unit: str) -> str:
    """A value in the unit that a person would choose."""
    if unit != "s":
        return f"{value:.1e}" if unit == "of the peak" else f"{digits(value)} {unit}"
    for scale, name in ((1.0, "s"), (1e-3, "ms")):
        if value >= scale:
            return f"{digits(value / scale)} {name}"
    return f"{digits(value / 1e-6)} µs"


def digits(value: float) -> str:
    """Three digits, without an exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def line(r: Row) -> str:
    """A row as text: ours first, then each peer with its ratio to ours."""
    head = f"{r['table']:<11} {r['case']:<28}"
    if not is_right(r):
        return f"{head} spectro WRONG, error {r['errors'].get(OURS, float('inf')):.1e} of the peak; no speed"
    cells, ahead = [], ratios(r)
    for name in dict.fromkeys([*r["values"], *r["errors"]]):
        notes = [f"{ahead[name]:.2f}x"] if name in ahead else []
        if name not in r["values"]:
            cells.append(f"{name} another answer ({r['errors'][name]:.0e})")
            continue
        notes += [f"{r['errors'][name]:.0e}"] if name in r["errors"] and r["unit"] != "of the peak" else []
        notes += [speed(r, name)] if name == OURS and speed(r, name) else []
        cells.append(f"{name} {shown(r['values'][name], r['unit'])}" + (f" ({', '.join(notes)})" if notes else ""))
    return f"{head} " + "  ".join(cells) + (f"  DISTURBED: {r['disturbed']}" if "disturbed" in r else "")
