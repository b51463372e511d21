"""The kind of array that functions give which take none."""

from __future__ import annotations

import contextvars

from . import settings
from .checks import one_of
from .scopes import Scope


class use_arrays(Scope):  # noqa: N801 - used as `with use_arrays(kind)`, or called alone
    """Choose what functions give that take no array, such as `load` and `filters.mel`: NumPy's arrays or MLX's.

    Where an array goes in, the result is of its kind, whatever is chosen here. The choice holds in this thread (or
    task) only: inside a `with` block, or, as a plain call, from now on. The variable `SPECTRO_ARRAYS` makes it for a
    whole program.

    Parameters
    ----------
    kind : {'numpy', 'mlx'}
        The kind of array; "numpy" is the default.

    Raises
    ------
    ParameterError
        If the kind is unknown.

    Examples
    --------
    >>> import spectro
    >>> with spectro.use_arrays("mlx"):
    ...     type(spectro.filters.mel(sr=8000, n_fft=64)).__module__
    'mlx.core'
    >>> type(spectro.filters.mel(sr=8000, n_fft=64)).__module__
    'numpy'
    """

    innermost = contextvars.ContextVar("spectro_arrays", default=None)

    def __init__(self, kind: str) -> None:
        super().__init__(one_of("use_arrays", "kind", kind, settings.ARRAYS))
        self._is_block = False
        self._begin()

    def __enter__(self) -> None:
        if use_arrays.now() is not self:
            self._begin()
        self._is_block = True

    def _begin(self) -> None:
        super()._begin()
        before = self._outer
        if isinstance(before, use_arrays) and not before._is_block:
            self._outer = before._outer  # one plain call takes the place of another


def gives_mlx() -> bool:
    """Whether a function that takes no array gives MLX's arrays now."""
    chosen = use_arrays.now()
    return (settings.read("SPECTRO_ARRAYS") if chosen is None else chosen.name) == "mlx"
