"""Rows of the table of cases: fundamental frequencies and harmonics."""

from __future__ import annotations

from case import Case

ROWS: list[Case] = []
