"""Conversions of units: mel and Hz, MIDI and notes, frames, samples and seconds.

All are computed in float64. An MLX array gives float32 (int64 for indices), lazily and with gradients; NumPy arrays,
lists and numbers give NumPy in float64 (int64).
"""

from .frequency import (
    fft_frequencies,
    fourier_tempo_frequencies,
    hz_to_mel,
    mel_frequencies,
    mel_to_hz,
    tempo_frequencies,
)
from .like import samples_like, times_like
from .pitch import hz_to_midi, hz_to_note, midi_to_hz, midi_to_note, note_to_hz, note_to_midi
from .time import frames_to_samples, frames_to_time, samples_to_frames, samples_to_time, time_to_frames, time_to_samples

__all__ = [
    "fft_frequencies",
    "fourier_tempo_frequencies",
    "frames_to_samples",
    "frames_to_time",
    "hz_to_mel",
    "hz_to_midi",
    "hz_to_note",
    "mel_frequencies",
    "mel_to_hz",
    "midi_to_hz",
    "midi_to_note",
    "note_to_hz",
    "note_to_midi",
    "samples_like",
    "samples_to_frames",
    "samples_to_time",
    "tempo_frequencies",
    "time_to_frames",
    "time_to_samples",
    "times_like",
]
