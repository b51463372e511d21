"""`spectro.util` against librosa's: values, types, views, order in memory, refusals; and MLX arrays."""

from __future__ import annotations

import warnings

import librosa
import mlx.core as mx
import numpy as np
import pytest
import scipy.sparse
from comparing import RELEASE

import spectro
from spectro import util

RNG = np.random.default_rng(4)
MATRICES = {
    "float32": RNG.standard_normal((6, 9)).astype(np.float32),
    "float64": RNG.standard_normal((6, 9)),
    "int": RNG.integers(-9, 9, (6, 9)),
    "complex64": (RNG.standard_normal((6, 9)) + 1j * RNG.standard_normal((6, 9))).astype(np.complex64),
    "zeros": np.zeros((6, 9)),
    "fortran": np.asfortranarray(RNG.standard_normal((6, 9))),
    "cube": RNG.standard_normal((3, 6, 9)),
}
CALLS = [
    *(("normalize", {"norm": p, "axis": axis}) for p in (np.inf, -np.inf, 0, 1, 2, 0.5, 3) for axis in (0, -1, None)),
    *(("normalize", {"norm": p, "fill": fill}) for p in (np.inf, 1, 2) for fill in (False, True)),
    ("normalize", {"norm": None}),
    ("normalize", {"norm": 2, "threshold": 2.5, "fill": True, "axis": None}),
    *(("frame", {"frame_length": 4, "hop_length": 2, "axis": axis}) for axis in (0, -1, 1, -2)),
    *(("fix_length", {"size": size, "axis": axis}) for size in (0, 3, 6, 11) for axis in (0, -1)),
    ("fix_length", {"size": 12, "mode": "edge"}),
    *(("pad_center", {"size": size, "axis": -1}) for size in (9, 10, 14)),
    ("pad_center", {"size": 14, "mode": "reflect"}),
    ("pad_center", {"size": 14, "constant_values": 2}),
    *(("sync", {"idx": idx, "pad": pad, "axis": -1}) for idx in ([2, 5], [0, 3, 9], np.array([4])) for pad in (1, 0)),
    ("sync", {"idx": [1, 4], "axis": 0, "aggregate": np.max}),
    ("sync", {"idx": [slice(0, 2), slice(1, 5)], "axis": -1, "aggregate": np.median}),
    *(("shear", {"factor": factor, "axis": axis}) for factor in (1, -1, 3) for axis in (0, 1, -1)),
    *(("cyclic_gradient", {"axis": axis, "edge_order": order}) for axis in (0, -1) for order in (1, 2)),
    ("abs2", {}),
    ("abs2", {"dtype": np.float64}),
    ("phasor", {}),
    *((name, {"axis": axis}) for name in ("count_unique", "is_unique", "axis_sort") for axis in (0, -1)),
    ("axis_sort", {"index": True, "value": np.argmin}),
]
IDS = [f"{name}-{'-'.join(getattr(value, '__name__', str(value)) for value in call.values())}" for name, call in CALLS]


def outcome(fn, x, call):
    """What a function gives, or that it refuses."""
    try:
        return fn(x, **call)
    except (librosa.ParameterError, spectro.ParameterError, TypeError):
        return "refused"


def same(got, expected):
    if isinstance(expected, tuple):
        for one, other in zip(got, expected, strict=True):
            same(one, other)
        return
    assert type(got) is type(expected)
    if isinstance(expected, str):
        assert got == expected
        return
    assert got.shape == expected.shape
    assert got.dtype == expected.dtype
    np.testing.assert_allclose(got, expected, rtol=2e-6, atol=1e-7)


COMPILED = {"count_unique": {"int", "fortran"}, "is_unique": {"int", "fortran"}, "shear": {"float32", "int"}}
NOT_THERE = {"phasor": {"complex64"}, "axis_sort": {"complex64"}}  # complex angles, an order of complex numbers


def kinds_for(name):
    """All kinds; of what librosa compiles anew for each kind a few."""
    return COMPILED.get(name, MATRICES.keys() - NOT_THERE.get(name, set()))


@pytest.mark.parametrize(
    ("name", "call", "kind"),
    [
        pytest.param(*call, kind, id=f"{name}-{kind}")
        for call, name in zip(CALLS, IDS)
        for kind in sorted(kinds_for(call[0]))
    ],
)
def test_values_types_and_refusals_are_librosas(name, call, kind):
    x = MATRICES[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = outcome(getattr(librosa.util, name), x.copy(order="K"), call)
        if name == "phasor" and kind == "int":  # complex128 in librosa 0.11
            expected = expected.astype(np.complex64)
        got = outcome(getattr(util, name), x.copy(order="K"), call)
    same(got, expected)


@pytest.mark.parametrize(
    ("name", "call"), [c for c in CALLS if c[0] != "axis_sort"], ids=[i for i in IDS if "sort" not in i]
)
def test_mlx_arrays_give_the_same_as_numpys(name, call):
    x = MATRICES["float32"]
    call = {key: value for key, value in call.items() if key != "dtype"}
    got = getattr(util, name)(mx.array(x), **call)
    expected = getattr(util, name)(x, **call)
    assert isinstance(got, mx.array) == (name not in ("count_unique", "is_unique"))
    np.testing.assert_allclose(np.array(got), expected, rtol=2e-6, atol=1e-6)


def test_views_are_views():
    x = np.arange(20.0)
    for got in (
        util.frame(x, frame_length=4, hop_length=3),
        util.fix_length(x, size=7),
        util.expand_to(x, ndim=3, axes=0),
        util.normalize(x, norm=None),
        util.fix_length(x, size=20),
    ):
        assert np.shares_memory(got, x)
    assert not util.frame(x, frame_length=4, hop_length=3).flags.writeable
    util.frame(x, frame_length=4, hop_length=3, writeable=True)[0, 1] = -1
    assert x[3] == -1


def test_stacks_lie_in_memory_as_librosas():
    pair = [np.arange(4.0), np.ones(4, np.float32)]
    for axis in (0, -1):
        got, expected = util.stack(pair, axis=axis), librosa.util.stack(pair, axis=axis)
        same(got, expected)
        assert got.flags.f_contiguous == expected.flags.f_contiguous
    assert isinstance(util.stack([mx.zeros(3), np.ones(3, np.float32)]), mx.array)
    for bad in ([], [np.ones(2), np.ones(3)]):
        with pytest.raises(spectro.ParameterError, match=r"\[stack\] arrays must"):
            util.stack(bad)


def test_stack_traces():
    compiled = mx.compile(lambda a, b: util.stack([a, b], axis=1))
    assert compiled(mx.zeros(3), mx.ones(3)).tolist() == [[0, 1]] * 3


@pytest.mark.parametrize("axes", [0, 1, (0, 2), [1, 3], -1])
def test_expanded_shapes_are_librosas(axes):
    x = np.ones((2,) if np.ndim(axes) == 0 else (2, 3))
    assert util.expand_to(x, ndim=4, axes=axes).shape == librosa.util.expand_to(x, ndim=4, axes=axes).shape


@pytest.mark.parametrize("frames", [[5, 1, 30, 5], np.array([2.0, 8.5]), np.arange(0, 100, 13), np.zeros(0, int)])
@pytest.mark.parametrize("ends", [(0, None), (None, None), (3, 20), (0, 200)])
@pytest.mark.parametrize("pad", [True, False])
def test_frames_and_slices_are_librosas(frames, ends, pad):
    low, high = ends
    got = util.fix_frames(frames, x_min=low, x_max=high, pad=pad)
    same(got, librosa.util.fix_frames(frames, x_min=low, x_max=high, pad=pad))
    call = {"idx_min": low, "idx_max": high, "pad": pad, "step": 2}
    assert util.index_to_slice(frames, **call) == librosa.util.index_to_slice(frames, **call)


@pytest.mark.parametrize("value", [1, 1.0, np.float32(1), np.zeros(2), np.zeros(2, np.complex64), np.arange(3), 2j])
def test_tiny_is_librosas(value):
    same(util.tiny(value), librosa.util.tiny(value))


def test_tiny_of_mlx():
    assert util.tiny(mx.zeros(2)) == np.finfo(np.float32).tiny
    assert util.tiny(mx.zeros(2, dtype=mx.float16)) == np.finfo(np.float16).tiny


@pytest.mark.parametrize(
    "d", [np.float32, np.float64, "float32", int, np.int16, np.complex64, np.complex128, float, complex]
)
def test_types_are_librosas(d):
    assert util.dtype_r2c(d) == librosa.util.dtype_r2c(d)
    assert util.dtype_c2r(d) == librosa.util.dtype_c2r(d)
    assert util.dtype_r2c(int, default=np.complex128) == np.complex128


@pytest.mark.parametrize("value", [2.0, 3, np.float32(0.5), 1 + 2j, np.complex64(1j)])
def test_numbers_are_librosas(value):
    assert util.abs2(value) == librosa.util.abs2(value)
    if not np.iscomplexobj(value):
        np.testing.assert_allclose(util.phasor(value), librosa.util.phasor(value), rtol=1e-6)
        np.testing.assert_allclose(util.phasor(value, mag=3.0), librosa.util.phasor(value, mag=3.0), rtol=1e-6)


@pytest.mark.parametrize("bits", [8, 16, 32])
def test_buffers_are_librosas(bits):
    x = RNG.integers(-100, 100, 50).astype(f"int{bits}")
    for dtype in (np.float32, np.float64):
        same(
            util.buf_to_float(x, n_bytes=bits // 8, dtype=dtype),
            librosa.util.buf_to_float(x, n_bytes=bits // 8, dtype=dtype),
        )
    same(util.buf_to_float(x.tobytes(), n_bytes=bits // 8), librosa.util.buf_to_float(x, n_bytes=bits // 8))


@pytest.mark.parametrize("quantile", [0.0, 0.01, 0.1, 0.5, 0.99])
@pytest.mark.parametrize("shape", [(32,), (5, 40)])
def test_sparse_rows_are_librosas(quantile, shape):
    x = RNG.standard_normal(shape)
    for dtype in (None, np.float32):
        got = util.sparsify_rows(x, quantile=quantile, dtype=dtype)
        expected = librosa.util.sparsify_rows(x, quantile=quantile, dtype=dtype)
        assert scipy.sparse.issparse(got)
        assert got.format == "csr"
        same(got.toarray(), expected.toarray())
    for bad in (-0.1, 1.0, np.nan):
        with pytest.raises(spectro.ParameterError, match="quantile must be"):
            util.sparsify_rows(x, quantile=bad)
    with pytest.raises(spectro.ParameterError, match="two dimensions"):
        util.sparsify_rows(np.ones((2, 2, 2)))


def test_rows_of_zeros_become_sparse():
    assert util.sparsify_rows(np.zeros((2, 3))).nnz == 0


@pytest.mark.parametrize("axis", [0, -1])
def test_sparse_matrices_are_sheared_as_dense_ones(axis):
    x = scipy.sparse.random(7, 7, 0.3, format="csr", random_state=1)
    got = util.shear(x, factor=2, axis=axis)
    assert got.format == "csr"
    np.testing.assert_array_equal(got.toarray(), util.shear(x.toarray(), factor=2, axis=axis))
    np.testing.assert_array_equal(got.toarray(), librosa.util.shear(x, factor=2, axis=axis).toarray())


@pytest.mark.parametrize("shape", [(8, 8), (8, 12), (12, 8), (1, 5)])
@pytest.mark.parametrize("radius", [0.0, 0.25, 0.5, 1.0])
def test_bands_are_librosas(shape, radius):
    got, expected, lazy = np.ones(shape), np.ones(shape), mx.ones(shape)
    assert util.fill_off_diagonal(got, radius=radius, value=-3) is None
    librosa.util.fill_off_diagonal(expected, radius=radius, value=-3)
    util.fill_off_diagonal(lazy, radius=radius, value=-3)
    np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(np.array(lazy), expected)


@pytest.mark.parametrize("shape", [(12,), (12, 7), (2, 12, 5)])
def test_least_squares_are_librosas(shape):
    A, B = np.abs(RNG.standard_normal((12, 6))), RNG.standard_normal(shape)
    got = util.nnls(A, B)
    assert (got >= 0).all()
    np.testing.assert_allclose(got, librosa.util.nnls(A, B), atol=1e-4)
    assert isinstance(util.nnls(mx.array(A.astype(np.float32)), B), np.ndarray)


def test_a_spectrogram_comes_back_from_mel_bands_as_in_librosa():
    A = librosa.filters.mel(sr=8000, n_fft=256, n_mels=20)
    S = np.abs(RNG.standard_normal((129, 8))).astype(np.float32)
    got, expected = util.nnls(A, A @ S), librosa.util.nnls(A, A @ S)
    assert got.dtype == expected.dtype
    np.testing.assert_allclose(got, expected, atol=1e-4 * np.abs(expected).max())
    np.testing.assert_allclose(A @ got, A @ S, rtol=1e-3)


FOUND = [
    {},
    {"recurse": False},
    {"ext": "wav"},
    {"ext": ["flac", "mp3"]},
    {"limit": 2},
    {"offset": 1, "limit": 1},
    {"offset": -2},
    {"ext": ["wav"], "case_sensitive": True},
]


@pytest.mark.parametrize("call", FOUND)
def test_files_are_found_as_by_librosa(call, tmp_path):
    for name in ("b.wav", "a.MP3", "x.txt", "sub/c.flac", "sub/d.WAV", "awav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    expected = librosa.util.find_files(tmp_path, **call)
    assert len(expected) > 0
    assert util.find_files(tmp_path, **call) == expected
    assert util.find_files(tmp_path / "nothing", **call) == []


@pytest.mark.parametrize("value", [1, 0, -1, 1.0, np.int64(3), "a", True, None])
def test_questions_about_numbers(value):
    if value not in ("a", None):
        assert util.is_positive_int(value) == librosa.util.is_positive_int(value)
        assert util.valid_int(value) == librosa.util.valid_int(value)
    else:
        assert util.is_positive_int(value) is False


def test_whole_numbers():
    assert (util.valid_int(2.5), util.valid_int(2.5, cast=np.ceil)) == (2, 3)
    with pytest.raises(spectro.ParameterError, match="cast must be a function"):
        util.valid_int(2.5, cast="floor")


@pytest.mark.parametrize(
    "y", [[0.0], np.zeros(3, int), np.float32(0), np.array(0.0), np.array([np.nan]), np.zeros(3, np.complex64), None]
)
def test_what_is_no_audio(y):
    assert util.valid_audio(np.zeros(3, np.float32))
    assert util.valid_audio(mx.zeros(3))
    assert util.valid_audio(np.zeros((2, 3)))
    with pytest.raises(spectro.ParameterError, match=r"\[valid_audio\] y must"):
        util.valid_audio(y)
    with pytest.raises(librosa.ParameterError):
        librosa.util.valid_audio(y)


@pytest.mark.parametrize("intervals", [np.zeros(2), np.zeros((2, 3)), np.array([[1.0, 0.0]])])
def test_what_is_no_interval(intervals):
    with pytest.raises(spectro.ParameterError, match=r"\[valid_intervals\] intervals must"):
        util.valid_intervals(intervals)


@pytest.mark.parametrize(
    ("name", "call", "message"),
    [
        ("normalize", {"norm": -1}, "norm must be positive"),
        ("normalize", {"norm": "l2"}, "norm must be positive"),
        ("normalize", {"threshold": 0}, "threshold must be positive"),
        ("normalize", {"fill": "a"}, "fill must be"),
        ("normalize", {"norm": 0, "fill": True}, "fill must be None or False"),
        ("normalize", {"axis": 2}, r"axis must be in -2 \.\. 1, got 2"),
        ("frame", {"frame_length": 10, "hop_length": 2}, "at least frame_length=10 samples, got 9"),
        ("frame", {"frame_length": 3, "hop_length": 0}, "hop_length must be a positive integer"),
        ("fix_length", {"size": -1}, "size must be a positive integer"),
        ("pad_center", {"size": 3}, "size must be at least the length of data, 9, got 3"),
        ("expand_to", {"ndim": 1, "axes": [0, 1]}, "ndim must be at least"),
        ("expand_to", {"ndim": 3, "axes": 0}, "axes must be one for each"),
        ("sync", {"idx": [0.5, 3.0]}, "idx must hold integers alone or slices alone"),
        ("sync", {"idx": [1, slice(2, 3)]}, "idx must hold integers alone or slices alone"),
        ("sync", {"idx": [1], "aggregate": 3}, "aggregate must be a function"),
        ("shear", {"factor": 0.5}, "factor must be an integer"),
        ("cyclic_gradient", {"edge_order": 3}, "edge_order must be one of 1, 2"),
    ],
)
def test_refusals(name, call, message):
    for x in (MATRICES["float32"], mx.array(MATRICES["float32"])):
        with pytest.raises(spectro.ParameterError, match=rf"^\[{name}\] .*{message}"):
            getattr(util, name)(x, **call)


def test_only_what_is_finite_is_normalized():
    with pytest.raises(spectro.ParameterError, match="S must be finite"):
        util.normalize(np.array([1.0, np.nan]))
    with pytest.raises(spectro.ParameterError, match="must not be negative, got -1"):
        util.fix_frames([3, -1])


def test_mlx_norms_keep_to_the_range_of_single_precision():
    for scale in (1e-30, 1e30):
        got = util.normalize(scale * mx.array([3.0, 4.0]), norm=2)
        np.testing.assert_allclose(np.array(got), [0.6, 0.8], rtol=1e-6)


def test_padding_that_mlx_has_not_is_refused():
    with pytest.raises(spectro.ParameterError, match=r"\[pad_center\] mode must be one of .*got 'linear_ramp'"):
        util.pad_center(mx.zeros(3), size=6, mode="linear_ramp")


@pytest.mark.parametrize("cut", [np.s_[:], np.s_[::2], np.s_[:0], np.s_[0], np.s_[:, 1:], np.s_[0, 0]])
@pytest.mark.parametrize("order", ["C", "F"])
def test_squared_magnitudes_of_any_layout_are_librosas(cut, order):
    x = (RNG.standard_normal((67, 41)) + 1j * RNG.standard_normal((67, 41))).astype(np.complex64)
    x = np.asarray(x, order=order)[cut]
    got, expected = util.abs2(x), librosa.util.abs2(x)
    assert got.dtype == expected.dtype
    assert np.array_equal(got, np.square(x.real) + np.square(x.imag))
    # librosa 1.0 takes them in double precision once the process has squared a complex128: one rounding for up to two
    np.testing.assert_allclose(got, expected, rtol=3 * 2**-24 if RELEASE >= (1, 0) else 0)
    assert np.ndim(x) == 0 or got.strides == expected.strides
