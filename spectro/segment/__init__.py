"""Structure of music: recurrence, time lags, enhanced paths, and segments of like frames."""

from __future__ import annotations

from .._floor.absent import absent
from .boundaries import agglomerative, subsegment
from .lag import lag_to_recurrence, recurrence_to_lag, timelag_filter
from .paths import path_enhance
from .recurrence import cross_similarity, recurrence_matrix

__getattr__ = absent(__name__)

__all__ = [
    "agglomerative",
    "cross_similarity",
    "lag_to_recurrence",
    "path_enhance",
    "recurrence_matrix",
    "recurrence_to_lag",
    "subsegment",
    "timelag_filter",
]
