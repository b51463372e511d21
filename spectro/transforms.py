"""Transform objects with PyTorch's semantics, for programs written against mlx-spectro 0.3."""

from .compat.mlx_spectro import *  # noqa: F403
from .compat.mlx_spectro import __all__ as __all__
