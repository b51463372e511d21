"""Window functions: `get_window` for spectral analysis, and each window by its name.

Values are computed in float64 and rounded once to float32; they differ from SciPy's by at most 1e-7.
"""

from .cosines import blackman, blackmanharris, flattop, general_cosine, general_hamming, hamming, hann, nuttall
from .decays import exponential, gaussian, general_gaussian
from .families import kaiser, kaiser_bessel_derived, taylor, tukey
from .scipy_windows import chebwin, dpss
from .shapes import barthann, bartlett, bohman, boxcar, cosine, lanczos, parzen, triang
from .spec import get_window

__all__ = [
    "barthann",
    "bartlett",
    "blackman",
    "blackmanharris",
    "bohman",
    "boxcar",
    "chebwin",
    "cosine",
    "dpss",
    "exponential",
    "flattop",
    "gaussian",
    "general_cosine",
    "general_gaussian",
    "general_hamming",
    "get_window",
    "hamming",
    "hann",
    "kaiser",
    "kaiser_bessel_derived",
    "lanczos",
    "nuttall",
    "parzen",
    "taylor",
    "triang",
    "tukey",
]
