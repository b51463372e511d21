"""Sequences: aligned by warping, and hidden states decoded by Viterbi's algorithm."""

from .._floor.absent import absent
from .hidden import viterbi, viterbi_binary, viterbi_discriminative
from .transitions import transition_cycle, transition_local, transition_loop, transition_uniform
from .warping import dtw, dtw_backtracking, path_to_steps, rqa

__getattr__ = absent(__name__)

__all__ = [
    "dtw",
    "dtw_backtracking",
    "path_to_steps",
    "rqa",
    "transition_cycle",
    "transition_local",
    "transition_loop",
    "transition_uniform",
    "viterbi",
    "viterbi_binary",
    "viterbi_discriminative",
]
