"""Rows of the table of cases: fundamental frequencies, harmonics, and hidden states."""

from __future__ import annotations

import librosa
from case import Case, constant

HIDDEN = librosa.sequence

ROWS: list[Case] = [
    constant("sequence.transition_uniform", n_states=3, truth=HIDDEN.transition_uniform),
    constant("sequence.transition_loop", n_states=3, prob=[0.8, 0.5, 0.25], truth=HIDDEN.transition_loop),
    constant("sequence.transition_cycle", n_states=4, prob=0.9, truth=HIDDEN.transition_cycle),
    constant("sequence.transition_local", n_states=5, width=[1, 2, 3, 4, 5], truth=HIDDEN.transition_local),
    constant(
        "sequence.transition_local",
        "wrap",
        n_states=6,
        width=4,
        wrap=True,
        window="ones",
        truth=HIDDEN.transition_local,
    ),
]
