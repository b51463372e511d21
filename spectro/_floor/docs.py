"""What docstrings say in many places, said once: `documented` puts it where a line names it.

A line ``%(sr)s`` of a docstring stands for the text of that name below, indented as the line is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from .docs_constantq import CONSTANTQ
from .docs_notation import NOTATION

F = TypeVar("F", bound=Callable[..., Any])

MARK = re.compile(r"^( *)%\((\w+)\)s$", re.MULTILINE)


def documented(fn: F) -> F:
    """Fill the marked lines of a function's docstring; `python -OO` leaves none."""
    if fn.__doc__ is not None:
        fn.__doc__ = filled(fn.__doc__)
    return fn


def filled(doc: str) -> str:
    """Put the texts where the lines ``%(name)s`` stand, each line as far in as its mark."""

    def text(mark: re.Match[str]) -> str:
        indent, name = mark.groups()
        return "\n".join(indent + line if line else line for line in filled(FRAGMENTS[name]).splitlines())

    return MARK.sub(text, doc)


# By subject. A text may name others.
FRAGMENTS = {
    "mlx_spectro": "This is mlx-spectro's interface, kept for its programs.",
    # signals and spectrograms
    "y": """\
y : array (..., n)
    Real signal; leading dimensions are channels.""",
    "y_or_S": """\
y : array (..., n), optional
    Real signal; leading dimensions are channels. Not used where `S` is given; one of the two must be.""",
    "separation": """\
kernel_size : int >= 1 or pair of them
    Frames of the median over time, bins of the one over frequency.
power : float > 0
    Exponent of the masks.
mask : bool
    Return what the masks alone would sound like.
margin : float >= 1 or pair of them
    How many times each part must be over the other.""",
    "silence": """\
top_db : float
    Decibels below the reference from which on a frame is silent.
ref : float or callable
    The reference amplitude, or a function of the root mean squares (..., t) of the frames.
frame_length : int >= 1
    Samples of a frame; frames are centered.
hop_length : int >= 1
    Samples from one frame to the next.
aggregate : callable
    Called as `aggregate(levels, axis=axes)` with levels (..., t) in decibels of several channels.""",
    "sr": """\
sr : float > 0
    Sampling rate in Hz.""",
    "S": """\
S : array (..., f, t), optional
    Spectrogram, instead of `y`.""",
    "n_fft": """\
n_fft : int >= 1
    Samples of a frame and of its FFT.""",
    "hop_length": """\
hop_length : int >= 1
    Samples from one frame to the next.""",
    "hop_by_default": """\
hop_length : int >= 1, optional
    Samples from one frame to the next; `win_length // 4` by default.""",
    "win_length": """\
win_length : int in 1 .. n_fft, optional
    Samples of the window, which is centered in the frame; `n_fft` by default.""",
    "window": """\
window : str, tuple, number, callable or array (win_length,)
    See `spectro.get_window`. An MLX array may be differentiated.""",
    "center": """\
center : bool
    Center frame `t` on sample `t * hop_length` by padding `n_fft // 2` samples on both sides.""",
    "pad_mode": """\
pad_mode : {'constant', 'edge', 'reflect', 'symmetric', 'linear_ramp', 'empty'} or callable
    As in `numpy.pad`; 'empty' pads zeros, a callable is handed to `numpy.pad`, which evaluates `y`.""",
    "framing": """\
%(n_fft)s
%(hop_length)s
%(win_length)s
%(window)s
%(center)s
%(pad_mode)s""",
    "power": """\
power : float > 0
    Exponent of the magnitude: 1 for amplitude, 2 for power.""",
    # spectral features
    "magnitudes": """\
S : array (..., f, t), optional
    Magnitudes, instead of `y`: real and not negative. Values of an MLX array are not looked at.""",
    "freq": """\
freq : array (f,) or (..., f, t), optional
    Frequency in Hz of each bin, or of each bin and frame; those of the FFT by default.""",
    "feature_row": """\
array (..., 1, t) float32""",
    "raises_magnitudes": """\
ParameterError
    For a bad argument, for complex or negative magnitudes, or when neither `y` nor `S` is given.""",
    # mel bands and the discrete cosine transform
    "n_mels": """\
n_mels : int >= 1
    Number of bands.""",
    "fmin": """\
fmin : float >= 0
    Lowest frequency in Hz.""",
    "fmax": """\
fmax : float > fmin, optional
    Highest frequency in Hz; `sr / 2` by default.""",
    "htk": """\
htk : bool
    Use HTK's mel scale, see `spectro.hz_to_mel`.""",
    "mel_norm": """\
norm : 'slaney', float or None
    Scale each band to an area of 1 (Hz), to a p-norm of 1 (p >= 0, or infinite), or not at all.""",
    "mel": """\
%(n_mels)s
%(fmin)s
%(fmax)s
%(htk)s
%(mel_norm)s""",
    "dct_type": """\
dct_type : {1, 2, 3, 4}
    Type of the discrete cosine transform.""",
    "mel_references": """\
.. [1] Slaney, M., "Auditory Toolbox", 1998.
.. [2] Young, S. et al., "The HTK book", 2006.""",
    "chroma_references": """\
.. [1] Ellis, D. P. W., "Chroma feature analysis and synthesis", 2007.""",
    "y_or_C": """\
y : array (..., n), optional
    Real signal; leading dimensions are channels. Not used where `C` is given; one of the two must be.""",
    "C": """\
C : array (..., k, t), optional
    Magnitudes of a constant-Q transform.""",
    "chroma_norm": """\
norm : float, optional
    p of the p-norm that each frame gets, infinity for its highest value; None leaves the magnitudes. Frames that
    vanish stay as they are.
threshold : float
    Magnitude below which a pitch class is 0.""",
    "chroma_of_cqt": """\
fmin : float > 0, optional
    Frequency of the lowest bin in Hz; C1 by default.
%(chroma_norm)s
tuning : float, optional
    Deviation from A440 in bins of the transform. By default `estimate_tuning` of `y`, which looks at its values: it
    cannot be traced, and derivatives take it as a number.
n_chroma : int >= 1
    Pitch classes of an octave.
n_octaves : int >= 1
    Octaves above `fmin`.
window : array (w,), optional
    Weights of neighboring bins, see `spectro.filters.cq_to_chroma`.
bins_per_octave : int >= 1, optional
    Bins of an octave, a multiple of `n_chroma`, which None stands for.
cqt_mode : {'full', 'hybrid'}
    `spectro.cqt` or `spectro.hybrid_cqt`.""",
    "raises_y_or_C": """\
ParameterError
    For a bad argument, or when neither `y` nor `C` is given.""",
    # decibels
    "amin": """\
amin : float > 0
    Floor of `S` and `ref`.""",
    "top_db": """\
top_db : float >= 0, optional
    Range below the maximum over `axes`; None for no limit.""",
    "reducer_axes": """\
axes : 'auto', int, tuple of int or None
    Axes over which `top_db` takes the maximum and a function `ref` is applied: "auto" is the last two, so that each
    spectrogram of a batch is treated alone; None is all of them.""",
    "S_db": """\
S_db : array (...)
    Decibels.""",
    # onsets
    "lag": """\
lag : int >= 1
    Frames between the compared spectra.""",
    "max_size": """\
max_size : int >= 1
    Bands over which the earlier spectrum is replaced by its running maximum; 1 for none.""",
    "onset_ref": """\
ref : array (..., m, t), optional
    What the spectra are compared with, instead of the maximum-filtered `S`.""",
    "onset_S": """\
S : array (..., m, t), optional
    Log-power spectrogram in decibels, instead of `y`.""",
    # rhythm
    "y_or_envelope": """\
y : array (..., n), optional
    Real signal; leading dimensions are channels. Not used where `onset_envelope` is given; one of the two must be.""",
    "onset_envelope": """\
onset_envelope : array (..., t), optional
    Onset strength of each frame, see `spectro.onset_strength`.""",
    "event_units": """\
units : {'frames', 'samples', 'time'}
    What events are counted in: frames, samples or seconds.""",
    "sparse_events": """\
sparse : bool
    Give indices, of one channel; when False, give an array that is True where an event is.""",
    "tempogram_length": """\
win_length : int >= 1
    Frames of a window.""",
    "start_bpm": """\
start_bpm : float > 0
    The most usual tempo, in beats per minute.
std_bpm : float > 0
    The standard deviation of tempi, in octaves.""",
    "tempo_prior": """\
prior : object, optional
    Distribution of tempi with a method `logpdf`, as SciPy's, instead of the usual one.""",
    # fundamental frequencies
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
    # hidden states
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
    "hidden_states": """\
states : numpy.ndarray (..., t) of int
    The state in each step.""",
    "viterbi_reference": """\
.. [1] Viterbi, A., "Error bounds for convolutional codes and an asymptotically optimum decoding algorithm", IEEE
   Transactions on Information Theory 13(2), 1967.""",
    "transitions": """\
array (n_states, n_states) float64; float32 in MLX
    Probability to go from state i, the row, to state j, the column; rows sum to 1.""",
    # frames, samples and seconds
    "frames": """\
frames : number or array (...)
    Indices of frames.""",
    "samples": """\
samples : number or array (...)
    Indices of samples.""",
    "times": """\
times : number or array (...)
    Times in seconds.""",
    "to_middle": """\
n_fft : int >= 1, optional
    When given, add half a frame: the middle of a frame instead of its start.""",
    "from_middle": """\
n_fft : int >= 1, optional
    When given, subtract half a frame: the middle of a frame instead of its start.""",
    "X": """\
X : array (..., t) or int
    Array with frames along `axis`, or the number of frames.""",
    "util_axis": """\
axis : int
    The axis of the samples, or frames.""",
    "axis": """\
axis : int
    The axis of X that counts frames.""",
    "indices": """\
array (...) int64
    One index each; a NumPy integer for a Python number.""",
    "seconds": """\
array (...) float32; float64 in NumPy
    Seconds; a NumPy float for a Python number.""",
    # notes
    "note_names": """\
str, or NumPy array (...) of str
    MLX has no strings: an MLX array gives NumPy, too.""",
    "midi_reference": """\
.. [1] MIDI Manufacturers Association, "The complete MIDI 1.0 detailed specification", 1996.""",
    # frequencies
    "frequencies": """\
frequencies : number or array (...)
    Frequencies in Hz.""",
    "min_db": """\
min_db : float, optional
    Lowest weight, in decibels; None for no limit.""",
    "weights": """\
array (...) float32; float64 in NumPy
    Decibels; differentiable.""",
    "tuning": """\
tuning : float
    Deviation from 440 Hz, in bins.""",
    "bins_per_octave": """\
bins_per_octave : int >= 1
    Bins of an octave.""",
    # intervals, keys and scales
    "key": """\
key : str
    Tonic and mode: `C:maj`, `F#:minor`, `E♭:dorian`, ... The modes are major, minor, ionian, dorian, phrygian, lydian,
    mixolydian, aeolian and locrian; three letters do, or the name without "ian".""",
    "sorted_intervals": """\
sort : bool
    True for ascending intervals, False for the order in which they are found.""",
    "return_factors": """\
return_factors : bool
    Give the exponents of the primes instead: a dictionary for each interval, such as ``{2: -1, 3: 1}`` for 3 / 2.""",
    "intervals_of_octave": """\
array (bins_per_octave,) float64; float32 in MLX
    Ratios of frequencies in [1, 2); a list of dictionaries with `return_factors`.""",
    "svara": """\
abbr : bool
    Short names such as `R₁` and `S`, otherwise long ones such as `Ri₁` and `Sa`.
octave : bool
    Mark the octaves next to that of Sa: a dot above or below.
unicode : bool
    Dots and numbers as signs of Unicode; otherwise ' and , behind the name, and plain numbers.""",
    "svara_names": """\
str, or NumPy array (...) of str
    MLX has no strings: an MLX array gives NumPy, too. What is no finite number has no name.""",
    "mela": """\
mela : str or int in 1 .. 72
    Name or number of the melakarta, see `list_mela`; capital letters do not count.""",
    "raises_mela": """\
ParameterError
    If the melakarta is not known; for a name it is a `KeyError`, too.""",
    "Sa_hz": """\
Sa : float > 0
    Frequency of Sa in Hz.""",
    "Sa_midi": """\
Sa : float
    MIDI number of Sa.""",
    "Sa_note": """\
Sa : str
    Name of the note of Sa, such as `C4`; its octave is 0 when not given.""",
    **CONSTANTQ,
    **NOTATION,
    # constant-Q
    "constantq_bins": """\
fmin : float > 0, optional
    Frequency of the lowest bin in Hz, C1 by default.
n_bins : int >= 1
    Number of bins.
%(bins_per_octave)s""",
    "constantq_tuning": """\
tuning : float, optional
    Deviation of the bins, in bins. None estimates it from the signal at each call, which looks at its values: it cannot
    be traced, and derivatives take it as a number.""",
    "wavelets": """\
filter_scale : float > 0
    Factor of the wavelets' lengths.
norm : float, optional
    p of the p-norm that each wavelet has (p >= 0, or infinite); None leaves them.
sparsity : float in [0, 1)
    Part of the sum of magnitudes of each wavelet's spectrum that its smallest values may make up, which are left out.
window : str, tuple, number or callable
    See `spectro.get_window`.""",
    "constantq_scale": """\
scale : bool
    Divide each bin by the square root of its wavelet's length in samples.""",
    "constantq_res_type": """\
res_type : str, optional
    How the sampling rate is changed. None takes one filter, lazy and differentiable, which passes up to 0.913 of the
    lower Nyquist frequency as soxr's high quality does, and is 100 dB down from that frequency on. ``soxr_vhq`` to
    ``soxr_qq`` go to soxr, which looks at the values. The filter stands for librosa's other resamplers.""",
    "raises_constantq": """\
ParameterError
    For a bad argument; if a wavelet reaches beyond the Nyquist frequency; if the signal is too short to be
    downsampled.""",
    # made signals and blocks
    "length_or_duration": """\
length : int >= 1, optional
    Number of samples; it goes before `duration`. One of the two must be given.
duration : float > 0, optional
    Seconds, of which the whole samples are made.""",
    "blocks": """\
blocks : number or array (...)
    Indices of blocks.""",
    "block_length": """\
block_length : int >= 1
    Frames of a block.""",
    # sequences aligned
    "warping_steps": """\
step_sizes_sigma : array (s, 2) of int >= 0, optional
    Steps (rows, columns) that paths are made of; (1, 1), (0, 1) and (1, 0) by default. Of equal ones the first is
    taken.""",
    # recurrence
    "nn_metric": """\
metric : str or callable
    How far frames are apart: 'euclidean', 'sqeuclidean', 'cosine', 'manhattan' or 'chebyshev'; with scikit-learn
    whatever its `NearestNeighbors` takes.""",
    "nn_mode": """\
mode : {'connectivity', 'distance', 'affinity'}
    What links are: True, their distances, or ``exp(-distance / bandwidth)``.""",
    "nn_sparse": """\
sparse : bool
    Give a sparse matrix, which needs SciPy.""",
    "nn_bandwidth": """\
bandwidth : float > 0, array or str, optional
    Of affinities: a number; one for each pair, with frames along the first axis and their neighbors along the
    second; or 'med_k_scalar' (default), the median of the distances to the k-th neighbors. With the distances
    to the k-th neighbors of both frames of a pair 'mean_k' and 'gmean_k' take their means, arithmetic and
    geometric; 'mean_k_avg', 'gmean_k_avg' those of the mean distances to all k; 'mean_k_avg_and_pair' the mean
    of the latter and the distance of the pair.""",
    # types and errors
    "float32": """\
dtype : float32, optional
    Only float32 is computed.""",
    "raises": """\
ParameterError
    For a bad argument.""",
    "raises_y_or_S": """\
ParameterError
    For a bad argument, or when neither `y` nor `S` is given.""",
    "raises_empty_bands": """\
ParameterError
    For a bad argument. Bands that hold no bin are zero, with a warning "Empty filters detected".""",
}
