"""Rows of the table of cases: constant-Q transforms, and chroma made of them."""

from __future__ import annotations

from case import Case

ROWS: list[Case] = []
