"""Texts that docstrings share: how a waveform is drawn."""

TEXTS = {
    "axis_of_time": """\
axis : str, optional
    Type of the axis of time: 'time', 'h', 'm', 's', 'ms', 'lag', 'lag_h', 'lag_m', 'lag_s', 'lag_ms'; None, 'none'
    or 'off' for no ticks.
offset : float
    Time of the first sample in seconds.""",
    "inverting": """\
invert : bool
    Color the axes instead of what is drawn.
invert_color : color, optional
    What color that then has; that of the axes before by default.""",
    "where_to_draw": """\
transpose : bool
    Draw time upwards.
label : str, optional
    Name in a legend.
ax : matplotlib.axes.Axes, optional
    Where to draw; the current axes by default.""",
    "wave_raises": """\
ParameterError
    If y is not one or two real channels, or a parameter is not as described.""",
}
