"""NumPy's arithmetic without its warnings of divisions by zero and the like."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any

import numpy as np

_quiet = contextvars.Context()


def quietly(formula: Callable[..., Any], *args: Any) -> Any:
    """Compute with NumPy as inside of ``np.errstate(all="ignore")``, whose costs are those of ten numbers' arithmetic.

    What `formula` sets in its context is lost.
    """
    return _quiet.copy().run(formula, *args)


if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
    _quiet.run(np.seterr, all="ignore")
else:  # whose settings are a thread's, and no context's
    quietly = np.errstate(all="ignore")(lambda formula, *args: formula(*args))
