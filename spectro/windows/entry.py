"""What is known about a window, and the public function that is made from it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence  # noqa: F401, the signatures name `Sequence`
from types import MappingProxyType
from typing import Any, NamedTuple

import mlx.core as mx
import numpy as np

from .._floor.checks import finite
from .._floor.extras import import_extra
from ..errors import ParameterError
from .formulas import sampled, size_of

HARRIS = 'Harris, F. J., "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.'


def as_given(where: str, name: str, value: Any) -> Any:
    """No check, or SciPy's."""
    return value


class Parameter(NamedTuple):
    """A parameter of a window."""

    kind: str  # as the docstring names it
    meaning: str
    annotation: str = "float"
    default: Any = inspect.Parameter.empty
    check: Callable[[str, str, Any], Any] = finite
    by_name: bool = False  # whether it may only be given by name
    in_tuple: bool = True  # whether a tuple for `get_window` may hold it

    @property
    def is_required(self) -> bool:
        """Whether it has no default."""
        return self.default is inspect.Parameter.empty


M = Parameter("int, >= 0", "Number of samples.", "int", check=as_given, in_tuple=False)
SYM = Parameter(
    "bool",
    "True for the symmetric window of filter design, False for the periodic one of spectral analysis.",
    "bool",
    True,
    as_given,
    in_tuple=False,
)


class Window(NamedTuple):
    """What is known about a window, apart from its name."""

    summary: str
    formula: Callable[..., np.ndarray] | None  # (n, size, **own) -> values in float64; None: SciPy computes it
    own: Mapping[str, Parameter] = MappingProxyType({})  # M and sym only where they are not as everywhere, or not last
    aliases: str = ""  # SciPy's
    for_tuple: str = ""  # its own parameters in an example of what `get_window` takes
    reference: str = HARRIS
    example: str = ""  # a call, and on further lines what it shows
    refuse: Callable[..., None] | None = None  # what no parameter can say alone
    returns: str = "array, shape (M,), float32\n    Values with no unit."

    @property
    def parameters(self) -> dict[str, Parameter]:
        """All of them, in the order of the signature."""
        return {"M": M, **self.own} if "sym" in self.own else {"M": M, **self.own, "sym": SYM}


def function_of(name: str, window: Window, module: str) -> Callable[..., mx.array]:
    """The public function of a window: `M`, its own parameters and `sym` in, samples out; it lives in `module`."""
    parameters = window.parameters
    signature = _signature(parameters)

    def call(*args: Any, **kwargs: Any) -> mx.array:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"[{name}] {error}") from None
        bound.apply_defaults()
        given = {key: parameters[key].check(name, key, value) for key, value in bound.arguments.items()}
        if window.refuse is not None:
            window.refuse(**given)
        if window.formula is None:
            return _from_scipy(name, **given)
        own = {key: value for key, value in given.items() if key not in ("M", "sym")}
        return sampled(name, given["M"], given["sym"], functools.partial(window.formula, **own))

    call.__name__ = call.__qualname__ = name
    call.__module__ = module
    call.__annotations__ = {**{key: p.annotation for key, p in parameters.items()}, "return": np.ndarray}
    call.__signature__ = signature  # type: ignore[attr-defined]
    call.__doc__ = _doc(name, window)
    return call


def _signature(parameters: dict[str, Parameter]) -> inspect.Signature:
    kinds = {True: inspect.Parameter.KEYWORD_ONLY, False: inspect.Parameter.POSITIONAL_OR_KEYWORD}
    return inspect.Signature(
        [
            inspect.Parameter(name, kinds[p.by_name], default=p.default, annotation=p.annotation)
            for name, p in parameters.items()
        ],
        return_annotation="np.ndarray",
    )


def _doc(name: str, window: Window) -> str:
    """The docstring, in numpydoc's form."""
    refused = "If M is not a non-negative integer"
    if set(window.parameters) != {"M", "sym"}:
        refused += ", or another parameter is not as described above"
    sections = {
        "Parameters": "\n".join(f"{key} : {p.kind}\n    {p.meaning}" for key, p in window.parameters.items()),
        "Returns": window.returns,
        "Raises": f"ParameterError\n    {refused}.",
        "References": window.reference and f".. [1] {window.reference}",
        "Examples": f">>> import spectro\n>>> spectro.windows.{window.example}",
    }
    if window.formula is None:
        sections["Raises"] += "\nImportError\n    If SciPy is not installed."
    texts = [f"{title}\n{'-' * len(title)}\n{text}" for title, text in sections.items() if text]
    return "\n\n".join([window.summary, *texts]) + "\n"


def _from_scipy(name: str, **given: Any) -> mx.array:
    """Samples of a window that has no closed form."""
    size_of(name, given["M"])
    windows = import_extra("scipy.signal", name).windows
    try:
        values = getattr(windows, name)(**given)
    except (ValueError, TypeError) as error:
        raise ParameterError(f"[{name}] SciPy refuses the parameters: {error}") from error
    return mx.array(np.asarray(values, dtype=np.float32))
