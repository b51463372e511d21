"""Texts that docstrings share: onsets and rhythm."""

TEXTS = {
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
}
