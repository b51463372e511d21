"""Rows of the table of cases: decomposition and effects."""

from __future__ import annotations

from case import Case

ROWS: list[Case] = []
