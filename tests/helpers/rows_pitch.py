"""Rows of the table of cases: fundamental frequencies, harmonics, and hidden states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import librosa
import numpy as np
from case import SR, Case, case, constant, levels, normal

HIDDEN = librosa.sequence
F0 = {"sr": SR, "fmin": 200, "fmax": 2000, "frame_length": 128, "hop_length": 50}
VOICE = {"max_transition_rate": 5, "resolution": 0.4, **F0}
HARMONICS = {"freqs": [0.0, 10.0, 25.0, 30.0, 45.0, 60.0], "harmonics": [0.5, 1, 2.2]}
TONE = np.float32(np.sin(np.arange(500) ** 1.3 / 20) + 0.05 * normal(500)).astype(np.float64)
SEEN = np.float32(levels(3, 12) / 8).astype(np.float64)
CHAIN = {"transition": [[0.5, 0.5, 0.0], [0.25, 0.25, 0.5], [0.0, 0.125, 0.875]]}
SWITCH = {"transition": [[0.875, 0.125], [0.25, 0.75]]}


def _of_lists(function: Callable[..., Any]) -> Callable[..., Any]:
    """librosa's function, which takes no lists."""

    def truth(**call: Any) -> Any:
        return function(**{key: np.array(value) if isinstance(value, list) else value for key, value in call.items()})

    return truth


INTERPOLATED, AT_F0, SALIENCE = map(_of_lists, (librosa.interp_harmonics, librosa.f0_harmonics, librosa.salience))

ROWS: list[Case] = [
    case("yin", kind="host", y=TONE, **F0),
    case("yin", "channels", kind="host", y=np.stack([TONE, 0 * TONE]), center=False, trough_threshold=0.5, **F0),
    case("pyin", kind="host", part=0, y=TONE, fill_na=-1, **VOICE),
    case("pyin", "flags", kind="host", part=1, y=TONE, **VOICE),
    case("pyin", "probabilities", kind="host", part=2, y=TONE, n_thresholds=20, pad_mode="reflect", **VOICE),
    case("interp_harmonics", truth=INTERPOLATED, x=levels(6, 5), keeps=True, **HARMONICS),
    case(
        "interp_harmonics", "last", truth=INTERPOLATED, x=levels(5, 6), keeps=True, axis=-1, fill_value=-1, **HARMONICS
    ),
    case(
        "f0_harmonics",
        truth=AT_F0,
        x=levels(6, 5),
        f0=np.array([11.0, 14.0, 22.5, 28.0, 55.0]),
        keeps=True,
        **HARMONICS,
    ),
    case(
        "salience", truth=SALIENCE, S=levels(6, 5), keeps=True, filter_peaks=False, weights=[1, 0.5, 0.25], **HARMONICS
    ),
    case("salience", "peaks", truth=SALIENCE, S=levels(6, 5), keeps=True, fill_value=0, **HARMONICS),
    case("sequence.viterbi", kind="host", prob=SEEN, truth=_of_lists(HIDDEN.viterbi), **CHAIN),
    case(
        "sequence.viterbi_discriminative",
        kind="host",
        prob=np.array([[0.5, 0.25, 0.125], [0.25, 0.625, 0.125], [0.25, 0.125, 0.75]]),
        p_state=[0.5, 0.25, 0.25],
        truth=_of_lists(HIDDEN.viterbi_discriminative),
        **CHAIN,
    ),
    case("sequence.viterbi_binary", kind="host", prob=SEEN, truth=_of_lists(HIDDEN.viterbi_binary), **SWITCH),
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
