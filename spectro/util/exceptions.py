"""The errors of spectro under librosa's names for them."""

from ..errors import ParameterError

LibrosaError = ParameterError

__all__ = ["LibrosaError", "ParameterError"]
