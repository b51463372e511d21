"""What a picture shows of its data: levels, or phases."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..decibel import amplitude_to_db, power_to_db
from ..errors import ParameterError

NUMBER = r"[-+]?[\d.]+(?:[eE][-+]?\d+)?"
LEVELS = re.compile(rf"dB(?P<full>FS)?(?:\[(?:(?P<power>power)(?:,(?P<of_power>{NUMBER}))?|(?P<of_size>{NUMBER}))\])?")
KNOWN = "dB, dB[ref], dB[power], dB[power,ref], dBFS, dBFS[power], phase, dphase or dphase_t"
PHASES = ("phase", "dphase", "dphase_t")


def scaled(where: str, data: np.ndarray, vscale: str, top_db: float | None, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Levels in decibels, or angles in radians, as `vscale` says, of columns at `x` and rows at `y`."""
    if vscale in PHASES:
        phase = np.angle(data)
        return phase if vscale == "phase" else _turned(where, phase, x, y, time=int(vscale == "dphase"))
    found = LEVELS.fullmatch(vscale) if isinstance(vscale, str) else None
    if found is None:
        raise ParameterError(f"[{where}] vscale must be {KNOWN}, got {vscale!r}")
    given = found["of_power"] or found["of_size"]
    if found["full"] and given:
        raise ParameterError(f"[{where}] vscale dBFS has the largest value as its reference, got {vscale!r}")
    ref: Any = np.max if found["full"] else abs(float(given or 1.0))
    return np.asarray((power_to_db if found["power"] else amplitude_to_db)(np.abs(data), ref=ref, top_db=top_db))


def _turned(where: str, phase: np.ndarray, x: np.ndarray, y: np.ndarray, time: int) -> np.ndarray:
    """How far phases turn from one time to the next beyond what their frequencies turn, in -pi .. pi."""
    if (len(y), len(x)) != phase.shape:
        raise ParameterError(f"[{where}] x_coords and y_coords must be of centers for a difference of phases")
    seconds, hertz = (x, y[:, None]) if time == 1 else (y[:, None], x)
    turns = hertz * np.diff(seconds, axis=-1 if time == 1 else 0, prepend=0)
    beyond = np.diff(phase, axis=time, prepend=0) - 2 * np.pi * turns
    return beyond - 2 * np.pi * np.round(beyond / (2 * np.pi))
