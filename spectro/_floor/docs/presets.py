"""Texts that docstrings share: the options of Kaldi."""

TEXTS = {
    "kaldi_y": """\
y : array (..., n)
    Signal in Kaldi's scale, that of 16-bit samples: `32768 * y` of one in -1 .. 1. The scale shifts the levels, and
    decides where their floor is. Leading dimensions are channels.""",
    "kaldi_frames": """\
frame_length, frame_shift : float > 0
    Milliseconds of a frame, and from one to the next; parts of a sample are cut off.
window_type : {'povey', 'hamming', 'hanning', 'sine', 'blackman', 'rectangular'}
    Symmetric windows; Povey's is Hann's to the power of 0.85.
blackman_coeff : float
    Of the window 'blackman'.
preemphasis_coefficient : float in 0 .. 1
    Share of the sample before that is taken away from each, within a frame; the first loses its own share.
remove_dc_offset : bool
    Take each frame's mean away first.
snip_edges : bool
    Only frames that lie in the signal. Otherwise there are ``round(n / shift)``, around the middles of their shifts, of
    the signal mirrored at its ends.
round_to_power_of_two : bool
    Fill frames with zeros up to a power of two for the FFT.
dither : float >= 0
    Deviation of normal noise that is added to each frame.
generator : numpy.random.Generator or key of mlx.core.random, optional
    What makes the noise: it must be given where there is dither, and then only.""",
    "kaldi_mel": """\
num_mel_bins : int >= 1
    Bands: triangles on the mel axis ``1127 * ln(1 + f / 700)``.
low_freq : float >= 0
    Lowest frequency in Hz.
high_freq : float
    Highest frequency in Hz; below the Nyquist frequency by that much where it is not positive.""",
    "kaldi_energy": """\
raw_energy : bool
    Take the energy before pre-emphasis and window, not after.
energy_floor : float >= 0
    Floor of the energy; 0 for none but that of float32, 1.2e-7, which all logarithms have.""",
    "raises_kaldi": """\
ParameterError
    For a bad argument, a signal without a frame, or dither without a generator. Bands that hold no bin have the lowest
    level, with a warning "Empty filters detected".""",
    "kaldi_references": """\
.. [1] Povey, D. et al., "The Kaldi speech recognition toolkit", 2011.""",
}
