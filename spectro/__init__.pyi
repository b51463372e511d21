from . import audio as audio
from . import beat as beat
from . import convert as convert
from . import core as core
from . import decibel as decibel
from . import (
    effects as effects,
)
from . import (
    energy as energy,
)
from . import errors as errors
from . import feature as feature
from . import filters as filters
from . import loudness as loudness
from . import onset as onset
from . import phase as phase
from . import signals as signals
from . import spectrum as spectrum
from . import transforms as transforms
from . import util as util
from . import windows as windows
from ._cli.info import show_versions as show_versions
from ._engine.calls import clear_cache as clear_cache
from ._engine.dispatch import use_backend as use_backend
from ._floor.kinds import use_arrays as use_arrays
from .audio import get_duration as get_duration
from .audio import get_samplerate as get_samplerate
from .audio import load as load
from .audio import stream as stream
from .convert import A4_to_tuning as A4_to_tuning
from .convert import A_weighting as A_weighting
from .convert import B_weighting as B_weighting
from .convert import C_weighting as C_weighting
from .convert import D_weighting as D_weighting
from .convert import Z_weighting as Z_weighting
from .convert import blocks_to_frames as blocks_to_frames
from .convert import blocks_to_samples as blocks_to_samples
from .convert import blocks_to_time as blocks_to_time
from .convert import cqt_frequencies as cqt_frequencies
from .convert import fft_frequencies as fft_frequencies
from .convert import fourier_tempo_frequencies as fourier_tempo_frequencies
from .convert import frames_to_samples as frames_to_samples
from .convert import frames_to_time as frames_to_time
from .convert import frequency_weighting as frequency_weighting
from .convert import hz_to_mel as hz_to_mel
from .convert import hz_to_midi as hz_to_midi
from .convert import hz_to_note as hz_to_note
from .convert import hz_to_octs as hz_to_octs
from .convert import mel_frequencies as mel_frequencies
from .convert import mel_to_hz as mel_to_hz
from .convert import midi_to_hz as midi_to_hz
from .convert import midi_to_note as midi_to_note
from .convert import multi_frequency_weighting as multi_frequency_weighting
from .convert import note_to_hz as note_to_hz
from .convert import note_to_midi as note_to_midi
from .convert import octs_to_hz as octs_to_hz
from .convert import samples_like as samples_like
from .convert import samples_to_frames as samples_to_frames
from .convert import samples_to_time as samples_to_time
from .convert import tempo_frequencies as tempo_frequencies
from .convert import time_to_frames as time_to_frames
from .convert import time_to_samples as time_to_samples
from .convert import times_like as times_like
from .convert import tuning_to_A4 as tuning_to_A4
from .decibel import amplitude_to_db as amplitude_to_db
from .decibel import db_to_amplitude as db_to_amplitude
from .decibel import db_to_power as db_to_power
from .decibel import power_to_db as power_to_db
from .energy import spectrogram as spectrogram
from .errors import FallbackWarning as FallbackWarning
from .errors import ParameterError as ParameterError
from .feature import melspectrogram as melspectrogram
from .feature import mfcc as mfcc
from .loudness import pcen as pcen
from .loudness import perceptual_weighting as perceptual_weighting
from .onset import onset_strength as onset_strength
from .onset import onset_strength_multi as onset_strength_multi
from .phase import griffinlim as griffinlim
from .signals import (
    autocorrelate as autocorrelate,
)
from .signals import (
    chirp as chirp,
)
from .signals import (
    clicks as clicks,
)
from .signals import (
    lpc as lpc,
)
from .signals import (
    mu_compress as mu_compress,
)
from .signals import (
    mu_expand as mu_expand,
)
from .signals import (
    resample as resample,
)
from .signals import (
    to_mono as to_mono,
)
from .signals import (
    tone as tone,
)
from .signals import (
    zero_crossings as zero_crossings,
)
from .spectrum import istft as istft
from .spectrum import magphase as magphase
from .spectrum import stft as stft
from .transforms import ISTFTBackendPolicy as ISTFTBackendPolicy
from .transforms import MelSpectrogramTransform as MelSpectrogramTransform
from .transforms import SpectralTransform as SpectralTransform
from .transforms import STFTOutputLayout as STFTOutputLayout
from .transforms import WindowLike as WindowLike
from .transforms import get_cache_debug_stats as get_cache_debug_stats
from .transforms import get_transform_mlx as get_transform_mlx
from .transforms import make_window as make_window
from .transforms import melscale_fbanks as melscale_fbanks
from .transforms import reset_cache_debug_stats as reset_cache_debug_stats
from .transforms import resolve_fft_params as resolve_fft_params
from .transforms import spec_mlx_device_key as spec_mlx_device_key
from .util import ex as ex
from .util import example as example
from .util.exceptions import LibrosaError as LibrosaError
from .windows import get_window as get_window

__version__: str
librosa_version: str
