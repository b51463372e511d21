"""Pictures beside librosa's: coordinates, limits, ticks and labels of every type of axis; zooming into waveforms."""

from __future__ import annotations

import sys
import warnings

import librosa
import librosa.display
import mlx.core as mx
import numpy as np
import pytest
from comparing import RELEASE

import spectro

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:Glyph")

OLD = RELEASE < (1, 0)
NEW = pytest.mark.skipif(OLD, reason="librosa has it since 1.0")
X = np.random.default_rng(0).random((12, 20))
SR = 22050
TIMES = ("time", "h", "m", "s", "ms", "lag", "lag_h", "lag_m", "lag_s", "lag_ms")
OF_HZ = ("linear", "fft", "hz", "log", "fft_note", "mel", "cqt_hz", "cqt_note")
OTHERS = ("chroma", "tempo", "fourier_tempo", "frames", "off", None)
OPTIONS = (
    {"y_axis": "linear", "n_fft": 22},
    {"y_axis": "log", "n_fft": 23},
    {"y_axis": "mel", "sr": 8000},
    {"y_axis": "mel", "fmin": 100, "fmax": 500, "htk": True},
    {"y_axis": "cqt_note", "fmin": 100, "bins_per_octave": 24, "tuning": 0.3, "key": "E:maj", "unicode": False},
    {"y_axis": "cqt_hz", "fmin": 55.0},
    {"y_axis": "chroma", "bins_per_octave": 24, "key": "D:min"},
    {"y_axis": "chroma", "key": "Eb:min"},
    {"y_axis": "chroma", "key": "F#:lyd", "unicode": False},
    {"y_axis": "fourier_tempo", "win_length": 23, "tempo_max": 300},
    {"y_axis": "tempo", "tempo_min": 50, "hop_length": 256},
    {"y_axis": "vqt_hz", "intervals": "equal", "fmin": 50},
    {"y_axis": "vqt_note", "intervals": [1, 1.2, 1.6], "fmin": 50, "tuning": 0.2, "bins_per_octave": 3},
    {"y_axis": "vqt_hz", "intervals": "ji5", "fmin": 50},
    {"y_axis": "vqt_note", "intervals": [1.5, 1.2], "bins_per_octave": 2},
    {"y_axis": "vqt_fjs", "intervals": "ji5"},
    {"y_axis": "vqt_fjs", "intervals": "ji3", "fmin": 60.0, "bins_per_octave": 24, "unison": "F#", "unicode": False},
    {"y_axis": "vqt_fjs", "intervals": [1, 1.25, 1.5], "fmin": 55, "bins_per_octave": 12},
    {"y_axis": "fft_svara", "Sa": 110},
    {"y_axis": "fft_svara", "Sa": 250.0, "mela": 3, "unicode": False, "sr": 8000},
    {"y_axis": "cqt_svara", "Sa": 100, "fmin": 60},
    {"y_axis": "cqt_svara", "Sa": 60, "mela": "kosalam", "bins_per_octave": 24, "tuning": 0.2, "unicode": False},
    {"y_axis": "chroma_h"},
    {"y_axis": "chroma_h", "Sa": 5, "thaat": "kafi", "unicode": False},
    {"y_axis": "chroma_h", "Sa": 2.5, "bins_per_octave": 24},
    {"y_axis": "chroma_c", "mela": 22},
    {"y_axis": "chroma_c", "mela": "kosalam", "Sa": 5, "unicode": False},
    {"y_axis": "chroma_fjs", "intervals": "ji5"},
    {"y_axis": "chroma_fjs", "intervals": "pythagorean", "bins_per_octave": 9, "unison": "E", "unicode": False},
    {"y_axis": "chroma_fjs", "intervals": "ji7", "bins_per_octave": 5},
    {"y_axis": "chroma_fjs", "intervals": [1.5, 1, 1.25]},
    {"x_axis": "time", "n_fft": 2048, "hop_length": 100, "sr": 8000},
    {"x_axis": "time", "hop_length": 100000},
    {"x_axis": "s", "hop_length": 20000, "y_axis": "lag"},
    {"x_coords": np.arange(21.0) ** 2, "y_coords": np.arange(13.0), "y_axis": "log"},
    {"x_coords": np.arange(20.0) ** 2, "x_axis": "time", "y_coords": 20 + np.arange(12.0), "y_axis": "cqt_hz"},
    {"cmap": "gray", "vmin": 0.2, "shading": "gouraud", "rasterized": False},
)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def seen(draw, *args, **options):
    """What a picture says: where its mesh lies, and what is written on its axes."""
    figure, axes = plt.subplots(figsize=(8, 6))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mesh = draw(*args, ax=axes, **options)
        figure.canvas.draw()
    sides = [
        (axis.get_label_text(), axis.get_scale(), *(_ticks(axis, minor) for minor in (False, True)))
        for axis in (axes.xaxis, axes.yaxis)
    ]
    numbers = [np.ravel(mesh.get_coordinates()), axes.get_xlim(), axes.get_ylim(), mesh.get_clim()]
    return sides, numbers, (axes.get_aspect(), mesh.get_cmap().name, mesh.get_rasterized())


def _ticks(axis, minor):
    return [label.get_text() for label in axis.get_ticklabels(minor=minor)]


def agree(*args, near=1e-9, **options):
    sides, numbers, look = seen(spectro.display.specshow, *args, **options)
    expected_sides, expected_numbers, expected_look = seen(librosa.display.specshow, *args, **options)
    assert sides == expected_sides
    assert look == expected_look
    for got, expected in zip(numbers, expected_numbers):
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=near)
    return sides


@pytest.mark.parametrize("side", ["x_axis", "y_axis"])
@pytest.mark.parametrize("kind", [*OF_HZ, *OTHERS, *TIMES])
def test_an_axis_of_each_type_is_that_of_librosa(kind, side):
    agree(X, **{side: kind})


@NEW
@pytest.mark.parametrize("side", ["x_axis", "y_axis"])
@pytest.mark.parametrize("kind", ["oct3", "log_oct3", "mel_oct3", "cqt_oct3", "vqt_oct3"])
def test_an_axis_of_thirds_of_octaves_is_that_of_librosa(kind, side):
    agree(X, **{side: kind, "intervals": "equal"})


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(f"{k}" for k in options))
def test_options_are_those_of_librosa(options):
    agree(X, **options)


def test_the_tonnetz_is_that_of_librosa():
    labels = seen(spectro.display.specshow, X[:6], y_axis="tonnetz", x_axis="time")[0][1][2]
    assert labels == ["5$_y$", "5$_x$", "m3$_y$", "m3$_x$", "M3$_y$", "M3$_x$"]
    if not OLD:  # where x and y are confused
        agree(X[:6], y_axis="tonnetz", x_axis="time")


@pytest.mark.parametrize("frames", [30, 3000, 200000])
def test_a_spectrogram_of_any_length_is_that_of_librosa(frames):
    agree(np.resize(X, (65, 40)), x_coords=np.linspace(0, frames * 512 / SR, 40), x_axis="time", y_axis="log")


SQUARE = (
    ("linear", "fft_svara"),
    ("cqt_hz", "cqt_svara"),
    ("chroma", "chroma_h"),
    ("linear", "fft_note"),
    ("cqt_hz", "cqt_note"),
    ("time", "ms"),
    ("lag", "lag_s"),
    ("log", "log"),
    ("vqt_hz", "vqt_fjs"),
)
OBLONG = (
    ("linear", "log"),
    ("log", "fft_note"),
    ("time", "lag"),
    ("time", "frames"),
    ("chroma", "frames"),
    ("cqt_hz", "vqt_hz"),
    (None, None),
)


@pytest.mark.parametrize(("x", "y"), [*SQUARE, *OBLONG])
def test_axes_of_one_kind_and_extent_are_square(x, y):
    found = []
    for package in (spectro, librosa):
        axes = plt.subplots()[1]
        package.display.specshow(np.ones((6, 6)), x_axis=x, y_axis=y, Sa=100.0, intervals="ji5", ax=axes)
        found.append(axes.get_aspect())
    assert found[0] == (1.0 if (x, y) in SQUARE else "auto")
    assert found[1] == found[0] or (OLD and "vqt" in x)


def test_squares_can_be_turned_off():
    assert spectro.display.specshow(X[:, :12], x_axis="s", y_axis="s", auto_aspect=False).axes.get_aspect() == "auto"


@pytest.mark.parametrize("data", [X > 0.5, X - 0.5, -X, X - 0.01, np.ones((3, 4), int), X.astype(np.float32)])
def test_colors_are_those_of_librosa(data):
    agree(data)
    theirs = librosa.display.cmap if OLD else librosa.display.infer_cmap
    for call in ({}, {"robust": False}, *([] if OLD else [{"div_thresh": 0.3}, {"div_thresh": 2}])):
        for ours in (spectro.display.cmap, spectro.display.infer_cmap):
            assert ours(data, **call).name == theirs(data, **call).name
    assert spectro.display.infer_cmap(data).N == theirs(data).N


def test_mlx_arrays_are_drawn():
    expected = seen(spectro.display.specshow, X.astype(np.float32), y_axis="mel")
    got = seen(spectro.display.specshow, mx.array(X), y_axis="mel")
    assert got[0] == expected[0]
    assert spectro.display.cmap(mx.array(X - 0.5)).name == "coolwarm"


def test_complex_values_show_their_magnitude():
    with pytest.warns(UserWarning, match="Trying to display complex-valued input. Showing magnitude instead"):
        mesh = spectro.display.specshow(3j * X)
    np.testing.assert_allclose(mesh.get_array().reshape(12, 20), 3 * X)


def test_the_current_axes_and_image_are_used():
    axes = plt.subplots()[1]
    mesh = spectro.display.specshow(X)
    assert mesh.axes is axes
    assert plt.gci() is mesh


BAD = {
    "Unknown axis type: wibble": {"x_axis": "wibble"},
    "Coordinate shape mismatch": {"x_coords": np.arange(5)},
    "ax must be an instance of matplotlib": {"ax": 3},
    "Sa must be given for an axis of type 'cqt_svara'": {"y_axis": "cqt_svara"},
    "Sa must be a number": {"y_axis": "fft_svara", "Sa": "C"},
    "mela must be given": {"y_axis": "chroma_c"},
    "mela must be a name or an integer": {"y_axis": "chroma_c", "mela": 0},
    "thaat must be a name of": {"y_axis": "chroma_h", "thaat": "x"},
    "intervals must be given": {"y_axis": "chroma_fjs"},
    "Unknown axis type: vqt_svara": {"y_axis": "vqt_svara", "Sa": 100},
    "cannot be defined without intervals": {"y_axis": "vqt_hz"},
    "intervals must be numbers": {"y_axis": "vqt_hz", "intervals": "ji9"},
    "key must be": {"y_axis": "chroma", "key": "H:dur"},
}


@pytest.mark.parametrize(("message", "options"), BAD.items(), ids=BAD)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(message, options):
    with pytest.raises(spectro.ParameterError, match=rf"^\[specshow\].*{message}"):
        spectro.display.specshow(X, **options)
    with pytest.raises(spectro.ParameterError, match=r"^\[specshow\] data must have shape"):
        spectro.display.specshow(X[0])


VALUES = (-1, 0, 0.1234, 0.8, 1.99, 4.9, 5, 7, 9.9, 10, 11, 31, 59.996, 61.5, 3650, 7400, 12345678)


@pytest.mark.parametrize("limits", [(0, 7300), (0, 3600), (0, 61), (1, 2), (0, 0.9), (200, 801), (200, 799)])
def test_labels_of_ticks_are_those_of_librosa(limits):
    axes = plt.subplots()[1]
    axes.plot([0, 10], [0, 1])
    axes.set_xlim(*limits)
    made = [
        ("TimeFormatter", {"lag": lag, "unit": unit}) for lag in (False, True) for unit in (None, "h", "m", "s", "ms")
    ]
    made += [(name, {"major": major}) for name in ("NoteFormatter", "LogHzFormatter") for major in (False, True)]
    just = {"fmin": 60, "n_bins": 24, "bins_per_octave": 12, "intervals": "ji5"}
    made += [
        (n, {**o, "major": m}) for n, o in (("FJSFormatter", just), ("SvaraFormatter", {"Sa": 90})) for m in (0, 1)
    ]
    made += [("FJSFormatter", {**just, "unison": "D", "unicode": False})]
    made += [("SvaraFormatter", {"Sa": 90, "octave": False, "abbr": True, "mela": 5, "unicode": False})]
    made += [("ChromaSvaraFormatter", o) for o in ({}, {"Sa": 3, "mela": 22}, {"Sa": 2.5, "abbr": False})]
    made += [("ChromaFJSFormatter", {"intervals": i, "bins_per_octave": 12}) for i in ("ji5", [1.5, 1])]
    made += [("NoteFormatter", {"key": "Eb:min", "unicode": False}), ("ChromaFormatter", {"key": "A:min"})]
    if limits[1] > 2 * max(1, limits[0]):  # librosa refuses cents without octaves
        made += [("NoteFormatter", {"octave": False, "key": "Eb:min"})]
    for name, options in made:
        ours, theirs = (getattr(package.display, name)(**options) for package in (spectro, librosa))
        for formatter in (ours, theirs):
            formatter.set_axis(axes.xaxis)
        values = VALUES[1:12] if name.startswith("Chroma") else VALUES
        assert [ours(x, 0) for x in values] == [theirs(x, 0) for x in values], (name, options)


Y = np.sin(np.arange(60011) / 50) * np.linspace(0, 1, 60011)
WAVES = (
    (Y, {}),
    (Y, {"offset": 2.0, "max_points": 1000}),
    (Y[:5000], {"axis": "ms"}),
    (Y, {"axis": "ms", "transpose": True}),
    (np.stack([Y, -0.5 * Y]), {"axis": None, "transpose": True}),
    (Y, {"max_points": 100, "marker": ".", "where": "mid", "color": "r", "label": "a", "alpha": 0.5}),
    (Y.astype(np.float32), {"axis": "lag", "where": "pre"}),
)


def looks(plot, axes):
    axes.figure.canvas.draw()
    steps, envelope = plot.steps, plot.envelope
    words = [steps.get_visible(), envelope.get_visible(), steps.get_drawstyle(), steps.get_marker(), steps.get_label()]
    words += [
        axes.get_legend_handles_labels()[1],
        steps.get_color(),
        axes.get_xlabel(),
        axes.get_ylabel(),
        _ticks(axes.xaxis, False),
    ]
    numbers = [*map(np.asarray, steps.get_data()), envelope.get_paths()[0].vertices, axes.get_xlim(), axes.get_ylim()]
    return words, [*numbers, envelope.get_facecolor()]


@pytest.mark.parametrize(("y", "options"), WAVES)
def test_waves_are_those_of_librosa_from_afar_and_from_near(y, options):
    drawn = []
    for package in (spectro, librosa):
        axes = plt.subplots()[1]
        drawn.append((package.display.waveshow(y, sr=SR, ax=axes, **options), axes))
    upwards = options.get("transpose", False)
    stretches = ((1, 1.02), (1.01, 1.015), (2, 2.02), (2.6, 2.8), (0, 2.6), (0.1, 0.11)) if len(y) != 5000 else ()
    for limits in (None, (0.1, 0.2), *stretches):
        for _, axes in drawn:
            if limits is not None:
                (axes.set_ylim if upwards else axes.set_xlim)(*limits)
        (words, numbers), (expected_words, expected_numbers) = (looks(*each) for each in drawn)
        assert words == expected_words
        for got, expected in zip(numbers, expected_numbers):
            np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


def test_a_wave_is_not_drawn_before_its_figure_is(monkeypatch):
    figure, ax = plt.subplots()
    drawn = []
    monkeypatch.setattr(figure.canvas, "draw_idle", lambda: drawn.append(1))
    plot = spectro.display.waveshow(X[0].repeat(2000), sr=SR, ax=ax)
    assert not drawn
    ax.set_xlim(0, 0.1)
    assert drawn
    assert plot.steps.get_visible()
    plt.close(figure)


def test_a_wave_stops_switching_when_it_is_told_to():
    axes = plt.subplots()[1]
    plot = spectro.display.waveshow(mx.array(Y.astype(np.float32)), sr=SR, ax=axes)
    assert plot.envelope.get_visible()
    plot.disconnect()
    axes.set_xlim(1, 1.02)
    assert plot.envelope.get_visible()
    plot.connect(axes)
    axes.set_xlim(1, 1.03)
    assert plot.steps.get_visible()


LOUDER = np.random.default_rng(1).standard_normal(2000) * np.linspace(0.3, 1, 2000)
BOTH = np.stack([LOUDER, LOUDER * 0.4])
F0 = np.repeat([220.0, 440.0, np.nan, 330.0, 331.0, np.nan, np.nan, 500.0], 5)


def filled(package, name, y, **options):
    """What is seen of bars, or of the envelope of a wave: words, and numbers."""
    axes = plt.subplots()[1]
    drawn = getattr(package.display, name)(y, ax=axes, **options)
    axes.figure.canvas.draw()
    fill = getattr(drawn, "envelope", drawn)
    words = [len(fill.get_paths()), axes.get_legend_handles_labels()[1], axes.get_xlabel(), axes.get_ylabel()]
    words += [_ticks(axis, minor) for axis in (axes.xaxis, axes.yaxis) for minor in (False, True)]
    words += [fill.get_alpha(), fill.get_hatch(), fill.get_zorder(), axes.get_xscale(), axes.get_yscale()]
    numbers = [np.concatenate([path.vertices for path in fill.get_paths()]), axes.get_xlim(), axes.get_ylim()]
    numbers += [fill.get_facecolor(), fill.get_edgecolor(), fill.get_linewidth(), axes.get_facecolor()]
    return words, numbers


def fill_alike(name, y, **options):
    (words, numbers), (expected_words, expected_numbers) = (
        filled(package, name, y, **options) for package in (spectro, librosa)
    )
    assert words == expected_words
    for got, expected in zip(numbers, expected_numbers):
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)


@NEW
@pytest.mark.parametrize(
    ("y", "options"),
    [
        (LOUDER, {}),
        (LOUDER, {"n_bars": 30, "color": "r", "label": "a"}),
        (LOUDER, {"n_bars": 7, "transpose": True, "offset": 3.0}),
        (LOUDER, {"invert": True}),
        (LOUDER, {"invert": True, "invert_color": "r", "alpha": 0.5, "label": "q"}),
        (LOUDER, {"gap_ratio": 0, "rounding_ratio": 0}),
        (LOUDER, {"gap_ratio": 1}),
        (LOUDER, {"edgecolor": "k", "linewidth": 2}),
        (LOUDER, {"color": "g", "edgecolor": "r", "invert": True}),
        (LOUDER, {"facecolor": "g", "axis": "ms", "hatch": "/", "zorder": 5}),
        (BOTH, {"n_bars": 20, "axis": None}),
        (LOUDER[:50].astype(np.float32), {}),
        (LOUDER * 0, {}),
    ],
)
def test_bars_are_those_of_librosa(y, options):
    fill_alike("wavebars", y, **options)


@NEW
@pytest.mark.parametrize(
    "options",
    [
        {"invert": True},
        {"invert": True, "label": "L", "invert_color": "r"},
        {"invert": True, "color": "g", "alpha": 0.5},
        {"mask": LOUDER > 0, "max_points": 90},
        {"mask": LOUDER > 0, "transpose": True},
    ],
)
def test_colors_are_exchanged_and_holes_left_as_in_librosa(options):
    fill_alike("waveshow", LOUDER, **options)


@NEW
@pytest.mark.parametrize(
    ("y", "options"),
    [
        (LOUDER, {}),
        (LOUDER, {"method": "wavebars", "n_bars": 30}),
        (LOUDER, {"transpose": True}),
        (LOUDER, {"method": "wavebars", "transpose": True}),
        (LOUDER, {"offset": 1.0, "freq_axis": "cqt_hz"}),
        (LOUDER, {"freq_axis": "cqt_svara", "Sa": 200.0}),
        (LOUDER, {"freq_axis": "cqt_svara", "Sa": 200.0, "mela": 22}),
        (LOUDER, {"freq_axis": None, "time_axis": "ms", "color": "r", "label": "w"}),
        (LOUDER, {"bins_per_octave": 36, "key": "E:maj", "max_points": 70}),
        (LOUDER, {"method": "wavebars", "invert": True, "unicode": False, "key": "Eb:maj"}),
        (BOTH, {}),
        (BOTH, {"method": "wavebars"}),
    ],
)
def test_waves_along_a_pitch_are_those_of_librosa(y, options):
    fill_alike("wavef0", y, f0=F0, hop_length=51, **options)


def test_a_bar_is_the_largest_sample_of_its_part():
    y = mx.array([0.5, -1.0, 0.25, 0.5, 0.0, 2.0])
    bars = spectro.display.wavebars(y, sr=2, n_bars=3, gap_ratio=0.5, rounding_ratio=0, offset=4, label="y")
    extents = [path.get_extents().extents.tolist() for path in bars.get_paths()]
    assert extents == [[4.0, -1.0, 4.5, 1.0], [5.0, -0.5, 5.5, 0.5], [6.0, -2.0, 6.5, 2.0]]
    assert plt.gca().get_legend_handles_labels()[1] == ["y"]


@pytest.mark.parametrize("upwards", [False, True])
def test_bars_of_a_long_signal_differ_and_are_not_flat(upwards):
    """librosa gives the bars of a song corners that are higher than the song."""
    y = np.repeat([0.1, 1.0, 0.5], 1000)
    bars = spectro.display.wavebars(y, sr=1, n_bars=3, transpose=upwards)
    sizes = [path.get_extents().size[:: -1 if upwards else 1] for path in bars.get_paths()]
    np.testing.assert_allclose(sizes, [[600, 0.25], [600, 2.0], [600, 1.0]])


def test_a_hole_in_a_signal_is_one_in_the_bars():
    bars = spectro.display.wavebars(np.repeat([1.0, np.nan, 0.5], 10), n_bars=3)
    plt.gcf().canvas.draw()
    assert [np.isfinite(path.vertices).all() for path in bars.get_paths()] == [True, False, True]
    np.testing.assert_allclose(plt.gca().get_ylim(), (-1.1, 1.1))


def test_colors_are_exchanged():
    axes = plt.subplots()[1]
    wave = spectro.display.waveshow(LOUDER, ax=axes, invert=True, color="r", label="y")
    assert axes.get_facecolor() == (1, 0, 0, 1)
    assert (wave.envelope.get_facecolor() == 1).all()
    (handle,), (label,) = axes.get_legend_handles_labels()
    assert (handle.get_facecolor(), label, wave.label) == ((1, 0, 0, 1), "y", "y")


def test_a_wave_lies_around_its_pitch_and_its_axes_hold_it():
    y = np.ones(300) * [[1.0], [0.5]]
    f0 = mx.array([220.0, 880.0, 0.0, 440.0])
    options = {"f0": f0, "sr": 100, "hop_length": 90, "bins_per_octave": 12, "freq_axis": None}
    spectro.display.wavef0(mx.array(y), **options, max_points=300)
    low, high = plt.gca().get_ylim()
    edge = 0.05 * (880 * 2 ** (1 / 12) - 220 * 2 ** (-1 / 24))
    np.testing.assert_allclose((low, high), (220 * 2 ** (-1 / 24) - edge, 880 * 2 ** (1 / 12) + edge))


@pytest.mark.parametrize("transpose", [False, True])
def test_pitches_are_added_and_taken_away(transpose):
    turn = slice(None, None, -1 if transpose else 1)
    around = spectro.display.Transformf0(
        mx.array([100.0, float("nan"), 300.0]), sr=10, hop_length=5, offset=1.0, norm=0.5, transpose=transpose
    )
    points = np.array([[[0.9, 1.0], [1.0, 0.0], [1.4, 6.0]], [[1.5, 1.0], [2.0, -6.0], [2.1, 1.0]]])
    got = around.transform_non_affine(points[..., turn])[..., turn]
    np.testing.assert_array_equal(got[..., 0], points[..., 0])
    np.testing.assert_allclose(got[..., 1], [[np.nan, 100, 200], [np.nan, 150, np.nan]])
    back = around.inverted().transform_non_affine(got[..., turn])[..., turn]
    seen = np.isfinite(got)
    np.testing.assert_allclose(back[seen], points[seen])
    assert not around.inverted().inverted().is_inverted


GRIDS = [
    ("waveshow", (LOUDER,), {}),
    ("waveshow", (LOUDER, BOTH), {"labels": ["a", None], "titles": ["x", None]}),
    ("waveshow", (np.stack([LOUDER] * 3),), {"orient": "h", "share_properties": "col"}),
    ("wavebars", (np.stack([LOUDER] * 6).reshape(2, 3, -1),), {"share_properties": True, "label_outer": False}),
    ("wavebars", (np.stack([LOUDER] * 6).reshape(2, 3, -1),), {"share_properties": "row", "sharex": False}),
    ("wavebars", (np.stack([LOUDER] * 4).reshape(2, 2, -1),), {"share_properties": np.array([[5, 1], [1, 5]])}),
    ("waveshow", (np.stack([LOUDER] * 12),), {"labels": list("abcdefghijkl")}),
    ("waveshow", (LOUDER, LOUDER), {"prop_cycle": matplotlib.cycler(color="rg", alpha=[0.1, 0.2]), "sharey": False}),
    ("specshow", (np.stack([X, 2 * X, 3 * X]),), {"x_axis": "time", "titles": ["a", "b", "c"]}),
    ("specshow", (X, 2 * X), {"y_axis": "log", "labels": ["a", "b"], "fig_kw": {"figsize": (3, 3)}}),
    ("specshow", (np.stack([X] * 4).reshape(2, 2, *X.shape),), {"share_properties": True}),
]


def grid(package, name, data, options):
    """What is seen of several axes."""
    made = package.display.multiplot(name, *data, **options)
    figure = plt.gcf()
    figure.canvas.draw()
    kinds = [type(one).__name__ for one in made.flat]
    words, numbers = [made.shape, kinds, tuple(figure.get_size_inches())], []
    for axes in figure.axes:
        words += [axes.get_title(), axes.get_xlabel(), axes.get_ylabel(), axes.get_legend_handles_labels()[1]]
        words += [_ticks(axes.xaxis, False), _ticks(axes.yaxis, False)]
        words += [axes.xaxis.get_tick_params()["labelbottom"], axes.yaxis.get_tick_params()["labelleft"]]
        numbers += [axes.get_position().bounds, axes.get_xlim(), axes.get_ylim()]
        numbers += [each.get_facecolor() for each in axes.collections if name != "specshow"]
    return words, numbers


@NEW
@pytest.mark.parametrize(("name", "data", "options"), GRIDS)
def test_several_pictures_are_those_of_librosa(name, data, options):
    (words, numbers), (expected_words, expected_numbers) = (
        grid(package, name, data, options) for package in (spectro, librosa)
    )
    assert words == expected_words
    for got, expected in zip(numbers, expected_numbers, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


def test_several_pictures_lie_as_their_channels():
    y = mx.array(np.stack([LOUDER] * 4).reshape(2, 2, -1).astype(np.float32))
    made = spectro.display.multiplot("wavebars", y, labels=[["a", "b"], ["c", "d"]], share_properties="row", n_bars=5)
    assert made.shape == (2, 2)
    axes = np.array(plt.gcf().axes).reshape(2, 2)
    assert [one.get_legend_handles_labels()[1] for one in axes.flat] == [["a"], ["b"], ["c"], ["d"]]
    colors = [tuple(one.get_facecolor()[0]) for one in made.flat]
    assert colors[0] == colors[1] != colors[2] == colors[3]
    assert spectro.display.multiplot("waveshow", y[0], axes=axes[:1], color="r").shape == (1, 2)
    assert len(plt.gcf().axes) == 4
    assert spectro.display.multiplot("waveshow", y[0, 0], axes=axes[0, 0]).shape == ()


GRIDS_REFUSED = {
    r"\[multiplot\] func must be one of 'waveshow', 'wavebars', 'specshow', got 'nothing'": (("nothing", LOUDER), {}),
    r"\[multiplot\] data must be one array at least, got none": (("waveshow",), {}),
    r"\[multiplot\] data must have one or two axes of channels": (("waveshow", np.zeros((2, 2, 2, 9))), {}),
    r"\[multiplot\] labels must have 2 texts, one for each": (
        ("waveshow", *BOTH),
        {"labels": ["a"]},
    ),
    r"\[multiplot\] titles must have 2 texts": (("specshow", X, X), {"titles": "abc"}),
    r"\[multiplot\] share_properties must be one of 'row', 'col'": (
        ("waveshow", BOTH),
        {"share_properties": "x"},
    ),
    r"\[multiplot\] share_properties must have a value for each of 2": (("waveshow", BOTH), {"share_properties": [1]}),
    r"\[multiplot\] orient must be one of 'v', 'h', got 'z'": (("waveshow", BOTH), {"orient": "z"}),
    r"\[multiplot\] axes must be matplotlib's in the shape \(2,\)": (
        ("waveshow", BOTH),
        {"axes": [1]},
    ),
}


@pytest.mark.parametrize(("message", "call"), GRIDS_REFUSED.items(), ids=GRIDS_REFUSED)
def test_pictures_that_do_not_fit_are_refused(message, call):
    with pytest.raises(spectro.ParameterError, match=f"^{message}"):
        spectro.display.multiplot(*call[0], **call[1])


REFUSED = {
    r"\[wavebars\] y must be one or two real channels": ("wavebars", np.zeros((3, 9)), {}),
    r"\[wavebars\] n_bars must be a positive integer, got 0": ("wavebars", LOUDER, {"n_bars": 0}),
    r"\[wavebars\] gap_ratio must be in \[0, 1\], got 1.5": ("wavebars", LOUDER, {"gap_ratio": 1.5}),
    r"\[wavebars\] rounding_ratio must be in \[0, 1\], got -1": ("wavebars", LOUDER, {"rounding_ratio": -1}),
    r"\[waveshow\] mask must have shape \(2000,\)": ("waveshow", LOUDER, {"mask": [True]}),
    r"\[wavef0\] method must be one of 'waveshow', 'wavebars', got 'x'": ("wavef0", LOUDER, {"f0": F0, "method": "x"}),
    r"\[wavef0\] Sa must be given": ("wavef0", LOUDER, {"f0": F0, "freq_axis": "cqt_svara"}),
    r"\[wavef0\] f0 must be frequencies of shape \(t,\)": ("wavef0", LOUDER, {"f0": BOTH}),
}


@pytest.mark.parametrize(("message", "call"), REFUSED.items(), ids=REFUSED)
def test_waves_that_cannot_be_drawn_are_refused(message, call):
    name, y, options = call
    with pytest.raises(spectro.ParameterError, match=f"^{message}"):
        getattr(spectro.display, name)(y, **options)


@pytest.mark.parametrize("y", [np.zeros((3, 9)), np.zeros(0), np.arange(9), np.zeros(9) * 1j])
def test_what_is_no_wave_is_refused(y):
    with pytest.raises(spectro.ParameterError, match=r"^\[waveshow\] y must be one or two real channels"):
        spectro.display.waveshow(y)


def test_without_matplotlib_one_sentence_names_it(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("spectro.display")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delattr(spectro, "display", raising=False)
    with pytest.raises(ImportError, match=r"spectro\.display needs matplotlib: pip install matplotlib"):
        _ = spectro.display


def bar(package, name, data, **options):
    """What is seen of a bar of colors."""
    figure, axes = plt.subplots(2)
    mesh = package.display.specshow(data, ax=axes[0])
    if options.pop("beside_both", False):
        options["ax"] = list(axes)
    made = getattr(package.display, name)(mesh, **options)
    figure.canvas.draw()
    return _ticks(made.ax.yaxis, False), made.ax.get_ylabel(), made.ax.figure is figure, made.ax.get_position().bounds


@NEW
@pytest.mark.parametrize(
    ("name", "data", "options"),
    [
        ("colorbar_db", -80 * X, {}),
        ("colorbar_db", X, {"format": "%+.1f", "label": "level", "beside_both": True}),
        *(("colorbar_phase", 2 * np.pi * X - np.pi, {"numticks": n}) for n in (1, 2, 5, 7, 9, 13)),
        ("colorbar_phase", np.array([[-np.pi, np.pi]]), {}),
        ("colorbar_phase", 2 * X, {"label": "", "shrink": 0.5}),
    ],
)
def test_bars_of_colors_are_those_of_librosa(name, data, options):
    assert bar(spectro, name, data, **options) == bar(librosa, name, data, **options)


def test_phases_are_told_in_parts_of_pi():
    labels = bar(spectro, "colorbar_phase", np.array([[-np.pi, np.pi]]), numticks=5)[0]
    assert labels == ["-π", "-π/2", " 0", " π/2", " π"]


def labeled():
    figure, axes = plt.subplots(2, 2)
    for one, name in zip(axes.flat, ["a", "b", "a", None]):
        one.plot([1], label=name)
    return figure, axes


@pytest.mark.parametrize(
    ("some", "labels"),
    [
        (lambda axes: None, "aba"),
        (lambda axes: axes, "aba"),
        (lambda axes: axes[0], "ab"),
        (lambda axes: list(axes[1]), "a"),
        (lambda axes: axes[0, 1], "b"),
    ],
    ids=["current", "all", "row", "list", "one"],
)
def test_a_legend_lists_the_labels_of_some_axes(some, labels):
    for package in (spectro,) if OLD else (spectro, librosa):
        figure, axes = labeled()
        legend = package.display.legend_for_axes(some(axes), loc="upper left")
        assert [text.get_text() for text in legend.get_texts()] == list(labels)
        assert figure.legends == [legend]


def test_what_stands_beside_no_picture_is_refused():
    for call, message in (
        (lambda: spectro.display.colorbar_db(matplotlib.cm.ScalarMappable()), "im must be in a figure"),
        (lambda: spectro.display.colorbar_phase(None), "im must be in a figure"),
        (
            lambda: spectro.display.colorbar_phase(plt.gca().imshow(X), numticks=0),
            "numticks must be a positive integer",
        ),
        (lambda: spectro.display.legend_for_axes([]), "axes must be some of matplotlib's"),
        (lambda: spectro.display.legend_for_axes(3), "axes must be some of matplotlib's"),
        (lambda: spectro.display.legend_for_axes([plt.figure().gca(), plt.figure().gca()]), "of one figure"),
        (lambda: spectro.display.infer_cmap(1j * X), "data must be real"),
    ):
        with pytest.raises(spectro.ParameterError, match=message):
            call()


BRIGHT, DARK = np.ones((3, 3)) * [0.1, 0.9, 0.95], np.ones((3, 3)) * [0.1, 0.2, 0.9]


@pytest.mark.parametrize(
    ("prepare", "edge"),
    [
        (lambda ax: None, "black"),
        (lambda ax: ax.set_facecolor("b"), "white"),
        (lambda ax: (ax.set_facecolor("none"), ax.figure.set_facecolor("k")), "white"),
        (lambda ax: ax.pcolormesh(BRIGHT, cmap="gray", vmin=0, vmax=1), "black"),
        (lambda ax: ax.pcolormesh(DARK, cmap="gray", vmin=0, vmax=1), "white"),
        (lambda ax: ax.imshow(DARK, cmap="gray_r", vmin=0, vmax=1), "black"),
        (lambda ax: ax.scatter([1, 2, 3], [1, 2, 3], c=[0.1, 0.2, 0.9], cmap="gray", vmin=0, vmax=1), "white"),
    ],
)
def test_an_edge_stands_out_from_what_lies_below(prepare, edge):
    for package in (spectro,) if OLD else (spectro, librosa):
        ax = plt.subplots()[1]
        prepare(ax)
        line = ax.plot([0, 1])[0]
        (effect,) = package.display.highlight(artist=line)
        assert line.get_path_effects() == [effect]
        assert effect._gc == {"foreground": edge, "linewidth": 2, "alpha": 1.0}
        (other,) = package.display.highlight(
            ax=ax, dark_color="y", bright_color="c", linewidth=5, luminance_threshold=2
        )
        assert other._gc == {"foreground": "c", "linewidth": 5, "alpha": 1.0}
        assert package.display.highlight(ax=ax, color="r")[0]._gc["foreground"] == "r"


def test_what_gets_an_edge_is_an_artist():
    with pytest.raises(spectro.ParameterError, match=r"^\[highlight\] artist must be one of matplotlib's, got int"):
        spectro.display.highlight(artist=3)


@pytest.mark.parametrize("limits", [(100, 200), (100, 400), (100, 401), (0, 4)])
def test_prefixes_are_those_of_engineers(limits):
    labels = []
    for package in (spectro,) if OLD else (spectro, librosa):
        axis = plt.subplots()[1].yaxis
        axis.axes.set_ylim(*limits)
        for major in (True, False):
            formatter = package.display.AdaptiveEngFormatter(major=major, unit="Hz")
            formatter.set_axis(axis)
            labels.append([formatter(x) for x in (0, -3, 0.5, 110, 1000, 12345.678)])
    assert labels[0] == ["", "", "500 mHz", "110 Hz", "1 kHz", "12.3457 kHz"]
    assert labels[1] == (labels[0] if limits != (100, 401) else 6 * [""])
    assert labels[2:] in ([], labels[:2])


SCALES = ["dB", "dB[0.1]", "dB[power]", "dB[power,1e-1]", "dBFS", "dBFS[power]", "phase", "dphase", "dphase_t"]
DATA = X * np.exp(2j * np.pi * X[::-1])


@NEW
@pytest.mark.parametrize(
    "options",
    [
        *({"vscale": scale} for scale in SCALES),
        {"vscale": "dBFS", "top_db": 10},
        {"vscale": "dBFS", "top_db": None, "cmap_seq": "viridis"},
        {"vscale": "dB", "cmap": "gray"},
        {"vscale": "phase", "cmap_cyclic": "hsv"},
        {"vscale": "phase", "vmin": 0},
    ],
    ids=lambda options: "-".join(map(str, options.values())),
)
@pytest.mark.parametrize("data", [DATA, X], ids=["complex", "real"])
def test_scales_of_values_are_those_of_librosa(data, options):
    agree(data, y_axis="log", near=1e-5, **options)  # in decibels of single precision
    meshes = [package.display.specshow(data, **options) for package in (spectro, librosa)]
    np.testing.assert_allclose(*(np.asarray(mesh.get_array()) for mesh in meshes), atol=1e-5)


@NEW
@pytest.mark.parametrize(
    "options", [{}, {"div_thresh": 0.2}, {"cmap": "gray"}, {"vmin": -1, "vmax": 2}, {"cmap_div": "RdBu"}], ids=str
)
def test_the_middle_of_diverging_colors_is_that_of_librosa(options):
    agree(X - 0.3, **options)
    colors = [package.display.specshow(X - 0.3, **options).to_rgba([-0.2, 0, 0.1]) for package in (spectro, librosa)]
    np.testing.assert_allclose(*colors, atol=1e-6)


@NEW
@pytest.mark.parametrize(
    "options",
    [
        {"x_axis": "time", "y_axis": "fft", "vscale": "dphase"},
        {"x_axis": "s", "y_axis": "mel", "vscale": "dphase", "hop_length": 100},
        {"x_coords": 0.3 + np.arange(20) / 70, "y_axis": "cqt_hz", "vscale": "dphase"},
        {"y_axis": "time", "x_axis": "linear", "vscale": "dphase_t"},
    ],
    ids=lambda options: options["vscale"],
)
def test_turns_of_phases_are_those_of_librosa(options):
    agree(DATA, **options)
    meshes = [package.display.specshow(DATA, **options) for package in (spectro, librosa)]
    np.testing.assert_allclose(*(np.exp(1j * np.asarray(mesh.get_array())) for mesh in meshes), atol=1e-9)
    assert abs(np.asarray(meshes[0].get_array())).max() <= np.pi


def test_a_steady_tone_does_not_turn():
    y = np.exp(2j * np.pi * 0.1 * np.arange(400))[None] * np.ones((3, 1))
    mesh = spectro.display.specshow(y, x_coords=np.arange(400), y_coords=[0.05, 0.1, 0.3], vscale="dphase")
    turns = np.asarray(mesh.get_array()).reshape(3, 400)[:, 1:]
    np.testing.assert_allclose(turns, np.outer(2 * np.pi * np.array([0.05, 0, -0.2]), np.ones(399)), atol=1e-9)


def test_levels_and_colors_of_a_picture():
    mesh = spectro.display.specshow(np.array([[0.1, 1.0], [10.0, 1e-9]]), vscale="dBFS")
    np.testing.assert_allclose(np.ravel(mesh.get_array()), [-40, -20, 0, -80], atol=1e-4)
    middle = spectro.display.specshow(np.array([[-1.0, 9.0]])).to_rgba(0.0)
    np.testing.assert_allclose(middle, matplotlib.colormaps["coolwarm"](0.5), atol=0.01)


@pytest.mark.parametrize("vscale", ["db", "dB[]", "dB[x]", "dB[power, 0.1]", "dBFS[0.1]", "phase[1]", "dphase_f", 3])
def test_a_scale_that_nobody_knows_is_refused(vscale):
    with pytest.raises(spectro.ParameterError, match=r"^\[specshow\] vscale "):
        spectro.display.specshow(X, vscale=vscale)
