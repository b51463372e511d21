"""Rows of the table of cases: recurrence, segmentation and nearest neighbors."""

from __future__ import annotations

from case import Case

ROWS: list[Case] = []
