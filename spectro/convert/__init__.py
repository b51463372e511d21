"""Conversions of units: mel, Hz and octaves, MIDI and notes, weightings, frames, blocks, samples and seconds.

All are computed in float64. An MLX array gives float32 (int64 for indices), lazily and with gradients; NumPy arrays,
lists and numbers give NumPy in float64 (int64).
"""

from .blocks import blocks_to_frames, blocks_to_samples, blocks_to_time
from .frequency import (
    fft_frequencies,
    fourier_tempo_frequencies,
    hz_to_mel,
    mel_frequencies,
    mel_to_hz,
    tempo_frequencies,
)
from .like import samples_like, times_like
from .octaves import A4_to_tuning, cqt_frequencies, hz_to_octs, octs_to_hz, tuning_to_A4
from .pitch import hz_to_midi, hz_to_note, midi_to_hz, midi_to_note, note_to_hz, note_to_midi
from .time import frames_to_samples, frames_to_time, samples_to_frames, samples_to_time, time_to_frames, time_to_samples
from .weighting import (
    A_weighting,
    B_weighting,
    C_weighting,
    D_weighting,
    Z_weighting,
    frequency_weighting,
    multi_frequency_weighting,
)

__all__ = [
    "A4_to_tuning",
    "A_weighting",
    "B_weighting",
    "C_weighting",
    "D_weighting",
    "Z_weighting",
    "blocks_to_frames",
    "blocks_to_samples",
    "blocks_to_time",
    "cqt_frequencies",
    "fft_frequencies",
    "fourier_tempo_frequencies",
    "frames_to_samples",
    "frames_to_time",
    "frequency_weighting",
    "hz_to_mel",
    "hz_to_midi",
    "hz_to_note",
    "hz_to_octs",
    "mel_frequencies",
    "mel_to_hz",
    "midi_to_hz",
    "midi_to_note",
    "multi_frequency_weighting",
    "note_to_hz",
    "note_to_midi",
    "octs_to_hz",
    "samples_like",
    "samples_to_frames",
    "samples_to_time",
    "tempo_frequencies",
    "time_to_frames",
    "time_to_samples",
    "times_like",
    "tuning_to_A4",
]
