"""Onsets: how much each spectrum rises over the one before, and where events begin."""

from .._floor.absent import absent
from .detect import onset_backtrack, onset_detect
from .strength import onset_strength, onset_strength_multi

__getattr__ = absent(__name__)

__all__ = ["onset_backtrack", "onset_detect", "onset_strength", "onset_strength_multi"]
