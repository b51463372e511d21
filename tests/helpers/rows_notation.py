"""Rows of the table of cases: names of notes, intervals and scales."""

from __future__ import annotations

from case import Case

ROWS: list[Case] = []
