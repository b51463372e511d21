"""Where the frames of a stretched spectrogram lie among those that are given."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._floor.checks import one_of, positive
from .._floor.sizes import check_size
from ..errors import ParameterError

PLACE = 80  # bytes for a place while a plan is made
KINDS = ("linear", "slinear", "nearest", "nearest-up", "zero", "previous", "next")


@dataclass(frozen=True)
class VocoderPlan:
    """The place of each frame that is made, in frames of the spectrogram, and how magnitudes are interpolated there.

    Where it `goes_on`, one more frame holds the phases for the first frame of the next part.
    """

    frames: int
    places: tuple[float, ...]
    kind: str = "linear"
    goes_on: bool = False

    @classmethod
    def of(
        cls, where: str, shape: tuple[int, ...], *, rate: Any = None, t_out: Any = None, kind: Any = "linear"
    ) -> VocoderPlan:
        """Validate against the shape (..., f, t) of a spectrogram: every `rate` frames, or at `t_out`."""
        if len(shape) < 2 or shape[-1] == 0:
            raise ParameterError(f"[{where}] D must have shape (..., bins, frames) with at least one, got {shape}")
        frames = shape[-1]
        if (rate is None) == (t_out is None):
            raise ParameterError(f"[{where}] rate or t_out must be given, and not both, got {rate!r} and {t_out!r}")
        if t_out is None:
            rate = positive(where, "rate", rate)
            made = math.ceil(frames / rate)
            check_size(where, "the result", *shape[:-1], made, itemsize=8, way_out="raise rate")
            check_size(where, "the places of frames", made, itemsize=PLACE, way_out="raise rate")
            places = np.arange(0, frames, rate, dtype=np.float64)
        else:
            places = np.asarray(t_out, dtype=np.float64)
            inside = places.ndim == 1 and places.size > 0 and bool(np.all((places >= 0) & (places < frames)))
            if not inside:
                raise ParameterError(
                    f"[{where}] t_out must be a list of places of at least 0 and below {frames}, the number of "
                    f"frames, got {_range_of(places)}"
                )
        return cls(frames, tuple(places.tolist()), one_of(where, "kind", kind, KINDS))

    @property
    def made(self) -> int:
        """Number of frames that are made."""
        return len(self.places) + self.goes_on

    @functools.cached_property
    def steps(self) -> tuple[np.ndarray, np.ndarray]:
        """For each frame that is made, the one before it, and the share of the one behind that in its magnitude.

        Behind the last frame the share counts how far the line through the last two goes on.
        """
        places = np.array(self.places)
        first = np.floor(places).astype(np.int32)
        share = places - first
        if self.kind == "nearest":
            share = np.ceil(share - 0.5)
        elif self.kind == "nearest-up":
            share = np.floor(share + 0.5)
        elif self.kind not in ("linear", "slinear"):
            share = np.ceil(share) if self.kind == "next" else np.zeros_like(share)
        if self.kind not in ("linear", "slinear"):
            share[first == self.frames - 1] = 0
        return first, share.astype(np.float32)


def _range_of(places: np.ndarray) -> str:
    """What a message says of places: their shape, and how far they go."""
    return f"shape {places.shape}" + (f" from {places.min():g} to {places.max():g}" if places.size else "")
