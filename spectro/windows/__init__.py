"""Window functions: `get_window` for spectral analysis, and each window by its name.

Values are computed in float64 and rounded once to float32; they differ from SciPy's by at most 1e-7.
"""

from .named import FUNCTIONS
from .spec import get_window

globals().update(FUNCTIONS)  # `__init__.pyi` lists them for people and type checkers

__all__ = sorted([*FUNCTIONS, get_window.__name__])
