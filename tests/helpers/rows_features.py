"""Rows of the table of cases: spectral features and their inverses."""

from __future__ import annotations

from case import Case

ROWS: list[Case] = []
