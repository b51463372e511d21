"""Pictures of spectrograms and waveforms with matplotlib: librosa's `display`.

It needs matplotlib, which the extra `plot` brings: ``pip install matplotlib``.
"""

try:
    import matplotlib  # noqa: F401
except ImportError as error:
    raise ImportError("spectro.display needs matplotlib: pip install matplotlib") from error

from .._floor.absent import absent
from .bars import wavebars
from .colors import cmap, infer_cmap
from .formatters import (
    AdaptiveEngFormatter,
    AdaptiveFormatterBase,
    ChromaFormatter,
    LogHzFormatter,
    NoteFormatter,
    TimeFormatter,
    TonnetzFormatter,
)
from .grids import multiplot
from .highlights import highlight
from .legends import colorbar_db, colorbar_phase, legend_for_axes
from .mesh import specshow
from .notations import ChromaFJSFormatter, ChromaSvaraFormatter, FJSFormatter, SvaraFormatter
from .pitched import Transformf0, wavef0
from .waveform import AdaptiveWaveplot, waveshow

__getattr__ = absent(__name__)

__all__ = [
    "AdaptiveEngFormatter",
    "AdaptiveFormatterBase",
    "AdaptiveWaveplot",
    "ChromaFJSFormatter",
    "ChromaFormatter",
    "ChromaSvaraFormatter",
    "FJSFormatter",
    "LogHzFormatter",
    "NoteFormatter",
    "SvaraFormatter",
    "TimeFormatter",
    "TonnetzFormatter",
    "Transformf0",
    "cmap",
    "colorbar_db",
    "colorbar_phase",
    "highlight",
    "infer_cmap",
    "legend_for_axes",
    "multiplot",
    "specshow",
    "wavebars",
    "wavef0",
    "waveshow",
]
