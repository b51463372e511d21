"""Onsets: how much each spectrum rises over the one before, and where events begin."""

from .detect import onset_backtrack, onset_detect
from .strength import onset_strength, onset_strength_multi

__all__ = ["onset_backtrack", "onset_detect", "onset_strength", "onset_strength_multi"]
