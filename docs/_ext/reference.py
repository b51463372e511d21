"""What the pages of the API reference have beside their docstrings: a line of facts, a picture, and relatives."""

from __future__ import annotations

import functools
import inspect
import json
import re
from pathlib import Path
from typing import Any

import spectro
from spectro._engine.operations import OPERATIONS

DOCS = Path(__file__).parents[1]
FACTS = json.loads((DOCS / "_generated" / "functions.json").read_text(encoding="utf-8"))
PAGES = ("function", "class", "exception")
KINDS = {
    "lazy": "Lazy: arrays to arrays, traceable",
    "host": "Host: looks at values, on the CPU",
    "constant": "Constant: takes no arrays",
}
STREAMS = {
    "streaming.STFT": "stft",
    "streaming.ISTFT": "istft",
    "streaming.MelSpectrogram": "melspectrogram",
    "streaming.MFCC": "mfcc",
    "streaming.OnsetStrength": "onset_strength",
}
# What is no function of arrays: a line, and the names of which it is true.
OTHERS = {
    "Object: MLX arrays to MLX arrays, lazy and traceable. Kernels for CPU and GPU. "
    "Gradients by signals and spectra": "SpectralTransform MelSpectrogramTransform",
    "Object: reads NumPy arrays, on the CPU": "display.AdaptiveWaveplot display.Transformf0",
    "Object: labels the ticks of Matplotlib's axes": "display.TimeFormatter "
    "display.TonnetzFormatter display.ChromaSvaraFormatter display.ChromaFormatter "
    "display.FJSFormatter display.SvaraFormatter display.ChromaFJSFormatter "
    "display.AdaptiveEngFormatter display.LogHzFormatter display.NoteFormatter "
    "display.AdaptiveFormatterBase",
    "Program: takes no arrays, and gives none": "get_transform_mlx resolve_fft_params "
    "spec_mlx_device_key get_cache_debug_stats reset_cache_debug_stats use_arrays use_backend "
    "clear_cache show_versions",
    "Copy: an array of any kind, evaluated, without gradients": "to_mlx to_numpy",
    "Exception": "ParameterError",
    "Warning": "FallbackWarning",
}
# Functions that belong together, a family a line: each page names the others. A name may be in several.
FAMILIES = """
load stream get_duration get_samplerate resample to_mono loadx
extract load stream
to_mono to_multi to_stereo
autocorrelate lpc
zero_crossings feature.zero_crossing_rate
mu_compress mu_expand
tone chirp clicks
stft istft magphase spectrogram reassigned_spectrogram streaming.STFT
istft griffinlim streaming.ISTFT
griffinlim phase_vocoder griffinlim_cqt feature.inverse.mel_to_audio
power_to_db amplitude_to_db db_to_power db_to_amplitude perceptual_weighting pcen
frequency_weighting multi_frequency_weighting perceptual_weighting
A_weighting B_weighting C_weighting D_weighting Z_weighting frequency_weighting
frames_to_time time_to_frames frames_to_samples samples_to_frames samples_to_time time_to_samples
blocks_to_frames blocks_to_samples blocks_to_time stream
times_like samples_like frames_to_time
hz_to_mel mel_to_hz mel_frequencies
hz_to_midi midi_to_hz hz_to_note note_to_hz midi_to_note note_to_midi
hz_to_octs octs_to_hz
A4_to_tuning tuning_to_A4 estimate_tuning
mel_frequencies fft_frequencies cqt_frequencies tempo_frequencies fourier_tempo_frequencies
cqt vqt icqt pseudo_cqt hybrid_cqt griffinlim_cqt cqt_frequencies
cqt filters.wavelet filters.wavelet_lengths
key_to_notes key_to_degrees fifths_to_note
interval_frequencies pythagorean_intervals plimit_intervals
interval_to_fjs hz_to_fjs plimit_intervals
hz_to_svara_h midi_to_svara_h note_to_svara_h thaat_to_degrees list_thaat
hz_to_svara_c midi_to_svara_c note_to_svara_c mela_to_degrees mela_to_svara list_mela
piptrack estimate_tuning pitch_tuning
yin pyin piptrack
interp_harmonics f0_harmonics salience
phase_vocoder effects.time_stretch effects.pitch_shift
iirt filters.mr_frequencies filters.semitone_filterbank
reassigned_spectrogram fmt
melspectrogram mfcc filters.mel feature.inverse.mel_to_stft streaming.MelSpectrogram
mfcc feature.delta filters.dct feature.inverse.mfcc_to_mel streaming.MFCC
feature.chroma_stft feature.chroma_cqt feature.chroma_vqt feature.chroma_cens feature.tonnetz filters.chroma
feature.spectral_centroid feature.spectral_bandwidth feature.spectral_rolloff feature.spectral_features
feature.spectral_contrast feature.spectral_flatness feature.spectral_features
feature.rms feature.zero_crossing_rate feature.spectral_features
feature.poly_features feature.spectral_centroid
feature.delta feature.stack_memory
feature.tempo feature.tempogram feature.fourier_tempogram feature.tempogram_ratio beat.beat_track
feature.tempogram feature.fourier_tempogram feature.hybrid_tempogram feature.metrogram
feature.inverse.mel_to_stft feature.inverse.mel_to_audio feature.inverse.mfcc_to_mel feature.inverse.mfcc_to_audio
onset_strength onset_strength_multi onset.onset_detect onset.onset_backtrack streaming.OnsetStrength
onset.onset_detect util.peak_pick
beat.beat_track beat.plp onset_strength
sequence.dtw sequence.dtw_backtracking sequence.path_to_steps sequence.rqa
sequence.viterbi sequence.viterbi_discriminative sequence.viterbi_binary sequence.transition_loop
sequence.transition_uniform sequence.transition_loop sequence.transition_cycle sequence.transition_local
sequence.transition_loop sequence.viterbi
decompose.hpss effects.hpss effects.harmonic effects.percussive util.softmask
decompose.decompose decompose.nn_filter util.nnls
segment.recurrence_matrix segment.cross_similarity segment.path_enhance decompose.nn_filter
segment.recurrence_to_lag segment.lag_to_recurrence segment.timelag_filter segment.recurrence_matrix
segment.agglomerative segment.subsegment util.sync
segment.path_enhance filters.diagonal_filter
effects.trim effects.split effects.remix
effects.time_stretch effects.pitch_shift resample
effects.preemphasis effects.deemphasis
filters.mel filters.melscale_fbanks mel_frequencies
filters.chroma filters.cq_to_chroma
filters.wavelet filters.wavelet_lengths
get_window filters.window_bandwidth filters.window_sumsquare
display.specshow display.waveshow display.cmap
display.specshow display.infer_cmap display.colorbar_db display.colorbar_phase display.legend_for_axes display.highlight
display.waveshow display.wavebars display.wavef0 display.multiplot display.AdaptiveWaveplot display.Transformf0
display.TimeFormatter display.NoteFormatter display.LogHzFormatter display.ChromaFormatter display.TonnetzFormatter
display.SvaraFormatter display.FJSFormatter display.ChromaSvaraFormatter display.ChromaFJSFormatter
display.TimeFormatter display.AdaptiveFormatterBase display.AdaptiveEngFormatter
streaming.STFT streaming.ISTFT streaming.MelSpectrogram streaming.MFCC streaming.OnsetStrength
util.frame util.pad_center util.fix_length util.expand_to
util.interp_broadcast interp_harmonics f0_harmonics
util.fix_frames util.index_to_slice util.sync
util.stack util.axis_sort
util.normalize util.softmask
util.shear util.fill_off_diagonal util.cyclic_gradient util.sparsify_rows
util.abs2 util.phasor magphase
util.dtype_r2c util.dtype_c2r util.tiny util.buf_to_float
util.count_unique util.is_unique
util.peak_pick util.localmax util.localmin
util.match_events util.match_intervals
util.valid_audio util.valid_int util.valid_intervals util.is_positive_int
util.example util.ex util.example_info util.list_examples util.find_files
presets.whisper presets.nemo presets.kaldi_fbank presets.torchaudio_mel melspectrogram
presets.kaldi_fbank presets.kaldi_mfcc mfcc
presets.tacotron2 presets.hifigan feature.inverse.mel_to_audio
presets.vggish melspectrogram
use_arrays to_mlx to_numpy use_backend clear_cache show_versions
SpectralTransform MelSpectrogramTransform get_transform_mlx make_window resolve_fft_params
melscale_fbanks filters.mel MelSpectrogramTransform
transforms.amplitude_to_db amplitude_to_db
get_cache_debug_stats reset_cache_debug_stats spec_mlx_device_key get_transform_mlx
ParameterError FallbackWarning use_backend
"""


def found(name: str) -> Any:
    """The object of a public name."""
    return functools.reduce(getattr, name.split("."), spectro)


def relatives(name: str) -> list[str]:
    """The names on the lines that have this one; windows are relatives of `get_window`."""
    if name.startswith("windows."):
        return ["get_window", "filters.window_bandwidth"]
    every = [
        other
        for line in FAMILIES.splitlines()
        if name in line.split()
        for other in line.split()
    ]
    return [other for other in dict.fromkeys(every) if other != name]


def facts(name: str) -> str:
    """One line: the kind, who computes it, and what has gradients."""
    if name in STREAMS:
        said = devices(FACTS[STREAMS[name]]["operations"], "lazy")[0]
        return f"Stream: keeps what the next block needs. {said[0].upper()}{said[1:]}."
    fact = FACTS.get(name)
    if fact is None:
        return (
            next(line for line, names in OTHERS.items() if name in names.split()) + "."
        )
    parts = [KINDS[fact["kind"]], *devices(fact["operations"], fact["kind"])]
    if fact["kind"] == "lazy":
        by = " and ".join(
            ", ".join(f"``{array}``" for array in fact["by"]).rsplit(", ", 1)
        )
        parts.append(f"gradients by {by}" if by else "no gradients")
    return ". ".join(part[0].upper() + part[1:] for part in parts) + "."


def devices(operations: list[str], kind: str) -> list[str]:
    """Which of the operations have kernels of ours, and where."""
    if not operations:
        return ["MLX's operations, on every device"] if kind == "lazy" else []
    own = {
        place: [name for name in operations if place in OPERATIONS[name].fast]
        for place in ("cpu", "gpu")
    }
    if own["cpu"] == own["gpu"] == operations:
        return ["kernels for CPU and GPU"]
    places = {"cpu": "the CPU", "gpu": "GPUs"}
    said = [
        f"for {places[place]}" + _which(names, operations)
        for place, names in own.items()
        if names
    ]
    rest = "" if own["gpu"] == operations else "; MLX's operations elsewhere"
    return (
        [f"kernels {', '.join(said)}{rest}"]
        if said
        else ["MLX's operations, on every device"]
    )


def _which(names: list[str], operations: list[str]) -> str:
    """The names in brackets, where they are not all."""
    return "" if names == operations else f" (``{'``, ``'.join(names)}``)"


def see_also(
    app: Any, what: str, path: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Give a docstring that has no relatives its own, before numpydoc reads it."""
    name = path.removeprefix("spectro.")
    if what not in PAGES or "See Also" in lines or not lines:
        return
    others = relatives(name)
    if others:
        lines += ["", "See Also", "--------"]
        for other in others:
            lines += [f"spectro.{other} : {_summary(found(other))}"]


def _summary(obj: Any) -> str:
    """The first sentence of a docstring."""
    first = (inspect.getdoc(obj) or "").split("\n\n")[0].replace("\n", " ")
    return re.split(r"(?<=\w)[.:](?: |$)", first)[0].rstrip(".") + "."


def top(
    app: Any, what: str, path: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Put facts and picture below the first paragraphs of a page, after numpydoc."""
    name = path.removeprefix("spectro.")
    if what not in PAGES:
        return
    line, picture = facts(name), DOCS / "images" / "api" / f"{name}.svg"
    starts = [
        at
        for at, text in enumerate(lines)
        if re.match(r":\w[\w ]*:$|\.\. (rubric|seealso)::", text)
    ]
    at = starts[0] if starts else len(lines)
    if picture.exists():
        lines[at:at] = ["", f".. picture:: {name}", ""]
    if line:
        first = next(
            (
                k
                for k, text in enumerate(lines)
                if k and not text.strip() and lines[k - 1].strip()
            ),
            at,
        )
        lines[first:first] = ["", ".. rst-class:: facts", "", line, ""]
