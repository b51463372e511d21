"""The front ends of well-known models, with their parameters: log-mel spectrograms and coefficients (..., bands, t)."""

from .kaldi import kaldi_fbank, kaldi_mfcc
from .nemo import nemo
from .torchaudio import torchaudio_mel
from .vggish import vggish
from .vocoders import hifigan, tacotron2
from .whisper import whisper

__all__ = ["hifigan", "kaldi_fbank", "kaldi_mfcc", "nemo", "tacotron2", "torchaudio_mel", "vggish", "whisper"]
