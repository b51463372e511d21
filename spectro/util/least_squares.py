"""Least squares without negative numbers: `nnls`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._floor.extras import import_extra
from .._floor.plain import taken
from .._floor.public import host
from ..errors import ParameterError

__all__ = ["nnls"]

MAX_MEM_BLOCK = 2**18  # bytes of what is worked on at once, under the name that librosa has for it


@host("A", "B")
def nnls(A: Any, B: Any, **kwargs: Any) -> np.ndarray:
    """Solve least squares without negative numbers: the X >= 0 of least ``sum (A X - B)^2``.

    Parameters
    ----------
    A : array (m, n)
        Basis.
    B : array (..., m, t)
        Target; for a vector (m,) the solution is exact.
    **kwargs
        Of `scipy.optimize.fmin_l_bfgs_b`.

    Returns
    -------
    array (..., n, t)
        A solution; there are many where n > m.

    Raises
    ------
    ParameterError
        For shapes that do not fit.
    ImportError
        Without SciPy.

    References
    ----------
    .. [1] Byrd, R. H., Lu, P., Nocedal, J., Zhu, C., "A limited memory algorithm for bound constrained optimization",
       1995.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.nnls(np.eye(2), np.array([1.0, -2.0]))
    array([1., 0.])
    """
    A, B = taken("nnls", "A", A), taken("nnls", "B", B)
    if A.ndim != 2 or B.ndim == 0 or B.shape[-2 if B.ndim > 1 else -1] != A.shape[0]:
        raise ParameterError(f"[nnls] B must have as many rows as A, got shapes {A.shape} and {B.shape}")
    if A.size == 0 or B.size == 0:  # of which SciPy ends the process
        return np.zeros((A.shape[1],) if B.ndim == 1 else (*B.shape[:-2], A.shape[1], B.shape[-1]), A.dtype)
    if B.ndim == 1:
        if not np.isfinite(A).all() or not np.isfinite(B).all():
            raise ParameterError("[nnls] A and B must be finite everywhere, got NaN or infinity")
        return import_extra("scipy.optimize", "nnls").nnls(A, B)[0]
    start = np.maximum(np.einsum("nm,...mt->...nt", np.linalg.pinv(A), B, optimize=True), 0).astype(A.dtype)
    columns = max(int(MAX_MEM_BLOCK // (np.prod(B.shape[:-1]) * A.itemsize)), 1)
    for first in range(0, B.shape[-1], columns):
        cut = (..., slice(first, first + columns))
        start[cut] = _solved(A, B[cut], start[cut], kwargs)
    return start


def _solved(A: np.ndarray, B: np.ndarray, start: np.ndarray, options: dict[str, Any]) -> np.ndarray:
    """Descend from a start; the error is a mean, so that the tolerance does not depend on the size."""
    descend = import_extra("scipy.optimize", "nnls").fmin_l_bfgs_b

    def error(x: np.ndarray) -> tuple[float, np.ndarray]:
        rest = np.einsum("mn,...nt->...mt", A, x.reshape(start.shape), optimize=True) - B
        gradient = np.einsum("mn,...mt->...nt", A, rest, optimize=True) / B.size
        return 0.5 * float(np.sum(rest**2)) / B.size, gradient.ravel().astype(np.float64)

    x, _, _ = descend(error, start.ravel(), **{"m": A.shape[1], "bounds": [(0, None)] * start.size, **options})
    return x.reshape(start.shape)
