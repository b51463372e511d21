"""Rows of the table of cases: names of notes, intervals and scales."""

from __future__ import annotations

from typing import Any

import librosa
import numpy as np
from case import Case, case, constant

HERTZ = 261.0 * 2 ** (np.array([-13.0, 0.0, 2.2, 14.8]) / 12)
MIDI = np.array([47.0, 61.0, 75.5])
JUST = np.array([60.0, 75.0, 90.0, 105.0])


def _carnatic(midi: np.ndarray, **call: Any) -> Any:
    return librosa.midi_to_svara_c(midi, **call)  # which finds its array by place alone


ROWS: list[Case] = [
    case("hz_to_svara_h", kind="host", frequencies=HERTZ, Sa=261.0),
    case("hz_to_svara_c", kind="host", frequencies=HERTZ, Sa=261.0, mela=22),
    case("midi_to_svara_h", kind="host", midi=MIDI, Sa=60, truth=lambda midi, Sa: librosa.midi_to_svara_h(midi, Sa=Sa)),
    case("midi_to_svara_c", kind="host", midi=MIDI, Sa=60, mela=1, truth=_carnatic),
    case("hz_to_fjs", kind="host", frequencies=JUST),
    case("interval_to_fjs", kind="host", interval=JUST / 60, truth=lambda interval: librosa.interval_to_fjs(interval)),
    constant("interval_frequencies", n_bins=9, fmin=0.5, intervals="ji5"),
    constant("plimit_intervals", primes=[3, 5, 7], bins_per_octave=9),
    constant("pythagorean_intervals", bins_per_octave=7),
]
