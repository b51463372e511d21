"""librosa's name for its top level: every function that is not in a namespace of its own, as `spectro` has it."""

from __future__ import annotations

from typing import Any

import spectro


def __getattr__(name: str) -> Any:
    return getattr(spectro, name)


def __dir__() -> list[str]:
    return dir(spectro)
