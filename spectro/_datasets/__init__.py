"""Features of many files: found, computed, written whole, and gone on with where a run stopped."""

from .extract import Summary, extract

__all__ = ["Summary", "extract"]
