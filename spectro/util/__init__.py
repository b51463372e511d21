"""Arrays of samples and frames: librosa's `util`."""

from .._floor.absent import absent
from . import exceptions
from .examples import ex, example, example_info, list_examples

__getattr__ = absent(__name__)

__all__ = ["ex", "example", "example_info", "exceptions", "list_examples"]
