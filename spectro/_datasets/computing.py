"""The features of one recording, or of several of one length at once; one mel pass for all that are made of it."""

from __future__ import annotations

import functools
import importlib
import inspect
import json
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.checks import shown
from ..errors import ParameterError
from .recipe import OURS, WHERE, Recipe, function_of

TRIAL = 1.0  # seconds of noise that a recipe is tried on before the work begins
# where these are: all of `spectro.feature` would take each worker a third of a second to import
HOMES = {"melspectrogram": "_mel", "mfcc": "_mel", "power_to_db": "decibel", "onset_strength": "onset"}
LEVELS = ("ref", "amin", "top_db")  # keywords of `log_mel` beyond those of `melspectrogram`


def features_of(recipe: Recipe, y: Any, sr: float) -> list[dict[str, np.ndarray]]:
    """Compute all features of signals of one length.

    Parameters
    ----------
    recipe : Recipe
        What to compute.
    y : array (b, n)
        Signals.
    sr : float > 0
        Their sampling rate in Hz.

    Returns
    -------
    list of dict
        For each signal its features, float32, by column.
    """
    mel = Mel(y, sr)
    found: list[dict[str, np.ndarray]] = [{} for _ in range(len(y))]
    for name, keywords in recipe.features.items():
        try:
            together = mel.feature(keywords)  # (b, ...) or None
            for i, row in enumerate(found):
                value = _alone(keywords, y[i], sr) if together is None else together[i]
                row[name] = _numbers(name, value)
        except ImportError:
            raise
        except Exception as error:
            said = f"{error}" if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
            raise ParameterError(f"[{WHERE}] {name}: {said.partition('] ')[2] or said}") from error
    return found


def tried(recipe: Recipe) -> None:
    """Compute a recipe of noise: what it asks for that cannot be is refused before any file is read."""
    sr = recipe.sr or 22050.0
    noise = np.random.default_rng(0).standard_normal((1, max(1, round(TRIAL * sr))), dtype=np.float32)
    features_of(recipe, noise, sr)


class Mel:
    """Mel spectrograms in decibels of signals, one for each kind that features are made of.

    Parameters
    ----------
    y : array (b, n)
        Signals.
    sr : float > 0
        Their sampling rate in Hz.
    """

    def __init__(self, y: Any, sr: float) -> None:
        self._y, self._sr = y, sr
        self._kept: dict[str, Any] = {}

    def feature(self, keywords: dict[str, Any]) -> Any:
        """A feature of all signals at once, (b, ...), if it is one of a mel spectrogram; None otherwise."""
        make = {"log_mel": self._log_mel, "mfcc": self._mfcc, "onset_strength": self._onset_strength}
        make = {**make, "feature.mfcc": self._mfcc, "onset.onset_strength": self._onset_strength}
        made = make.get(keywords["function"])
        return None if made is None else made({k: v for k, v in keywords.items() if k != "function"})

    def _log_mel(self, keywords: dict[str, Any]) -> Any:
        levels = {name: keywords[name] for name in LEVELS if name in keywords}
        mel = {name: value for name, value in keywords.items() if name not in LEVELS}
        if not levels:
            return self._decibels(mel)
        return _public("power_to_db")(_public("melspectrogram")(y=self._y, sr=self._sr, **mel), **levels)

    def _mfcc(self, keywords: dict[str, Any]) -> Any:
        mel, own = _divided(keywords, without=("norm",))
        if "mel_norm" in own:
            mel["norm"] = own.pop("mel_norm")
        return _public("mfcc")(S=self._decibels(mel), sr=self._sr, **own)

    def _onset_strength(self, keywords: dict[str, Any]) -> Any:
        mel, own = _divided(keywords, without=("center",))
        sizes = {name: mel[name] for name in ("n_fft", "hop_length") if name in mel}
        return _public("onset_strength")(S=self._decibels(mel), sr=self._sr, **sizes, **own)

    def _decibels(self, mel: dict[str, Any]) -> Any:
        """`power_to_db(melspectrogram(y, ...))`, computed once for each kind."""
        kind = json.dumps(mel, sort_keys=True)
        if kind not in self._kept:
            self._kept[kind] = _public("power_to_db")(_public("melspectrogram")(y=self._y, sr=self._sr, **mel))
        return self._kept[kind]


def _divided(keywords: dict[str, Any], without: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keywords of `melspectrogram`, and the others."""
    names = _parameters("melspectrogram") - {"y", "S", "sr", *without}
    mel = {name: value for name, value in keywords.items() if name in names}
    return mel, {name: value for name, value in keywords.items() if name not in names}


def _alone(keywords: dict[str, Any], y: Any, sr: float) -> Any:
    """A feature of one signal; functions that are not ours get NumPy's arrays, also on a GPU."""
    name = keywords["function"]
    y = np.asarray(y) if ":" in name else y
    given = {key: value for key, value in keywords.items() if key != "function"}
    return function_of(name)(y, **({"sr": sr} if "sr" in _parameters(name) else {}), **given)


@functools.lru_cache(maxsize=128)
def _parameters(name: str) -> frozenset[str]:
    return frozenset(inspect.signature(_public(name) if name in HOMES else function_of(name)).parameters)


def _public(name: str) -> Any:
    return getattr(importlib.import_module(f"{OURS}.{HOMES[name]}"), name)


def _numbers(name: str, value: Any) -> np.ndarray:
    """What a function gave, as float32."""
    if not isinstance(value, (np.ndarray, np.generic, mx.array, int, float, list)):
        raise ParameterError(f"must give one array of numbers, got {type(value).__name__}")
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise ParameterError(f"must give real numbers, got {shown(str(array.dtype))}")
    return np.ascontiguousarray(array, dtype=np.float32)
