"""What a picture shows of its data: levels, or phases."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..decibel import amplitude_to_db, power_to_db
from ..errors import ParameterError

NUMBER = r"[-+]?[\d.]+(?:[eE][-+]?\d+)?"
LEVELS = re.compile(rf"dB(?P<full>FS)?(?:\[(?:(?P<power>power)(?:,(?P<of_power>{NUMBER}))?|(?P<of_size>{NUMBER}))\])?")
KNOWN = "dB, dB[ref], dB[power], dB[power,ref], dBFS, dBFS[power] or phase"


def scaled(where: str, data: np.ndarray, vscale: str, top_db: float | None) -> np.ndarray:
    """Levels in decibels, or angles in radians, as `vscale` says."""
    if vscale == "phase":
        return np.angle(data)
    found = LEVELS.fullmatch(vscale) if isinstance(vscale, str) else None
    if found is None:
        raise ParameterError(f"[{where}] vscale must be {KNOWN}, got {vscale!r}")
    given = found["of_power"] or found["of_size"]
    if found["full"] and given:
        raise ParameterError(f"[{where}] vscale dBFS has the largest value as its reference, got {vscale!r}")
    ref: Any = np.max if found["full"] else abs(float(given or 1.0))
    return np.asarray((power_to_db if found["power"] else amplitude_to_db)(np.abs(data), ref=ref, top_db=top_db))
