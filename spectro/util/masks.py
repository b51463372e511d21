"""Masks that share a spectrogram out to its parts."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._engine.calls import bind, planned
from .._floor.arrays import as_real, numpy_numbers
from .._floor.public import public
from .._floor.types import A, Others
from .._plans import SoftmaskPlan
from .._plans.separation import exponent
from .._reference.separation import share
from ..errors import ParameterError

__all__ = ["softmask"]


@public("X", "X_ref")
def softmask(X: A | Others, X_ref: A | Others, *, power: float = 1, split_zeros: bool = False) -> A:
    r"""Share of `X` in what lies over each other: :math:`M = X^p / (X^p + X_{ref}^p)`.

    Computed on both arrays divided by the larger of the two, so that neither power leaves the range of the numbers.

    Parameters
    ----------
    X : array (...)
        Non-negative levels of what the mask lets through.
    X_ref : array (...)
        Non-negative levels of the rest, of the shape of `X`.
    power : float > 0
        Exponent `p`. Infinity gives the hard mask `X > X_ref`.
    split_zeros : bool
        Whether the mask is 0.5 where both are (numerically) zero, instead of 0.

    Returns
    -------
    array (...)
        Mask in 0 .. 1, or of bools for an infinite exponent. NumPy keeps the precision of `X`; MLX gives float32, or
        halves of halves. NaN where one of the two is infinite.

    Raises
    ------
    ParameterError
        For different shapes, complex values, a `power` that is not positive, or (NumPy input) negative levels.

    References
    ----------
    .. [1] Fitzgerald, D., "Harmonic/percussive separation using median filtering", DAFx 2010.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.util.softmask(mx.array([2.0, 1.0, 0.0]), mx.array([1.0, 1.0, 0.0]), power=2).tolist()
    [0.800000011920929, 0.5, 0.0]
    """
    power = exponent("softmask", power)
    both = [_levels(name, x) for name, x in (("X", X), ("X_ref", X_ref))]
    if both[0].shape != both[1].shape:
        raise ParameterError(f"[softmask] X_ref must have the shape of X, {both[0].shape}, got {both[1].shape}")
    if any(isinstance(x, mx.array) for x in both):
        both = [as_real("softmask", "X", x) for x in both]
    if power < math.inf and (isinstance(both[0], mx.array) or both[0].dtype == both[1].dtype == np.float32):
        return _planned(*both, power=power, split_zeros=bool(split_zeros))
    mask = share(both[0], both[1], power, split_zeros)
    if isinstance(mask, mx.array) or mask.dtype == bool:
        return mask
    own = both[0].dtype if both[0].dtype.kind == "f" else np.result_type(both[0].dtype, np.float32)
    return mask.astype(own.newbyteorder("="), copy=False)


@planned("X", "X_ref")
def _planned(X: Any, X_ref: Any, *, power: float, split_zeros: bool) -> Any:
    """Masks of levels (...) in single precision."""
    both = [as_real("softmask", name, x) for name, x in (("X", X), ("X_ref", X_ref))]
    frames_last = both[0].ndim > 1  # as spectra of ours lie in memory
    plan = SoftmaskPlan(power, split_zeros)
    return bind("softmask", plan, *both, takes_frames_last=frames_last, gives_frames_last=frames_last)


def _levels(name: str, x: Any) -> Any:
    """Non-negative real numbers, as they are; those of MLX are not looked at."""
    if isinstance(x, mx.array):
        return as_real("softmask", name, x)
    x = numpy_numbers("softmask", name, x)
    if np.iscomplexobj(x):
        raise ParameterError(f"[softmask] {name} must be real, got complex values; take abs({name}) first")
    if x.size and not x.min() >= 0 and (x < 0).any():  # a NaN hides what is negative from the first
        raise ParameterError(f"[softmask] {name} must be non-negative, got {x.min()!r}")
    return x
