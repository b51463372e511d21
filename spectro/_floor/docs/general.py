"""Texts that docstrings share: many kinds: what is raised, lengths, blocks."""

TEXTS = {
    "length_or_duration": """\
length : int >= 1, optional
    Number of samples; it goes before `duration`. One of the two must be given.
duration : float > 0, optional
    Seconds, of which the whole samples are made.""",
    "blocks": """\
blocks : number or array (...)
    Indices of blocks.""",
    "pad_signals": """\
pad : bool
    Fill shorter signals with zeros to the length of the longest; False to cut all to that of the shortest.""",
    "norm_signals": """\
norm : bool
    Average channels; False to add them.""",
    "rng": """\
rng : int, sequence of int, numpy.random.Generator or numpy.random.RandomState, optional
    What random phases are drawn from: a generator, or the seed of one of `numpy.random.default_rng`, which draws anew
    at each call; unseeded by default.
random_state : optional
    An older name of `rng`.""",
    "block_length": """\
block_length : int >= 1
    Frames of a block.""",
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
