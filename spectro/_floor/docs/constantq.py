"""Texts that docstrings share: constant-Q transforms."""

TEXTS = {
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
    "wavelet_bandwidths": """\
gamma : float >= 0, optional
    Offset of the bandwidths in Hz, 0 for wavelets of constant Q; None for ``24.7 a_k / 0.108``, with which they are in
    proportion to the equivalent rectangular bandwidths of hearing.
alpha : float or array (n_bins,), optional
    Bandwidth over frequency, ``a_k``; ``(r^2 - 1) / (r^2 + 1)`` by default, where ``r`` is the mean ratio to the
    neighbors. It must be given for one frequency.""",
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
}
