"""A recipe: the sampling rate and the features, each a function with its keywords. It is stored beside the results."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import numbers
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .._floor.checks import positive, shown
from .._floor.extras import import_extra
from ..audio.reading import HIGHEST, LOWEST
from ..errors import ParameterError, first_line

WHERE = "extract"
DEFAULT = ("log_mel", "mfcc", "onset_strength")
RATE = 22050
TOML = "tomllib" if sys.version_info >= (3, 11) else "tomli"
OURS = __name__.partition(".")[0]
TAKEN = ("path", "content_hash", "duration", "sr", "recipe_hash")  # columns of every row
UNUSABLE = ("file", "allow_pickle", "recipe")  # names that an `.npz` file has no room for
RATES = {"tacotron2": 22050, "hifigan": 22050}  # of presets; 16 kHz otherwise


class Recipe(NamedTuple):
    """What is computed of every file."""

    sr: float | None  # of the samples, in Hz; None for each file's own
    features: dict[str, dict[str, Any]]  # by column: keywords, among them "function", its name

    @property
    def text(self) -> str:
        """The recipe as JSON; equal recipes are equal texts."""
        return json.dumps({"sr": self.sr, "features": self.features}, indent=2, sort_keys=True)

    @property
    def hash(self) -> str:
        """What a row says of the recipe it was made by."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def recipe_of(features: Any, sr: Any, preset: str | None, written: Any) -> Recipe:
    """Join what was asked for: a written recipe, features, a preset and a rate, the later of which overrule."""
    stored = read(written) if written is not None else {}
    unknown = stored.keys() - {"sr", "features"}
    if unknown:
        raise ParameterError(f"[{WHERE}] a recipe holds 'sr' and 'features', got {shown(sorted(unknown)[0])}")
    chosen = _named(stored.get("features", ()))
    if preset is not None:
        chosen |= {preset: {"function": _preset(preset)}}
    chosen |= _named(features) if features is not None else {}
    chosen = chosen or _named(DEFAULT)
    rate = stored.get("sr", "auto") if sr == "auto" else sr
    if rate == "auto":
        rate = RATE if preset is None else _rate_of(preset, _preset(preset))
    return Recipe(_rate(rate), {name: _checked(name, keywords) for name, keywords in chosen.items()})


def read(written: Any) -> dict[str, Any]:
    """Read a recipe: a dictionary as it is, or a file of TOML or JSON."""
    if isinstance(written, Mapping):
        return dict(written)
    if not isinstance(written, (str, os.PathLike)):
        raise ParameterError(f"[{WHERE}] recipe must be a dictionary or a .toml or .json file, got {shown(written)}")
    path = Path(written)
    if path.suffix not in (".toml", ".json"):
        raise ParameterError(f"[{WHERE}] recipe must be a dictionary or a .toml or .json file, got {shown(str(path))}")
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if path.suffix == ".json" else import_extra(TOML, WHERE, "a .toml file").loads(text)
    except (ValueError, RecursionError) as error:
        raise ParameterError(f"[{WHERE}] {path} could not be read as a recipe: {first_line(error)}") from error
    if not isinstance(found, dict):
        raise ParameterError(f"[{WHERE}] {path} must hold 'sr' and 'features', got {shown(found)}")
    return found


def function_of(name: str) -> Callable[..., Any]:
    """Find a function: of spectro by its name there, of another module as `module:name`."""
    module, _, path = name.rpartition(":")
    try:
        if module:
            return _attribute(importlib.import_module(module), path)
        package = importlib.import_module(OURS)
        try:
            return _attribute(package, path)
        except AttributeError:
            return _attribute(package.feature, path)
    except (ImportError, AttributeError) as error:
        raise ParameterError(f"[{WHERE}] there is no function {name!r}: {error}") from error


def _attribute(home: Any, path: str) -> Callable[..., Any]:
    for part in path.split("."):
        home = getattr(home, part)
    if not callable(home):
        raise AttributeError(f"{path!r} is not a function")
    return home


def _named(features: Any) -> dict[str, dict[str, Any]]:
    """Features as columns with keywords, from 'a,b', names, or names with keywords or functions."""
    if isinstance(features, str):
        features = [name.strip() for name in features.split(",")]
    if isinstance(features, Mapping):
        return _columns((name, _keywords(name, given)) for name, given in features.items())
    if not isinstance(features, Iterable):
        raise ParameterError(f"[{WHERE}] features must be names, or names with keywords, got {shown(features)}")
    names = (given if isinstance(given, str) else _importable(given) for given in features)
    return _columns((name, {"function": name}) for name in names)


def _columns(features: Iterable[tuple[Any, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Features by column; two that differ cannot have one."""
    found: dict[str, dict[str, Any]] = {}
    for name, keywords in features:
        column = _column(name)
        if found.setdefault(column, keywords) != keywords:
            raise ParameterError(
                f"[{WHERE}] two features are called {column!r}; give one of them another name, with function = {name!r}"
            )
    return found


def _column(name: Any) -> str:
    """The column of a feature: the last part of a function's name."""
    if not isinstance(name, str) or not name.strip():
        raise ParameterError(f"[{WHERE}] features must have names, got {shown(name)}")
    return name.replace(":", ".").rpartition(".")[2]


def _keywords(name: str, given: Any) -> dict[str, Any]:
    if callable(given):
        return {"function": _importable(given)}
    if not isinstance(given, Mapping):
        raise ParameterError(f"[{WHERE}] features[{name!r}] must be keywords or a function, got {shown(given)}")
    keywords = {"function": name, **given}
    if callable(keywords["function"]):
        keywords["function"] = _importable(keywords["function"])
    return keywords


def _importable(fn: Any) -> str:
    """The name by which a worker finds a function."""
    name = f"{getattr(fn, '__module__', '')}:{getattr(fn, '__qualname__', '')}"
    if not callable(fn) or "<" in name or ":" in (name[0], name[-1]):
        raise ParameterError(f"[{WHERE}] a feature must be a name or a function of a module, got {shown(fn)}")
    return name


def _checked(name: str, keywords: dict[str, Any]) -> dict[str, Any]:
    """Refuse what no recipe can hold, and bring keywords to what JSON gives back."""
    if name in TAKEN or name.endswith("_shape"):
        raise ParameterError(f"[{WHERE}] a feature cannot be called {name!r}, which is another column's name")
    if name in UNUSABLE:
        raise ParameterError(f"[{WHERE}] a feature cannot be called {name!r}, for which .npz files have no room")
    if not isinstance(keywords["function"], str):
        raise ParameterError(f"[{WHERE}] function of {name!r} must be a name, got {shown(keywords['function'])}")
    try:
        return json.loads(json.dumps(keywords, allow_nan=False, default=_plain))
    except (TypeError, ValueError) as error:
        raise ParameterError(f"[{WHERE}] keywords of {name!r} must be such that JSON can hold: {error}") from error


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays as Python's."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"got {shown(value)}")


def _rate(sr: Any) -> float | None:
    if sr is None or sr == "native":
        return None
    if not isinstance(sr, numbers.Real) or isinstance(sr, bool):
        raise ParameterError(f"[{WHERE}] sr must be a number of Hz, None or 'native', got {shown(sr)}")
    rate = positive(WHERE, "sr", sr)
    if not LOWEST <= rate <= HIGHEST:
        raise ParameterError(f"[{WHERE}] sr must be between {LOWEST} and {HIGHEST} Hz, got {shown(sr)}")
    return int(rate) if rate.is_integer() else rate


def _rate_of(preset: str, function: str) -> float:
    """The rate that a preset is for: its own default of `sr`, or what is published."""
    own = inspect.signature(function_of(function)).parameters.get("sr")
    return own.default if own is not None and isinstance(own.default, (int, float)) else RATES.get(preset, 16000)


def _preset(name: str) -> str:
    """The function of a preset, if this version has it."""
    try:
        presets = importlib.import_module(OURS).presets
    except AttributeError:
        raise ParameterError(f"[{WHERE}] preset={name!r}: this version of spectro has no presets") from None
    if name not in getattr(presets, "__all__", dir(presets)):
        known = ", ".join(getattr(presets, "__all__", ()))
        raise ParameterError(f"[{WHERE}] preset must be one of {known}, got {shown(name)}")
    return f"presets.{name}"
