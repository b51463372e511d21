"""Texts that docstrings share: pitch and hidden states."""

TEXTS = {
    "f0_range": """\
fmin : float > 0
    Lowest frequency in Hz; a frame must hold more than one period of it, and should hold two.
fmax : float > fmin, up to sr / 2
    Highest frequency in Hz.""",
    "f0_framing": """\
frame_length : int >= 1
    Samples of a frame.
win_length : int, optional
    Has no effect: librosa 0.11 has it for older programs, and 1.0 has not. It is warned of.
hop_length : int >= 1, optional
    Samples from one frame to the next; ``frame_length // 4`` by default.""",
    "f0_padding": """\
center : bool
    Center frame `t` on sample `t * hop_length` by padding ``frame_length // 2`` samples on both sides.
pad_mode : str or callable
    As `numpy.pad`.""",
    "raises_f0": """\
ParameterError
    For a bad argument, for a frame that holds no period of `fmin`, or a signal that holds no frame.""",
    "yin_reference": """\
.. [1] de Cheveigné, A. and Kawahara, H., "YIN, a fundamental frequency estimator for speech and music", Journal of
   the Acoustical Society of America 111(4), 2002.""",
    "harmonic_freqs": """\
freqs : array (f,), or of the shape of the spectra
    Frequency in Hz of each bin, or of each bin and frame; values of an MLX array are looked at.""",
    "harmonics": """\
harmonics : list of float
    Multiples of a frequency; values below 1 are subharmonics.""",
    "harmonic_reading": """\
kind : str
    Interpolation between bins: 'linear', or another of SciPy's `interp1d`, which looks at values.
fill_value : float
    Finite, or NaN: the energy beyond the frequencies.
axis : int
    The axis of frequencies.""",
    "n_states": """\
n_states : int >= 2
    Number of states.""",
    "prob_of_states": """\
prob : float in 0 .. 1, or list (n_states,) of them
    Probability to stay, in all states or in each.""",
    "transition": """\
transition : array (n_states, n_states)
    Probability to go from state i, the row, to state j, the column; rows sum to 1.""",
    "p_init": """\
p_init : array (n_states,), optional
    Probability of each state in the first step; all alike by default.""",
    "least_transition": """\
transition_min_prob : float >= 0, optional
    Transitions that are less likely than this are never taken, which takes less time; by default all count.""",
    "hidden_states": """\
states : numpy.ndarray (..., t) of int
    The state in each step.""",
    "viterbi_reference": """\
.. [1] Viterbi, A., "Error bounds for convolutional codes and an asymptotically optimum decoding algorithm", IEEE
   Transactions on Information Theory 13(2), 1967.""",
    "transitions": """\
array (n_states, n_states) float64; float32 in MLX
    Probability to go from state i, the row, to state j, the column; rows sum to 1.""",
}
