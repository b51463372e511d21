"""Public signatures, as a table: names of parameters, which go without a name, and defaults.

``python tests/helpers/signatures.py`` writes that of the librosa 1.0 that is installed; it needs Python 3.12.
"""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

STORED = Path(__file__).with_name("librosa-1.0.json")
POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
STARS = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


def found(package: str, path: str) -> Any:
    """What a package has at a path below it; that of `core` is its top."""
    space, _, name = path.removeprefix("core.").rpartition(".")
    return getattr(importlib.import_module(f"{package}.{space}".rstrip(".")), name)


def told(default: Any) -> str | None:
    """A default as a word; None where there is none."""
    if default is inspect.Parameter.empty:
        return None
    return default.__name__ if callable(default) else repr(default)


def signature(function: Callable[..., Any]) -> dict[str, Any]:
    """The parameters of a function with their defaults, and those that go without a name."""
    parameters = inspect.signature(function).parameters.values()
    return {
        "defaults": {STARS.get(one.kind, "") + one.name: told(one.default) for one in parameters},
        "positional": [one.name for one in parameters if one.kind in POSITIONAL],
    }


def differences(ours: Callable[..., Any], theirs: dict[str, Any]) -> list[str]:
    """What a program that is written for `theirs` finds other than it is; more parameters are no difference."""
    mine, known = signature(ours), getattr(ours, "__known__", ())
    out = []
    for name, default in theirs["defaults"].items():
        if name not in mine["defaults"]:
            out += [] if name in known else [f"no {name}"]
        elif mine["defaults"][name] != default:
            out.append(f"{name}={mine['defaults'][name]} for {default}")
    count = len(theirs["positional"])
    return out + ([] if mine["positional"][:count] == theirs["positional"] else ["other places"])


def of_librosa(names: dict[str, dict[str, tuple[str, ...]]]) -> dict[str, Any]:
    """The table of all names that librosa 1.0 has, but for exceptions and what is no function."""
    table = {}
    for space, releases in names.items():
        for name in (name for name, found_in in releases.items() if "1.0" in found_in):
            value = found("librosa", f"{space}.{name}")
            if callable(value) and not (isinstance(value, type) and issubclass(value, Exception)):
                table[f"{space}.{name}"] = signature(value)
    return table


if __name__ == "__main__":
    import librosa

    from spectro._floor.absent import names_of_librosa

    assert librosa.__version__.startswith("1.0."), librosa.__version__
    lines = (f"{json.dumps(path)}: {json.dumps(row)}" for path, row in sorted(of_librosa(names_of_librosa()).items()))
    STORED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
