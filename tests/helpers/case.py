"""A row of the table of cases.

A row is a call: the function's dotted name, a word that tells it from other calls of that function, and the call's
keywords. NumPy arrays among them are the arrays of the call, which tests give in every kind; the first is the data.
"""

from __future__ import annotations

import functools
import importlib
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import librosa
import mlx.core as mx
import numpy as np

import spectro

SR = 8000
FRAMES = {"n_fft": 16, "hop_length": 5}
MEL = {"sr": SR, "n_fft": 32, "hop_length": 8, "n_mels": 5}
PEERS = ("librosa", "librosa.feature", "librosa.onset", "librosa.filters", "scipy.signal.windows")
PEERS += ("librosa.effects", "librosa.beat", "librosa.decompose", "librosa.util")
DATA = {
    "y",
    "S",
    "D",
    "stft_matrix",
    "S_db",
    "onset_envelope",
}  # signals, spectra and levels: may be silent, may have channels


def normal(*shape: int, seed: int = 3) -> np.ndarray:
    """Noise whose values are exact in float32."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32).astype(np.float64)


def levels(*shape: int, seed: int = 3) -> np.ndarray:
    """A spectrogram without zeros."""
    return np.float32(np.abs(normal(*shape, seed=seed)) + 1e-3).astype(np.float64)


def spectrum(*shape: int, seed: int = 3) -> np.ndarray:
    """A complex spectrogram."""
    real, imag = normal(2, *shape, seed=seed)
    return real + 1j * imag


def near_one(size: int, base: float = 1.0) -> np.ndarray:
    """A window without zeros."""
    return np.float32(base + 0.1 * normal(size)).astype(np.float64)


def found(package: Any, name: str) -> Any:
    """A function by its dotted name."""
    return functools.reduce(getattr, name.split("."), package)


class Case(NamedTuple):
    """One call: how it is made, what the truth is, and where it departs from what all functions do."""

    function: str
    variant: str
    arrays: dict[str, np.ndarray]  # in float64 or complex128, exact in single precision
    options: dict[str, Any]
    kind: str  # "lazy", "host" or "constant"
    truth: Callable[..., Any]  # of the same arguments, in float64
    by: tuple[str, ...]  # the arrays that it may be differentiated by
    part: int | str | slice | None  # of what the function gives: a place in a tuple, a name in a dictionary
    warns: str | None  # what good input warns of
    compiled: bool  # whether its compiled form is run, which may cost a run of a compiler
    channels: bool  # whether leading dimensions of the data are mapped one by one
    numpy_doubles: bool  # whether NumPy arrays are computed in float64, as conversions of units are
    keeps: bool  # whether NumPy arrays keep their precision
    halves: bool  # whether half precision comes back as half precision

    @property
    def id(self) -> str:
        """The name of the call in the names of tests."""
        return f"{self.function}-{self.variant}" if self.variant else self.function

    @property
    def data(self) -> str:
        """The name of the array that the call is about."""
        return next(iter(self.arrays))

    @property
    def public(self) -> Callable[..., Any]:
        """The public function."""
        return found(spectro, self.function)

    def call(self, **arrays: Any) -> Any:
        """Make the call, with other arrays where they are given."""
        return self._part(self.public(**{**self.numpy(), **arrays}, **self.options))

    def expected(self, **arrays: Any) -> Any:
        """The truth, in float64 and in silence."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self._part(self.truth(**{**self.arrays, **arrays}, **self.options))

    def _part(self, out: Any) -> Any:
        part = out if self.part is None else out[self.part]
        if isinstance(self.part, slice) and isinstance(part, mx.array):
            mx.eval(part)  # a view of a constant, which other threads may read as they may the constant
        return part

    def numpy(self) -> dict[str, np.ndarray]:
        """The arrays in single precision."""
        return {name: single(x) for name, x in self.arrays.items()}

    def mlx(self) -> dict[str, mx.array]:
        """The arrays as MLX's."""
        return {name: mx.array(x) for name, x in self.numpy().items()}

    def others(self, count: int) -> list[dict[str, mx.array]]:
        """The arrays as MLX's, and other arrays of their kinds."""
        return [{name: (1 + k / 4) * x for name, x in self.mlx().items()} for k in range(count)]


def single(x: np.ndarray) -> np.ndarray:
    """An array in single precision."""
    return x.astype(np.complex64 if np.iscomplexobj(x) else np.float32)


def case(
    function: str,
    variant: str = "",
    /,
    *,
    kind: str = "lazy",
    truth: Callable[..., Any] | None = None,
    by: tuple[str, ...] | None = None,
    part: int | str | slice | None = None,
    warns: str | None = None,
    compiled: bool = False,
    channels: bool = True,
    numpy_doubles: bool = False,
    halves: bool = True,
    keeps: bool = False,
    further: dict[str, Any] | None = None,
    **call: Any,
) -> Case:
    """A row. By default librosa's function of that name is the truth, and the call is differentiated by every array.

    `further` are keywords of the call whose names are taken here, such as `kind`.
    """
    arrays = {name: value for name, value in call.items() if isinstance(value, np.ndarray)}
    options = {name: value for name, value in call.items() if name not in arrays} | (further or {})
    by = tuple(arrays) if by is None else by
    truth = truth or of_librosa(function)
    halves = halves and not any(np.iscomplexobj(x) for x in arrays.values())
    own = (
        kind,
        truth,
        by,
        part,
        warns,
        compiled,
        channels and bool(DATA & arrays.keys()),
        numpy_doubles,
        keeps,
        halves,
    )
    return Case(function, variant, arrays, options, *own)


def of_librosa(function: str) -> Callable[..., Any]:
    """librosa's (or SciPy's) function of the same name, asked for double precision; found when it is first called."""
    name = function.split(".")[-1]

    def peer(**call: Any) -> Any:
        if name in ("melspectrogram", "mfcc", "mel", "window_sumsquare", "rms"):
            call.setdefault("dtype", np.float64)
        elif name.startswith("onset_strength") and "y" in call:
            call["feature"] = functools.partial(librosa.feature.melspectrogram, dtype=np.float64)
        return _peer(name)(**call)

    return peer


@functools.cache
def _peer(name: str) -> Callable[..., Any]:
    """The first function of a name; modules load late, because some compile for seconds."""
    modules = map(importlib.import_module, PEERS)
    return next(getattr(module, name) for module in modules if hasattr(module, name))


def constant(function: str, variant: str = "", /, **call: Any) -> Case:
    """A row of a function into which no array goes."""
    return case(function, variant, kind="constant", by=(), **call)


def unit(function: str, variant: str = "", /, **call: Any) -> Case:
    """A row of a conversion of units, which NumPy's arrays go through in double precision."""
    return case(function, variant, numpy_doubles=True, **call)


def counted(function: str, variant: str = "", /, **call: Any) -> Case:
    """A row of a conversion into whole numbers."""
    return unit(function, variant, by=(), halves=False, **call)
