"""Numbers and their types: `tiny`, `dtype_r2c`, `dtype_c2r`, `buf_to_float`, `abs2`, `phasor`."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from .._cpu import compiled
from .._floor.checks import one_of
from .._floor.plain import taken
from .._floor.public import host, public
from ..errors import ParameterError, first_line

__all__ = ["abs2", "buf_to_float", "dtype_c2r", "dtype_r2c", "phasor", "tiny"]

OF_COMPLEX = {np.dtype(f"c{2 * size}"): np.dtype(f"f{size}") for size in (4, 8, np.dtype(np.longdouble).itemsize)}
OF_REAL = {real: complex_ for complex_, real in OF_COMPLEX.items()}
OF_MLX: dict[Any, Any] = {mx.float16: np.float16, mx.float32: np.float32, mx.complex64: np.complex64}


@host()
def tiny(x: Any) -> Any:
    """Give the smallest normal number of an array's precision.

    Parameters
    ----------
    x : number or array
        What has the precision; integers count as float32.

    Returns
    -------
    NumPy number
        1.1754944e-38 for float32.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> float(spectro.util.tiny(np.zeros(2)))
    2.2250738585072014e-308
    """
    if isinstance(x, mx.array):
        return np.finfo(OF_MLX.get(x.dtype, np.float32)).tiny
    dtype = np.asarray(x).dtype
    return np.finfo(dtype if dtype.kind in "fc" else np.float32).tiny


@host()
def dtype_r2c(d: Any, *, default: Any = np.complex64) -> Any:
    """Give the complex type whose parts have a real type.

    Parameters
    ----------
    d : dtype
        Real type; a complex one is given back.
    default : dtype
        What all other types give.

    Returns
    -------
    numpy.dtype
        Complex type.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.dtype_r2c(np.float64)
    dtype('complex128')
    """
    dtype = np.dtype(OF_MLX.get(d, d))
    return dtype if dtype.kind == "c" else OF_REAL.get(dtype, np.dtype(default))


@host()
def dtype_c2r(d: Any, *, default: Any = np.float32) -> Any:
    """Give the type of the parts of a complex type.

    Parameters
    ----------
    d : dtype
        Complex type; a real one is given back.
    default : dtype
        What all other types give.

    Returns
    -------
    numpy.dtype
        Real type.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.dtype_c2r(np.complex128)
    dtype('float64')
    """
    dtype = np.dtype(OF_MLX.get(d, d))
    return dtype if dtype.kind == "f" else OF_COMPLEX.get(dtype, np.dtype(default))


@host()
def buf_to_float(x: Any, *, n_bytes: int = 2, dtype: Any = np.float32) -> np.ndarray:
    """Read whole numbers as samples: ``x / 2^(8 n_bytes - 1)``.

    Parameters
    ----------
    x : array of int, or bytes
        Samples, the lowest byte first.
    n_bytes : {1, 2, 4}
        Bytes of a sample.
    dtype : dtype
        Type of the result.

    Returns
    -------
    array (n,)
        Samples within -1 and 1.

    Raises
    ------
    ParameterError
        For a bad argument.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.buf_to_float(np.array([16384, -32768], dtype=np.int16))
    array([ 0.5, -1. ], dtype=float32)
    """
    scale = 1 / (1 << (8 * one_of("buf_to_float", "n_bytes", n_bytes, (1, 2, 4)) - 1))
    try:
        samples = np.frombuffer(x, f"<i{n_bytes}")
    except (TypeError, ValueError) as error:
        raise ParameterError(f"[buf_to_float] x must be bytes, {n_bytes} a sample: {first_line(error)}") from error
    return (scale * samples.astype(dtype)).astype(dtype, copy=False)


@public("x")
def abs2(x: Any, dtype: Any = None) -> Any:
    """Square the magnitude: ``re^2 + im^2``, without a root.

    Parameters
    ----------
    x : number or array
        Real or complex numbers.
    dtype : dtype, optional
        Type of the result; that of the parts by default. Of NumPy alone.

    Returns
    -------
    number or array
        Squared magnitudes.

    Examples
    --------
    >>> import spectro
    >>> float(spectro.util.abs2(3.0 + 4.0j))
    25.0
    """
    x = taken("abs2", "x", x)
    if isinstance(x, mx.array):
        return mx.square(x) if x.dtype != mx.complex64 else mx.square(mx.real(x)) + mx.square(mx.imag(x))
    square = _squares(x) if np.iscomplexobj(x) else np.square(x, dtype=dtype)
    return square if dtype is None else square.astype(dtype, copy=False)


def _squares(x: np.ndarray) -> np.ndarray:
    """Squared magnitudes of complex numbers, in the compiled part where they lie side by side."""
    native = compiled() if x.dtype == np.complex64 and (x.flags.c_contiguous or x.flags.f_contiguous) else None
    if native is None:
        return np.square(x.real) + np.square(x.imag)
    out = np.empty_like(x, np.float32)
    native.squares(x.ravel("K"), out.ravel("K"))
    return out[()]


@public("angles", "mag")
def phasor(angles: Any, *, mag: Any = None) -> Any:
    """Give the complex number of an angle: ``mag (cos(angles) + i sin(angles))``.

    Parameters
    ----------
    angles : number or array (...)
        Angles in radians.
    mag : number or array (...), optional
        Magnitudes; 1 by default.

    Returns
    -------
    complex number or array (...)
        complex128 for float64 in NumPy, else complex64.

    Notes
    -----
    librosa 0.11 gives complex128 for whole numbers.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> complex(spectro.util.phasor(0.0, mag=2.0))
    (2+0j)
    """
    angles = taken("phasor", "angles", angles)
    if angles.dtype in (mx.complex64, np.complex64, np.complex128):
        raise ParameterError("[phasor] angles must be real, got complex values")
    mag = None if mag is None else taken("phasor", "mag", mag)
    if isinstance(angles, mx.array) or isinstance(mag, mx.array):
        angles = angles if isinstance(angles, mx.array) else mx.array(angles)
        z = mx.cos(angles) + 1j * mx.sin(angles)
        return z if mag is None else z * mag
    out = np.empty_like(angles, np.result_type(angles.dtype if angles.dtype.kind == "f" else np.float32, np.complex64))
    out.real, out.imag = np.cos(angles), np.sin(angles)  # into strided memory NumPy computes one by one
    if mag is not None:
        out = out * mag.astype(out.real.dtype, copy=False)
    return out[()]
