"""Pictures of spectrograms and waveforms with matplotlib: librosa's `display`.

It needs matplotlib, which the extra `plot` brings: ``pip install matplotlib``.
"""

try:
    import matplotlib  # noqa: F401
except ImportError as error:
    raise ImportError("spectro.display needs matplotlib: pip install matplotlib") from error

from .._floor.absent import absent
from .colors import cmap
from .formatters import ChromaFormatter, LogHzFormatter, NoteFormatter, TimeFormatter, TonnetzFormatter
from .mesh import specshow
from .notations import ChromaFJSFormatter, ChromaSvaraFormatter, FJSFormatter, SvaraFormatter
from .waveform import AdaptiveWaveplot, waveshow

__getattr__ = absent(__name__)

__all__ = [
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
    "cmap",
    "specshow",
    "waveshow",
]
