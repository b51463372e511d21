"""Spectrograms taken apart: harmonic and percussive parts, and matrix factorization."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from ._engine.calls import Call, bind, planned
from ._engine.dispatch import run
from ._floor.absent import absent
from ._floor.arrays import as_array, constant, evaluated, numpy_numbers, takes_numpy
from ._floor.extras import import_extra
from ._floor.operation import Kind, Open
from ._floor.pieces import joined, pieces
from ._floor.plain import axis_of
from ._floor.public import public
from ._floor.tracing import sized
from ._floor.types import A, Others
from ._host.gathering import gathered
from ._host.links import of_matrix
from ._plans import MedianPlan, SeparationPlan
from .errors import ParameterError, first_line
from .segment.recurrence import recurrence_links, recurrence_matrix

__getattr__ = absent(__name__)

__all__ = ["decompose", "hpss", "nn_filter"]


@planned("S")
def hpss(
    S: A | Others,
    *,
    kernel_size: int | tuple[int, int] = 31,
    power: float = 2.0,
    mask: bool = False,
    margin: float | tuple[float, float] = 1.0,
) -> tuple[A, A]:
    r"""Harmonic and percussive parts of a spectrogram, by median filters.

    With the running median :math:`H` of :math:`|S|` over time, :math:`P` that over frequency, and margins :math:`m`:
    :math:`M_H = H^p / (H^p + (m_H P)^p)`, :math:`M_P = P^p / (P^p + (m_P H)^p)`.

    Parameters
    ----------
    S : array (..., f, t)
        Complex spectrogram, or real levels.
    kernel_size : int >= 1 or pair of them
        Frames of the median over time, bins of the one over frequency. The edges are mirrored.
    power : float > 0
        Exponent of the masks; infinity gives hard ones.
    mask : bool
        Return the masks instead of the parts.
    margin : float >= 1 or pair of them
        How many times each part must be over the other. Beyond 1 a residual `S - (H + P)` remains.

    Returns
    -------
    harmonic, percussive : array (..., f, t)
        `S` times the masks, float32 or complex64 as `S` is; with `mask` the masks, float32 or (hard) bool.

    Raises
    ------
    ParameterError
        For a bad argument, or (NumPy input) real levels with a negative median.

    Notes
    -----
    Differs from librosa: computed in single precision. Of the frames of an even kernel the upper of the two in the
    middle is taken, as SciPy does. A NaN counts as the largest value of a window.

    References
    ----------
    .. [1] Fitzgerald, D., "Harmonic/percussive separation using median filtering", DAFx 2010.
    .. [2] Driedger, J., Müller, M. and Disch, S., "Extending harmonic-percussive separation of audio", ISMIR 2014.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> D = spectro.stft(mx.random.normal((22050,)))
    >>> H, P = spectro.decompose.hpss(D, margin=(1.0, 5.0))
    >>> H.shape == P.shape == D.shape
    True
    """
    medians, plan = separating("hpss", kernel_size, power, mask, margin)
    spectra = _spectra(S, medians)
    parts_of = separated(medians, plan, spectra.swapped())
    frames, reach = spectra.shape[-1], medians[0].size // 2 + 1
    cut = pieces(spectra.shape, frames, 1, reach=reach, step=1)  # of a spectrogram, along time

    def both(S: Any) -> tuple[Any, Any]:
        parts = parts_of(S.swapaxes(-1, -2))  # (..., 2, t, f)
        return parts[..., 0, :, :], parts[..., 1, :, :]

    def call(S: Any) -> tuple[Any, Any]:
        parts = joined(both, S, cut, axis=-2) if isinstance(S, np.ndarray) else both(sized("hpss", S))
        return parts[0].swapaxes(-1, -2), parts[1].swapaxes(-1, -2)

    return takes_numpy(call, parts_of)  # type: ignore[return-value]


def separating(
    where: str, kernel_size: Any, power: Any, mask: Any, margin: Any
) -> tuple[list[MedianPlan], SeparationPlan]:
    """Plan the medians of spectra (..., t, f), along time and along frequency, and what is made of them."""
    sizes, margins = (_pair(where, name, x) for name, x in (("kernel_size", kernel_size), ("margin", margin)))
    plan = SeparationPlan.of(where, power=power, margins=margins, masks=mask)
    return [MedianPlan.of(where, size=n, axis=axis, name="kernel_size") for n, axis in zip(sizes, (-2, -1))], plan


def separated(medians: list[MedianPlan], plan: SeparationPlan, S: Kind) -> Call:
    """Both parts of spectra (..., t, f), or their masks, as a function of these: (..., 2, t, f)."""
    levels = Kind(S.shape, mx.float32)
    over_time, over_frequency = (bind("running_median", median, S) for median in medians)
    shared = bind("separation", plan, S, levels, levels)
    hard = plan.masks and math.isinf(plan.power)

    def call(S: Any) -> Any:
        both = shared(S, over_time(S), over_frequency(S))
        return both > 0.5 if hard else both

    return takes_numpy(call, over_time, over_frequency, shared)


def _pair(where: str, name: str, value: Any) -> tuple[Any, Any]:
    """One value for both parts, or one for each."""
    if not isinstance(value, (tuple, list)):
        return value, value
    if len(value) != 2:
        raise ParameterError(f"[{where}] {name} must be a number or a pair (harmonic, percussive), got {value!r}")
    return value[0], value[1]


def _spectra(S: Any, medians: list[MedianPlan]) -> Kind:
    """Take a spectrogram (..., f, t), and give its kind."""
    lazy = isinstance(S, Open) and S.is_mlx
    S = as_array("hpss", "S", S)
    if S.ndim < 2:
        raise ParameterError(f"[hpss] S must have shape (..., f, t), got {tuple(S.shape)}")
    return S.kind if lazy else S.through(takes_numpy(functools.partial(_checked, medians)), S.kind).kind


def _checked(medians: list[MedianPlan], S: Any) -> Any:
    """Refuse real levels whose medians, of which there are no powers, are negative."""
    if S.dtype in (mx.complex64, np.complex64) or S.size == 0 or not float(S.min()) < 0:
        return S
    frames = mx.swapaxes(mx.array(S), -1, -2)
    if any(float(run("running_median", plan, frames).min()) < 0 for plan in medians):
        raise ParameterError("[hpss] S must be complex or non-negative, got negative levels; take abs(S) first")
    return S


@public("S")
def decompose(
    S: A | Others,
    *,
    n_components: int | None = None,
    transformer: Any = None,
    sort: bool = False,
    fit: bool = True,
    **kwargs: Any,
) -> tuple[A, A]:
    r"""Factors of a spectrogram: `S` is about `components @ activations`.

    Computed by scikit-learn (the extra `decompose`) on the processor; by default non-negative matrix factorization,
    :math:`\min_{W, H \ge 0} \|S - W H\|_F^2`. It looks at values, and has no gradient.

    Parameters
    ----------
    S : array (..., f, t)
        Features; leading dimensions are stacked over `f` into one matrix.
    n_components : int >= 1, optional
        Number of components; that of the features by default.
    transformer : object, optional
        With scikit-learn's `fit_transform`, `transform` and `components_`, for samples in rows; instead of
        `sklearn.decomposition.NMF`.
    sort : bool
        Sort the components by the feature of their peak.
    fit : bool
        False uses the components of a `transformer` that is fitted already.
    **kwargs
        For `sklearn.decomposition.NMF`.

    Returns
    -------
    components : array (..., f, n_components)
        The basis.
    activations : array (n_components, t)
        How much of each component is in each frame.

    Raises
    ------
    ParameterError
        If `S` has less than two dimensions; with `fit=False` and no `transformer`; with `sort=True` for more than two
        dimensions.
    ImportError
        If scikit-learn is not installed and there is no `transformer`.

    Notes
    -----
    Differs from librosa: scikit-learn comes with the extra `decompose`, not by itself.

    References
    ----------
    .. [1] Lee, D. D. and Seung, H. S., "Learning the parts of objects by non-negative matrix factorization",
       Nature 401, 1999.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> S = np.outer([1.0, 2.0, 3.0], [1.0, 0.0, 2.0, 1.0])
    >>> components, activations = spectro.decompose.decompose(S, n_components=1)
    >>> bool(np.allclose(components @ activations, S, atol=1e-3))
    True
    """
    given_mlx = isinstance(S, mx.array)
    matrix = constant("decompose", "S", S) if isinstance(S, mx.array) else numpy_numbers("decompose", "S", S)
    _check_decomposition(matrix, transformer, sort, fit)
    flat = matrix.reshape(math.prod(matrix.shape[:-1]), matrix.shape[-1])
    if transformer is None:
        transformer = _factorization(n_components or len(flat), **kwargs)
    try:
        activations = (transformer.fit_transform if fit else transformer.transform)(flat.T).T
    except ValueError as error:  # whose further lines may hold the data
        raise ParameterError(f"[decompose] S cannot be taken by the transformer: {first_line(error)}") from error
    components = transformer.components_.T
    if sort:
        order = np.argsort(np.argmax(components, axis=0))
        components, activations = components[:, order], activations[order]
    components = components.reshape(*matrix.shape[:-1], -1)
    return (mx.array(components), mx.array(activations)) if given_mlx else (components, activations)  # type: ignore[return-value]


def _check_decomposition(S: np.ndarray, transformer: Any, sort: bool, fit: bool) -> None:
    if S.ndim < 2:
        raise ParameterError(f"[decompose] S must have shape (..., f, t), got {S.shape}")
    if transformer is not None and not callable(getattr(transformer, "fit_transform" if fit else "transform", None)):
        raise ParameterError("[decompose] transformer must have scikit-learn's fit_transform and transform")
    if transformer is None and not fit:
        raise ParameterError("[decompose] fit must be True where transformer is None; give a fitted transformer")
    if sort and S.ndim > 2:
        raise ParameterError(f"[decompose] sort must be False for more than two dimensions, got shape {S.shape}")


def _factorization(n_components: int, **kwargs: Any) -> Any:
    """The default transformer."""
    return import_extra("sklearn.decomposition", "decompose").NMF(n_components=n_components, **kwargs)


@public("S", "rec", keywords=recurrence_matrix)
def nn_filter(
    S: A | Others, *, rec: Any = None, aggregate: Callable[..., Any] | None = None, axis: int = -1, **kwargs: Any
) -> A:
    """Replace each frame by an aggregate of its nearest neighbors, which takes away what does not repeat.

    Parameters
    ----------
    S : array (..., d, n)
        Spectrogram or other features; leading dimensions are flattened to find the neighbors.
    rec : array (n, n) or SciPy sparse matrix, optional
        Which frames to take: those i for frame j where ``rec[i, j]`` is not 0. See `segment.recurrence_matrix`.
    aggregate : callable, optional
        A function of NumPy's frames (k, ...) and `axis`, such as `numpy.median`; `numpy.mean` by default.
        `numpy.average` is also given the values of `rec` as weights.
    axis : int
        The axis that counts frames.
    **kwargs
        For `segment.recurrence_matrix`, where `rec` is not given.

    Returns
    -------
    array (..., d, n)
        The filtered features, of the type of `S`. Frames without neighbors stay.

    Raises
    ------
    ParameterError
        For a bad argument, or a `rec` of another shape.

    Notes
    -----
    It looks at values, and has no gradient. The mode of `segment.recurrence_matrix` is 'connectivity' by default, which
    takes any of a few more; 'distance' takes the nearest.

    Differs from librosa: a `rec` of SciPy's row format is read as any other, not with rows for columns. Of frames
    equally far from one, the first are taken.

    References
    ----------
    .. [1] Buades, A., Coll, B. and Morel, J.-M., "A non-local algorithm for image denoising", CVPR 2005.
    .. [2] Rafii, Z. and Pardo, B., "Music/voice separation using the similarity matrix", ISMIR 2012.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> S = np.array([[0.0, 5.0, 1.0, 7.0, 2.5]])
    >>> spectro.decompose.nn_filter(S, k=1, mode="distance")
    array([[1., 7., 0., 5., 1.]])
    """
    where = "nn_filter"
    if aggregate is not None and not callable(aggregate):
        raise ParameterError(f"[{where}] aggregate must be callable, got {aggregate!r}")
    values = constant(where, "S", S) if isinstance(S, mx.array) else numpy_numbers(where, "S", S)
    frames = np.moveaxis(values, axis_of(where, axis, values.ndim), 0)
    if rec is None:
        kwargs.pop("sparse", None)  # either way
        links = recurrence_links(where, values, axis, **kwargs)
    else:
        links = of_matrix(where, "rec", evaluated(where, "rec", rec), len(frames))
    out = np.moveaxis(gathered(frames, links, aggregate or np.mean), 0, axis)
    return mx.array(out) if isinstance(S, mx.array) else out  # type: ignore[return-value]
