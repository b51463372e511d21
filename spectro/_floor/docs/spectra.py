"""Texts that docstrings share: signals, spectra, mel bands and decibels."""

TEXTS = {
    "mlx_spectro": "This is mlx-spectro's interface, kept for its programs.",
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
}
