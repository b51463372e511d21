"""Rows of the table of cases: the top level: signals, levels, phases."""

from __future__ import annotations

from case import Case

ROWS: list[Case] = []
