"""Names of pitches and the intervals behind them: keys, just intonation, the svaras of Indian music."""

from .fjs import hz_to_fjs, interval_to_fjs
from .intervals import interval_frequencies, plimit_intervals, pythagorean_intervals
from .keys import fifths_to_note, key_to_degrees, key_to_notes
from .ragas import list_mela, list_thaat, mela_to_degrees, mela_to_svara, thaat_to_degrees
from .svara import (
    hz_to_svara_c,
    hz_to_svara_h,
    midi_to_svara_c,
    midi_to_svara_h,
    note_to_svara_c,
    note_to_svara_h,
)

__all__ = [
    "fifths_to_note",
    "hz_to_fjs",
    "hz_to_svara_c",
    "hz_to_svara_h",
    "interval_frequencies",
    "interval_to_fjs",
    "key_to_degrees",
    "key_to_notes",
    "list_mela",
    "list_thaat",
    "mela_to_degrees",
    "mela_to_svara",
    "midi_to_svara_c",
    "midi_to_svara_h",
    "note_to_svara_c",
    "note_to_svara_h",
    "plimit_intervals",
    "pythagorean_intervals",
    "thaat_to_degrees",
]
