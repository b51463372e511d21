"""Signals as such: what they correlate with."""

from .autocorrelation import autocorrelate

__all__ = ["autocorrelate"]
