"""How loud frequencies are to the ear: the weighting curves of sound level meters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants import float64 as f64
from .._constants.float64 import functions
from .._floor.arrays import namespace
from .._floor.checks import finite
from .._floor.docs import documented
from .._floor.public import public
from .._floor.types import A, N, Others
from ..errors import ParameterError

ArrayLike = Any
MEGA = 1e6
NONE = 1e-8  # Hz


@public("frequencies")
@documented
def A_weighting(frequencies: N | Others, *, min_db: float | None = -80.0) -> N:  # noqa: N802
    r"""A-weighting in decibels, 0 at 1 kHz, of IEC 61672.

    :math:`2 + 20 \log_{10} \frac{f_4^2 f^4}{(f^2 + f_1^2)\sqrt{(f^2 + f_2^2)(f^2 + f_3^2)}(f^2 + f_4^2)}` with
    20.6, 107.7, 737.9 and 12194 Hz.

    Parameters
    ----------
    %(frequencies)s
    %(min_db)s

    Returns
    -------
    %(weights)s

    Raises
    ------
    %(raises)s

    References
    ----------
    .. [1] IEC 61672-1, "Electroacoustics - Sound level meters", 2013.

    Examples
    --------
    >>> import spectro
    >>> spectro.A_weighting([31.5, 1000.0]).round(1)
    array([-39.5,   0. ])
    """
    return _weighting("A_weighting", frequencies, min_db, _a)  # type: ignore[return-value]


@public("frequencies")
@documented
def B_weighting(frequencies: N | Others, *, min_db: float | None = -80.0) -> N:  # noqa: N802
    r"""B-weighting in decibels, 0 at 1 kHz, which once was for sounds of medium level.

    :math:`0.17 + 20 \log_{10} \frac{f_3^2 f^3}{(f^2 + f_1^2)\sqrt{f^2 + f_2^2}\,(f^2 + f_3^2)}` with 20.6, 158.5 and
    12194 Hz.

    Parameters
    ----------
    %(frequencies)s
    %(min_db)s

    Returns
    -------
    %(weights)s

    Raises
    ------
    %(raises)s

    References
    ----------
    .. [1] IEC 60651, "Sound level meters", 1979.

    Examples
    --------
    >>> import spectro
    >>> spectro.B_weighting([31.5, 1000.0]).round(1)
    array([-17.1,   0. ])
    """
    return _weighting("B_weighting", frequencies, min_db, _b)  # type: ignore[return-value]


@public("frequencies")
@documented
def C_weighting(frequencies: N | Others, *, min_db: float | None = -80.0) -> N:  # noqa: N802
    r"""C-weighting in decibels, 0 at 1 kHz, of IEC 61672: for loud sounds and peaks.

    :math:`0.062 + 20 \log_{10} \frac{f_2^2 f^2}{(f^2 + f_1^2)(f^2 + f_2^2)}` with 20.6 and 12194 Hz.

    Parameters
    ----------
    %(frequencies)s
    %(min_db)s

    Returns
    -------
    %(weights)s

    Raises
    ------
    %(raises)s

    References
    ----------
    .. [1] IEC 61672-1, "Electroacoustics - Sound level meters", 2013.

    Examples
    --------
    >>> import spectro
    >>> spectro.C_weighting([31.5, 1000.0]).round(1)
    array([-3.,  0.])
    """
    return _weighting("C_weighting", frequencies, min_db, _c)  # type: ignore[return-value]


@public("frequencies")
@documented
def D_weighting(frequencies: N | Others, *, min_db: float | None = -80.0) -> N:  # noqa: N802
    r"""D-weighting in decibels, 0 at 1 kHz, which once was for aircraft.

    :math:`20 \log_{10} \frac{f}{f_0^2} \sqrt{\frac{(f_1^2 - f^2)^2 + f_2^2 f^2}
    {((f_3^2 - f^2)^2 + f_4^2 f^2)(f_5^2 + f^2)(f_6^2 + f^2)}}` with 0.0083046305, 1018.7, 1039.6, 3136.5, 3424, 282.7
    and 1160 Hz.

    Parameters
    ----------
    %(frequencies)s
    %(min_db)s

    Returns
    -------
    %(weights)s

    Raises
    ------
    %(raises)s

    References
    ----------
    .. [1] IEC 60537, "Frequency weighting for measurement of aircraft noise", 1976.

    Examples
    --------
    >>> import spectro
    >>> spectro.D_weighting([31.5, 1000.0]).round(1)
    array([-16.7,  -0. ])
    """
    return _weighting("D_weighting", frequencies, min_db, _d)  # type: ignore[return-value]


@public("frequencies")
@documented
def Z_weighting(frequencies: N | Others, *, min_db: float | None = None) -> N:  # noqa: N802
    """No weighting: 0 dB at every frequency.

    Parameters
    ----------
    %(frequencies)s
    %(min_db)s

    Returns
    -------
    %(weights)s

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.Z_weighting([31.5, 1000.0])
    array([0., 0.])
    """
    return _weighting("Z_weighting", frequencies, min_db, lambda f: functions(f).zeros_like(f))  # type: ignore[return-value]


WEIGHTINGS: dict[str | None, Callable[..., Any]] = {
    "A": A_weighting,
    "B": B_weighting,
    "C": C_weighting,
    "D": D_weighting,
    "Z": Z_weighting,
    None: Z_weighting,
}


@public("frequencies", keywords=A_weighting)
@documented
def frequency_weighting(frequencies: N | Others, *, kind: str | None = "A", **kwargs: Any) -> N:
    """Weighting by the curve of a name, in decibels.

    Parameters
    ----------
    %(frequencies)s
    kind : {'A', 'B', 'C', 'D', 'Z', None}
        The curve; None is 'Z'.
    **kwargs
        `min_db` of that curve's function.

    Returns
    -------
    %(weights)s

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.frequency_weighting([31.5, 1000.0], kind="C").round(1)
    array([-3.,  0.])
    """
    return _curve("frequency_weighting", kind)(frequencies, **kwargs)


@public("frequencies", keywords=A_weighting)
@documented
def multi_frequency_weighting(frequencies: A | Others, *, kinds: Iterable[str] = "ZAC", **kwargs: Any) -> A:
    """Weightings by several curves, in decibels.

    Parameters
    ----------
    %(frequencies)s
    kinds : iterable of str
        Names of the curves, as of `frequency_weighting`.
    **kwargs
        `min_db` of their functions.

    Returns
    -------
    array (kinds, ...) float32; float64 in NumPy
        Decibels; differentiable.

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.multi_frequency_weighting([31.5, 1000.0], kinds="AC").round(1)
    array([[-39.5,   0. ],
           [ -3. ,   0. ]])
    """
    if not isinstance(kinds, Iterable):
        raise ParameterError(f"[multi_frequency_weighting] kinds must name curves, got {kinds!r}")
    curves = [_curve("multi_frequency_weighting", kind) for kind in kinds]
    if not curves:
        raise ParameterError("[multi_frequency_weighting] kinds must name at least one curve, got none")
    return namespace(frequencies).stack([curve(frequencies, **kwargs) for curve in curves])


def _curve(where: str, kind: Any) -> Callable[..., Any]:
    name = kind.upper() if isinstance(kind, str) else kind
    if name is not None and not (isinstance(name, str) and name in WEIGHTINGS):
        known = ", ".join(repr(key) for key in WEIGHTINGS)
        raise ParameterError(f"[{where}] kind must be one of {known}, got {kind!r}")
    return WEIGHTINGS[name]


def _weighting(where: str, frequencies: ArrayLike, min_db: Any, curve: Callable[[Any], Any]) -> mx.array:
    floor = None if min_db is None else finite(where, "min_db", min_db)

    def formula(f: Any) -> Any:
        level = _above_none(curve, f) if isinstance(f, mx.array) else curve(f)
        return level if floor is None else functions(f).maximum(level, floor)

    return f64.apply(where, "frequencies", frequencies, formula, smooth=True)


def _above_none(curve: Callable[[Any], Any], f: mx.array) -> mx.array:
    """The curve in single precision, without a slope where squares of frequencies are no numbers any more."""
    none = mx.abs(f) < NONE
    return mx.where(none, mx.stop_gradient(curve(f)), curve(mx.where(none, 1000.0, f)))


def _squared(*hertz: float) -> list[float]:
    return [float(f) for f in np.square(hertz)]


def _a(f: Any) -> Any:
    log10 = functions(f).log10
    c4, c1, c2, c3 = _squared(12194.217, 20.598997, 107.65265, 737.86223)
    s = f * f
    log = log10(s / (s + c1)) + log10(s / (s + c4)) - 0.5 * (log10((s + c2) / c4) + log10((s + c3) / c4))
    return 2.0 + 20 * log


def _b(f: Any) -> Any:
    log10 = functions(f).log10
    c3, c1, c2 = _squared(12194.217, 20.598997, 158.48932)
    s = f * f
    return 0.17 + 20 * (log10(s / (s + c1)) + 0.5 * log10(s / (s + c2)) - log10((s + c3) / c3))


def _c(f: Any) -> Any:
    log10 = functions(f).log10
    c2, c1 = _squared(12194.217, 20.598997)
    s = f * f
    return 0.062 + 20 * (log10(s / (s + c1)) - log10((s + c2) / c2))


def _d(f: Any) -> Any:
    log10 = functions(f).log10
    c0, c1, c2, c3, c4, c5, c6 = _squared(8.3046305e-3, 1018.7, 1039.6, 3136.5, 3424, 282.7, 1160)
    c0, c1, c2, c3, c4, c5, c6 = (c / MEGA for c in (c0, c1, c2, c3, c4, c5, c6))
    s = f * f / MEGA  # in kHz^2, where single precision does not cancel
    numerator = log10((c1 - s) ** 2 + c2 * s)
    denominator = log10((c3 - s) ** 2 + c4 * s) + log10(c5 + s) + log10(c6 + s)
    return 10 * (log10(s) + numerator - denominator) - 10 * float(np.log10(MEGA * (MEGA * c0) ** 2))
