"""Texts that docstrings share: notes, keys and intervals."""

TEXTS = {
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
}
