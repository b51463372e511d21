"""Arrays of samples and frames: librosa's `util`."""

from . import exceptions
from .masks import softmask
from .matching import match_events, match_intervals
from .peaks import localmax, localmin, peak_pick

__all__ = ["exceptions", "localmax", "localmin", "match_events", "match_intervals", "peak_pick", "softmask"]
