"""Rows of the table of cases: alignment of sequences, and hidden states."""

from __future__ import annotations

from case import Case

ROWS: list[Case] = []
