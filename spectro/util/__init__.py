"""Arrays of samples and frames: librosa's `util`."""

from .._floor.absent import absent
from . import exceptions
from .checks import count_unique, is_positive_int, is_unique, valid_audio, valid_int, valid_intervals
from .dtypes import abs2, buf_to_float, dtype_c2r, dtype_r2c, phasor, tiny
from .examples import ex, example, example_info, list_examples
from .files import find_files
from .framing import expand_to, fix_length, frame, pad_center, stack
from .interpolation import interp_broadcast
from .least_squares import MAX_MEM_BLOCK, nnls
from .masks import softmask
from .matching import match_events, match_intervals
from .matrices import axis_sort, cyclic_gradient, fill_off_diagonal, shear, sparsify_rows
from .normalizing import normalize
from .peaks import localmax, localmin, peak_pick
from .slices import fix_frames, index_to_slice, sync

__getattr__ = absent(__name__)

__all__ = [
    "MAX_MEM_BLOCK",
    "abs2",
    "axis_sort",
    "buf_to_float",
    "count_unique",
    "cyclic_gradient",
    "dtype_c2r",
    "dtype_r2c",
    "ex",
    "example",
    "example_info",
    "exceptions",
    "expand_to",
    "fill_off_diagonal",
    "find_files",
    "fix_frames",
    "fix_length",
    "frame",
    "index_to_slice",
    "interp_broadcast",
    "is_positive_int",
    "is_unique",
    "list_examples",
    "localmax",
    "localmin",
    "match_events",
    "match_intervals",
    "nnls",
    "normalize",
    "pad_center",
    "peak_pick",
    "phasor",
    "shear",
    "softmask",
    "sparsify_rows",
    "stack",
    "sync",
    "tiny",
    "valid_audio",
    "valid_int",
    "valid_intervals",
]
