"""Lines of results: a speed never stands without its error, nor beside an answer that is wrong."""

from __future__ import annotations

from typing import Any

from .shapes import Shape

RIGHT = 1e-5  # of the peak: beyond it an answer is another function's, or wrong
TABLES = {
    "stft": "stft",
    "istft": "istft",
    "mel": "melspectrogram",
    "mel_db": "melspectrogram + power_to_db",
    "onset": "onset_strength",
    "round_trip": "gradient through stft and istft",
}


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


def line(table: str, s: Shape, seconds: dict[str, float], errors: dict[str, float]) -> str:
    """One shape: ours first, then each peer with its ratio to ours."""
    ours = seconds.get("spectro")
    if ours is None:
        return f"  {s!s:22} spectro: WRONG, error {errors['spectro']:.1e} of the peak; no speed"
    cells = [f"{ours * 1e3:9.3f} ms (error {errors['spectro']:.0e}, {traffic(table, s) / ours / 1e9:5.1f} GB/s)"]
    for name in errors:
        if name == "spectro":
            continue
        if name in seconds:
            cells.append(f"{name} {seconds[name] * 1e3:.3f} ({seconds[name] / ours:.2f}x, {errors[name]:.0e})")
        else:
            cells.append(f"{name} another answer ({errors[name]:.0e})")
    return f"  {s!s:22} " + "  ".join(cells)


def record(table: str, s: Shape, seconds: dict[str, float], errors: dict[str, float]) -> dict[str, Any]:
    """The same as data."""
    ratios = {
        name: seconds[name] / seconds["spectro"] for name in seconds if "spectro" in seconds and name != "spectro"
    }
    fastest = min(ratios, key=ratios.__getitem__, default=None)
    return {
        "table": table,
        "shape": s._asdict(),
        "seconds": seconds,
        "errors": errors,
        "ratios": ratios,
        "ahead_of_fastest": ratios.get(fastest) if fastest else None,
        "fastest_peer": fastest,
    }
