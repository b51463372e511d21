"""The errors of spectro under librosa's names for them."""

from .._floor.absent import absent
from ..errors import ParameterError

LibrosaError = ParameterError

__getattr__ = absent(__name__)

__all__ = ["LibrosaError", "ParameterError"]
