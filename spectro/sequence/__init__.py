"""Sequences: hidden states decoded by Viterbi's algorithm, and the matrices of their transitions."""

from .._floor.absent import absent
from .hidden import viterbi, viterbi_binary, viterbi_discriminative
from .transitions import transition_cycle, transition_local, transition_loop, transition_uniform

__getattr__ = absent(__name__)

__all__ = [
    "transition_cycle",
    "transition_local",
    "transition_loop",
    "transition_uniform",
    "viterbi",
    "viterbi_binary",
    "viterbi_discriminative",
]
