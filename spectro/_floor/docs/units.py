"""Texts that docstrings share: units and axes."""

TEXTS = {
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
    "note_names": """\
str, or NumPy array (...) of str
    MLX has no strings: an MLX array gives NumPy, too.""",
    "midi_reference": """\
.. [1] MIDI Manufacturers Association, "The complete MIDI 1.0 detailed specification", 1996.""",
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
}
