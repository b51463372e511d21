"""Rows of the table of cases: phase vocoder, reassignment, filter banks in time."""

from __future__ import annotations

from case import Case

ROWS: list[Case] = []
