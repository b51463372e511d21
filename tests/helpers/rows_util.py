"""Rows of the table of cases: `spectro.util`."""

from __future__ import annotations

from case import Case

ROWS: list[Case] = []
