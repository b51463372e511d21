"""Rows of the table of cases: onsets, beats and tempo."""

from __future__ import annotations

from case import Case

ROWS: list[Case] = []
