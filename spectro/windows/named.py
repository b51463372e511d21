"""The windows by name: `WINDOWS`, the table of all that is known about each, and the functions made from it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from .._floor.checks import finite, positive_int
from .._floor.public import public
from ..errors import ParameterError
from . import formulas
from .entry import SYM, M, Parameter, Window, as_given, function_of
from .formulas import cosine_sum, nonzero, size_of

MOST_LOBES = 400  # of a Taylor window: the products of more leave the range of float64
NUTTALL = 'Nuttall, A. H., "Some windows with very good sidelobe behavior", 1981.'


def finite_or_none(where: str, name: str, value: Any) -> float | None:
    """A finite number, or nothing."""
    return None if value is None else finite(where, name, value)


def weights(where: str, name: str, value: Any) -> list[float]:
    """Finite numbers, at least one."""
    try:
        numbers = [finite(where, name, weight) for weight in value]
    except TypeError:
        raise ParameterError(f"[{where}] {name} must be a sequence of numbers, got {value!r}") from None
    if not numbers:
        raise ParameterError(f"[{where}] {name} must hold at least one weight, got none")
    return numbers


def no_center_if_symmetric(M: int, center: float | None, tau: float, sym: bool) -> None:
    """A symmetric exponential window has its peak in the middle."""
    if sym and center is not None:
        raise ParameterError(f"[exponential] center must be None when sym is True, got {center!r}")


def symmetric_and_even(M: int, beta: float, sym: bool) -> None:
    """A Kaiser-Bessel derived window has two halves that mirror each other."""
    if not sym:
        way_out = "as a window of a transform it is ('kaiser_bessel_derived_symmetric', beta)"
        raise ParameterError(f"[kaiser_bessel_derived] only the symmetric form exists, got sym=False; {way_out}")
    if size_of("kaiser_bessel_derived", M) % 2:
        raise ParameterError(f"[kaiser_bessel_derived] M must be even, got {M!r}")


def _cosines(*weights: float) -> Callable[..., np.ndarray]:
    return functools.partial(cosine_sum, a=weights)


WINDOWS = {
    "barthann": Window(
        "Bartlett-Hann window with ``r = |n / (M - 1) - 1/2|``: ``0.62 - 0.48 r + 0.38 cos(2 pi r)``.",
        formulas.barthann,
        aliases="brthan bth",
        reference='Ha, Y. H., Pearce, J. A., "A new window and comparison to standard windows", 1989.',
        example="barthann(5)[1:4]\narray([0.5, 1. , 0.5], dtype=float32)",
    ),
    "bartlett": Window(
        "Triangle with zeros at both ends: ``1 - |2 n / (M - 1) - 1|``.",
        lambda n, size: 1 - formulas.distance(n, size),
        aliases="bart brt",
        example="bartlett(5)\narray([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)",
    ),
    "blackman": Window(
        "Blackman window with ``t = 2 pi n / (M - 1)``: ``0.42 - 0.5 cos(t) + 0.08 cos(2 t)``.",
        _cosines(0.42, 0.5, 0.08),
        aliases="black blk",
        example="blackman(5)[1:4]\narray([0.34, 1.  , 0.34], dtype=float32)",
    ),
    "blackmanharris": Window(
        "Minimum four-term Blackman-Harris window: ``sum_k (-1)^k a_k cos(2 pi k n / (M - 1))``.",
        _cosines(0.35875, 0.48829, 0.14128, 0.01168),
        aliases="blackharr bkh",
        example="blackmanharris(5)[1:4]\narray([0.21747, 1.     , 0.21747], dtype=float32)",
    ),
    "bohman": Window(
        "Bohman window with ``r = |2 n / (M - 1) - 1|``: ``(1 - r) cos(pi r) + sin(pi r) / pi``.",
        formulas.bohman,
        aliases="bman bmn",
        example="bohman(5)\narray([0.        , 0.31830987, 1.        , 0.31830987, 0.        ], dtype=float32)",
    ),
    "boxcar": Window(
        "Rectangular window: ``1``.",
        lambda n, size: np.ones_like(n),
        aliases="box ones rect rectangular",
        example="boxcar(5)\narray([1., 1., 1., 1., 1.], dtype=float32)",
    ),
    "chebwin": Window(
        "Dolph-Chebyshev window, computed by SciPy: all side lobes at `at` dB below the main one.",
        None,
        {"at": Parameter("float, dB", "Attenuation of the side lobes.", check=as_given)},
        aliases="cheb",
        for_tuple="100",
        reference='Dolph, C. L., "A current distribution for broadside arrays", 1946.',
        example="chebwin(5, 100)  # doctest: +SKIP\n"
        "array([0.1686647 , 0.66865134, 1.        , 0.66865134, 0.1686647 ], dtype=float32)",
    ),
    "cosine": Window(
        "Half a period of a sine: ``sin(pi (n + 1/2) / M)``.",
        formulas.half_sine,
        aliases="halfcosine",
        example="cosine(3)\narray([0.5, 1. , 0.5], dtype=float32)",
    ),
    "dpss": Window(
        "Slepian sequences, computed by SciPy: the most energy within a band of half width NW / M.",
        None,
        {
            "M": M._replace(kind="int, >= 1"),
            "NW": Parameter("float", "Half of the time-bandwidth product.", check=as_given),
            "Kmax": Parameter(
                "int, optional",
                "Number of windows; one, with no leading dimension, when not given.",
                "int | None",
                None,
                as_given,
                in_tuple=False,
            ),
            "sym": SYM,
            "norm": Parameter(
                '2, "approximate", "subsample" or None',
                'How windows are scaled; None is "approximate" for one window and 2 for many.',
                "int | str | None",
                None,
                as_given,
                in_tuple=False,
            ),
        },
        for_tuple="3.0",
        reference='Slepian, D., "Prolate spheroidal wave functions, Fourier analysis, and uncertainty V", 1978.',
        example="dpss(5, 2.0)  # doctest: +SKIP\n"
        "array([0.18654154, 0.6853938 , 1.        , 0.6853938 , 0.18654154], dtype=float32)",
        returns="mx.array, shape (M,) or (Kmax, M), float32\n    Values with no unit.",
    ),
    "exponential": Window(
        "Exponential (Poisson) window: ``exp(-|n - center| / tau)``.",
        formulas.exponential,
        {
            "center": Parameter(
                "float, optional",
                "Place of the peak, in samples; the middle when not given. Only for sym=False.",
                "float | None",
                None,
                finite_or_none,
            ),
            "tau": Parameter("float, not 0", "Decay, in samples.", default=1.0, check=nonzero),
        },
        aliases="poisson",
        for_tuple="None, 1.0",
        reference='Gade, S., Herlufsen, H., "Use of weighting functions in DFT/FFT analysis", 1987.',
        example="exponential(3, tau=1.0)\narray([0.36787945, 1.        , 0.36787945], dtype=float32)",
        refuse=no_center_if_symmetric,
    ),
    "flattop": Window(
        "Flat top window, five terms: ``sum_k (-1)^k a_k cos(2 pi k n / (M - 1))``.",
        _cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
        aliases="flat flt",
        reference='D\'Antona, G., Ferrero, A., "Digital signal processing for measurement systems", 2006.',
        example="flattop(5)[1:4]\narray([-0.05473684,  1.        , -0.05473684], dtype=float32)",
        returns="mx.array, shape (M,), float32\n    Values with no unit; slightly negative at the ends.",
    ),
    "gaussian": Window(
        "Gaussian window: ``exp(-x^2 / (2 std^2))``, ``x = n - (M - 1) / 2``.",
        formulas.gaussian,
        {"std": Parameter("float, not 0", "Standard deviation, in samples.", check=nonzero)},
        aliases="gauss gss",
        for_tuple="200.0",
        example="gaussian(3, 1.0)\narray([0.60653067, 1.        , 0.60653067], dtype=float32)",
    ),
    "general_cosine": Window(
        "Weighted sum of cosines: ``sum_k (-1)^k a[k] cos(2 pi k n / (M - 1))``.",
        cosine_sum,
        {"a": Parameter("sequence of float", "Weights, all usually positive.", "Sequence[float]", check=weights)},
        for_tuple="(0.5, 0.5)",
        reference=NUTTALL,
        example="general_cosine(5, (0.5, 0.5))\narray([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)",
    ),
    "general_gaussian": Window(
        "Gaussian window with a free exponent: ``exp(-|x / sig|^(2 p) / 2)``, ``x = n - (M - 1) / 2``.",
        formulas.general_gaussian,
        {
            "p": Parameter("float", "Shape: 1 is the Gaussian, 1/2 the Laplace distribution."),
            "sig": Parameter("float, not 0", "Standard deviation, in samples.", check=nonzero),
        },
        aliases="general_gauss ggs",
        for_tuple="1.5, 200.0",
        reference="",
        example="general_gaussian(3, 0.5, 0.5)\narray([0.36787945, 1.        , 0.36787945], dtype=float32)",
    ),
    "general_hamming": Window(
        "Hamming window with a free weight: ``alpha - (1 - alpha) cos(2 pi n / (M - 1))``.",
        lambda n, size, alpha: cosine_sum(n, size, (alpha, 1 - alpha)),
        {"alpha": Parameter("float", "Weight: 0.5 is the Hann window, 0.54 the Hamming window.")},
        for_tuple="0.54",
        example="general_hamming(5, 0.75)\narray([0.5 , 0.75, 1.  , 0.75, 0.5 ], dtype=float32)",
    ),
    "hamming": Window(
        "Hamming window: ``0.54 - 0.46 cos(2 pi n / (M - 1))``.",
        _cosines(0.54, 0.46),
        aliases="hamm ham",
        example="hamming(5)\narray([0.08, 0.54, 1.  , 0.54, 0.08], dtype=float32)",
    ),
    "hann": Window(
        "Hann window: ``0.5 - 0.5 cos(2 pi n / (M - 1))``.",
        _cosines(0.5, 0.5),
        aliases="han hanning",
        example="hann(5)\narray([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)",
    ),
    "kaiser": Window(
        "Kaiser window: ``I0(beta sqrt(1 - x^2)) / I0(beta)``, ``x = 2 n / (M - 1) - 1``.",
        formulas.kaiser,
        {"beta": Parameter("float", "Shape: 0 is a rectangle; 14 has side lobes near the smallest possible.")},
        aliases="ksr",
        for_tuple="4.0",
        reference='Kaiser, J. F., "Digital filters", 1966.',
        example="kaiser(5, 4.0)[1:4]\narray([0.6334318, 1.       , 0.6334318], dtype=float32)",
    ),
    "kaiser_bessel_derived": Window(
        "Kaiser-Bessel derived window: ``sqrt(sum_{i <= n} v[i] / sum_i v[i])``, v a Kaiser window of M/2 + 1 points.",
        formulas.kaiser_bessel_derived,
        {
            "M": M._replace(kind="int, even, >= 0"),
            "beta": Parameter("float", "Shape of the Kaiser window."),
            "sym": SYM._replace(meaning="Only the symmetric window exists.", by_name=True),
        },
        aliases="kbd",
        for_tuple="4.0",
        reference='Malvar, H., "Signal processing with lapped transforms", 1992.',
        example="kaiser_bessel_derived(4, 4.0)\narray([0.27418444, 0.96167713, 0.96167713, 0.27418444], dtype=float32)",
        refuse=symmetric_and_even,
        returns="mx.array, shape (M,), float32\n    The squares of the two halves add up to 1.",
    ),
    "lanczos": Window(
        "Window of Lanczos, the main lobe of a sinc: ``sinc(2 n / (M - 1) - 1)``.",
        formulas.lanczos,
        {"sym": SYM._replace(by_name=True)},
        aliases="sinc",
        reference='Duchon, C. E., "Lanczos filtering in one and two dimensions", 1979.',
        example="lanczos(5)[1:4]\narray([0.63661975, 1.        , 0.63661975], dtype=float32)",
    ),
    "nuttall": Window(
        "Minimum four-term Blackman-Harris window of Nuttall: ``sum_k (-1)^k a_k cos(2 pi k n / (M - 1))``.",
        _cosines(0.3635819, 0.4891775, 0.1365995, 0.0106411),
        aliases="nutl nut",
        reference=NUTTALL,
        example="nuttall(5)[1:4]\narray([0.2269824, 1.       , 0.2269824], dtype=float32)",
    ),
    "parzen": Window(
        "Parzen window with ``r = |2 n - (M - 1)| / M``: ``1 - 6 r^2 + 6 r^3`` up to 1/2, then ``2 (1 - r)^3``.",
        formulas.parzen,
        aliases="parz par",
        example="parzen(5)\narray([0.016, 0.424, 1.   , 0.424, 0.016], dtype=float32)",
    ),
    "taylor": Window(
        "Taylor window: ``1 + 2 sum_{m=1}^{nbar-1} F_m cos(2 pi m (n - (M - 1) / 2) / M)``.",
        formulas.taylor,
        {
            "nbar": Parameter(
                "int in 1 .. 400",
                "Number of nearly constant side lobes next to the main lobe.",
                "int",
                4,
                functools.partial(positive_int, most=MOST_LOBES),
            ),
            "sll": Parameter("float, dB", "How far the side lobes lie below the main lobe.", default=30),
            "norm": Parameter(
                "bool", "Divide by the value at the middle (for odd M, the largest one).", "bool", True, as_given
            ),
        },
        aliases="taylorwin",
        for_tuple="4, 30",
        reference='Carrara, W. G., Goodman, R. S., Majewski, R. M., "Spotlight synthetic aperture radar", 1995.',
        example="taylor(5)\narray([0.33249694, 0.77201456, 1.        , 0.77201456, 0.33249694], dtype=float32)",
    ),
    "triang": Window(
        "Triangle that does not reach zero: ``1 - |2 n - (M - 1)| / (M + M mod 2)``.",
        formulas.triangle,
        aliases="triangle tri",
        example="triang(3)\narray([0.5, 1. , 0.5], dtype=float32)",
    ),
    "tukey": Window(
        "Tukey window: a rectangle whose outer share alpha is a Hann window.\n\n"
        "``0.5 + 0.5 cos(pi max(0, (|x| - 1 + alpha) / alpha))``, ``x = 2 n / (M - 1) - 1``.",
        formulas.tukey,
        {
            "alpha": Parameter(
                "float", "Share of the cosine: 0 or less is a rectangle, 1 or more the Hann window.", default=0.5
            )
        },
        aliases="tuk",
        for_tuple="0.5",
        example="tukey(5, 0.5)\narray([0., 1., 1., 1., 0.], dtype=float32)",
    ),
}

SAMPLERS = {name: function_of(name, window, __name__) for name, window in WINDOWS.items()}  # which give MLX's arrays
FUNCTIONS = {name: public()(sampler) for name, sampler in SAMPLERS.items()}
globals().update(FUNCTIONS)  # `pickle` and `doctest` look for each as an attribute of its module
