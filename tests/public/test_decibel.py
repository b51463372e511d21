"""Decibels against the formulas of librosa 0.11 (global) and 1.0 (per spectrogram), in float64."""

from __future__ import annotations

import functools

import librosa
import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close, vmap
from tolerances import COMPILED, PARITY

import spectro
from spectro._plans import DecibelPlan, SpectrogramPlan, StftPlan

RNG = np.random.default_rng(5)
S2 = RNG.random((40, 30)) ** 4 * 100
S4 = RNG.random((2, 3, 20, 10)) * (10.0 ** np.arange(6)).reshape(2, 3, 1, 1)


def decibels(S, scale, amin, ref, top_db, axes):
    """The formula; `ref` a number or a reducer that takes axis and keepdims."""
    reference = ref(S, axis=axes, keepdims=True) if callable(ref) else abs(ref)
    level = scale * np.log10(np.maximum(S, amin)) - scale * np.log10(np.maximum(reference, amin))
    return level if top_db is None else np.maximum(level, level.max(axis=axes, keepdims=True) - top_db)


CASES = [
    (spectro.power_to_db, 10.0, 1e-10, {}),
    (spectro.power_to_db, 10.0, 1e-3, {"amin": 1e-3}),
    (spectro.power_to_db, 10.0, 1e-10, {"top_db": 20}),
    (spectro.power_to_db, 10.0, 1e-10, {"top_db": None}),
    (spectro.power_to_db, 10.0, 1e-10, {"top_db": 0}),
    (spectro.amplitude_to_db, 20.0, 1e-5, {}),
    (spectro.amplitude_to_db, 20.0, 1e-2, {"amin": 1e-2, "top_db": 30}),
]


@pytest.mark.parametrize("ref", [1.0, -3.5, 0, np.max, np.median, np.mean, np.min])
@pytest.mark.parametrize("axes", ["auto", None, -1, (-2,), (0, 1)])
@pytest.mark.parametrize(("fn", "scale", "amin", "kwargs"), CASES)
def test_every_reference_axes_and_option(fn, scale, amin, kwargs, axes, ref):
    for S in (S2, S4):
        chosen = (-2, -1) if axes == "auto" else axes
        expected = decibels(S, scale, amin, ref, kwargs.get("top_db", 80.0), chosen)
        assert_close(fn(S, ref=ref, axes=axes, **kwargs), expected, PARITY)


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("name", ["power_to_db", "amplitude_to_db"])
@pytest.mark.parametrize("ref", [1.0, np.max, np.median])
def test_against_the_installed_librosa(name, ref):
    per_spectrogram = int(librosa.__version__.split(".")[0]) >= 1
    for S in (S2, S4):
        ours = getattr(spectro, name)(S, ref=ref, axes="auto" if per_spectrogram else None)
        assert_close(ours, getattr(librosa, name)(S, ref=ref), PARITY, function=name)


def test_a_batch_never_changes_its_rows():
    together = spectro.power_to_db(S4, ref=np.max)
    for i in range(2):
        for j in range(3):
            assert np.array_equal(together[i, j], spectro.power_to_db(S4[i, j], ref=np.max))


@pytest.mark.parametrize(
    ("ref", "percentile"),
    [
        (lambda S: np.max(S), 100),
        (lambda S: S.max(), 100),
        (lambda S, axis, keepdims: np.percentile(S, 90, axis=axis, keepdims=keepdims), 90),
        (lambda S, axis: np.percentile(S, 90, axis=axis), 90),
        (functools.partial(np.percentile, q=90), 90),
        (np.amax, 100),
        (mx.max, 100),
        (max, 100),
    ],
)
@pytest.mark.parametrize("kind", [np.asarray, mx.array])
def test_any_callable_works_on_every_array_kind(ref, percentile, kind):
    expected = decibels(S4, 10.0, 1e-10, functools.partial(np.percentile, q=percentile), 80.0, (-2, -1))
    assert_close(spectro.power_to_db(kind(S4.astype(np.float32)), ref=ref), expected, PARITY)


def test_an_array_is_a_reference():
    ref = RNG.random((40, 1)) + 0.1
    assert_close(spectro.power_to_db(S2, ref=ref, top_db=None), 10 * np.log10(np.maximum(S2, 1e-10) / ref), PARITY)


@pytest.mark.usefixtures("backend")
def test_scalars_and_vectors():
    assert spectro.power_to_db(100.0) == pytest.approx(20)
    assert spectro.amplitude_to_db(0.1) == pytest.approx(-20)
    vector = np.array([1e-12, 1.0, 10.0])
    for ref in (1.0, np.max):
        expected = librosa.power_to_db(vector, ref=ref)
        assert_close(spectro.power_to_db(vector, ref=ref), expected, PARITY, function="power_to_db")


def test_silence_is_at_the_floor():
    assert (spectro.power_to_db(np.zeros((4, 5))) == -100).all()
    assert (spectro.power_to_db(np.zeros((4, 5)), ref=np.max) == 0).all()


def test_a_floor_below_single_precision_stays_finite():
    assert np.isfinite(spectro.power_to_db(np.zeros(3), amin=1e-60, top_db=None)).all()


@pytest.mark.parametrize("fn", [spectro.power_to_db, spectro.amplitude_to_db])
def test_complex_input_warns_and_loses_its_phase(fn):
    with pytest.warns(UserWarning, match="phase"):
        got = fn(S2 * 1j)
    assert_close(got, fn(S2), PARITY)


@pytest.mark.parametrize("ref", [1.0, 0.25])
def test_the_inverses(ref):
    decibels = np.linspace(-80, 30, 50)
    for name in ("db_to_power", "db_to_amplitude"):
        ours, theirs = getattr(spectro, name), getattr(librosa, name)
        assert_close(ours(decibels, ref=ref), theirs(decibels, ref=ref), PARITY, function=name)
        assert_close(ours(mx.array(decibels), ref=ref), theirs(decibels, ref=ref), PARITY, function=name)
    assert_close(spectro.db_to_power(spectro.power_to_db(S2, top_db=None)), S2, PARITY)


def test_the_inverses_take_any_reference():
    ref = np.array([[0.5], [2.0]])
    levels = np.linspace(-60, 10, 8).reshape(2, 4)
    assert_close(spectro.db_to_power(levels, ref=ref), ref * 10 ** (levels / 10), PARITY)
    expected = librosa.db_to_amplitude(levels, ref=-2.0)
    assert_close(spectro.db_to_amplitude(levels, ref=-2.0), expected, PARITY, function="db_to_amplitude")


def test_an_infinite_range_and_no_axes():
    assert_close(spectro.power_to_db(S2, top_db=np.inf), spectro.power_to_db(S2, top_db=None), PARITY)
    assert not spectro.power_to_db(S2 + 1, ref=np.median, axes=()).any()
    assert_close(spectro.power_to_db(S2, axes=np.int64(-1)), spectro.power_to_db(S2, axes=-1), PARITY)


@pytest.mark.parametrize("axes", [None, (-1,), (-3, -2)])
def test_decibels_in_a_spectrogram_look_at_whole_ones(axes):
    with pytest.raises(spectro.ParameterError, match=r"\[test\] axes must hold -2 and -1"):
        SpectrogramPlan.of(
            "test", StftPlan.of("test", n_fft=16), power=2.0, decibels=DecibelPlan(10.0, 1e-10, 80.0, axes)
        )


@pytest.mark.parametrize("top_db", [None, 30.0])
def test_vmap_with_a_reference_for_each_spectrogram_of_an_example(top_db):
    S = mx.abs(mx.random.normal((3, 2, 4, 5), key=mx.random.key(1)))
    ref = mx.array([1.0, 3.0]).reshape(2, 1, 1)
    plain = mx.stack([spectro.power_to_db(one, ref=ref, top_db=top_db) for one in S])
    assert_close(vmap(lambda one: spectro.power_to_db(one, ref=ref, top_db=top_db))(S), plain, COMPILED)
    both = vmap(lambda one, level: spectro.power_to_db(one, ref=level, top_db=top_db))
    assert_close(both(S, mx.stack([ref, ref, ref])), plain, COMPILED)
