"""Time and frequency: stretched spectrograms, reassigned ones, filter banks in time, and the scale of a signal."""

from .filterbank import iirt
from .mellin import fmt
from .reassignment import reassigned_spectrogram
from .vocoder import phase_vocoder

__all__ = ["fmt", "iirt", "phase_vocoder", "reassigned_spectrogram"]
