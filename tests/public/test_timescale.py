"""Spectrograms and signals at other speeds and pitches, and the scale of a signal: against librosa, and truths."""

from __future__ import annotations

import functools

import librosa
import mlx.core as mx
import numpy as np
import pytest
import tolerances
from case import normal, spectrum
from comparing import RELEASE, SIGNALS, assert_close
from rows_timescale import ROWS, stretched

import spectro
from spectro._engine.calls import bind
from spectro._floor.operation import Kind
from spectro._plans import VocoderPlan

RNG = np.random.default_rng(8)
SLOW = [row for row in ROWS if row.function not in ("iirt", "reassigned_spectrogram")]


@pytest.mark.parametrize("row", SLOW, ids=lambda row: row.id)
def test_the_rows_are_the_truth_on_every_backend(row, backend):
    for arrays in (row.numpy(), row.mlx()):
        if row.arrays:
            assert_close(row.call(**arrays), row.expected(), tolerances.PARITY, function=row.function)


def vocoder(D, rate):
    """librosa's, up to the last frame: behind it, 0.11 has silence."""
    more = {} if RELEASE >= (1, 0) else {"n_fft": 2 * D.shape[-2] - 1}  # which one bin does not tell
    made = librosa.phase_vocoder(D.astype(np.complex128), rate=rate, **more)
    return made[..., : certain(D.shape[-1], rate)]


def certain(frames, rate):
    """The frames that are alike in all releases of librosa."""
    places = np.arange(0, frames, rate)
    return len(places) if RELEASE >= (1, 0) else int(np.searchsorted(places, frames - 1, side="right"))


@pytest.fixture
def of_now(monkeypatch):
    """The vocoder of librosa 1.0 in the effects of any release."""
    if RELEASE < (1, 0):
        monkeypatch.setattr(librosa.core, "phase_vocoder", stretched)


@pytest.mark.parametrize("rate", [0.13, 0.5, 0.9999, 1, 1.3, 2.0, 7.7, 100.0])
@pytest.mark.parametrize("shape", [(9, 7), (2, 3, 130, 11), (257, 1), (1, 40)])
def test_a_stretched_spectrogram_is_librosas(rate, shape, backend):
    D = spectrum(*shape).astype(np.complex64)
    D[..., 0, : shape[-1] // 2] = 0
    expected = stretched(D.astype(np.complex128), rate=rate)
    if shape[-1] > 1:  # of one frame librosa 1.0 gives NaN
        assert_close(expected[..., : certain(shape[-1], rate)], vocoder(D, rate), 1e-9)
    for given in (D, mx.array(D)):
        assert_close(spectro.phase_vocoder(given, rate=rate), expected, tolerances.PARITY)


def test_phases_stay_right_over_a_long_spectrogram(backend):
    """Twelve minutes of tones and noise: the error of a phase grows like a random walk, slower than 1e-3 allows."""
    D = spectrum(5, 30000).astype(np.complex64)
    D[2] = np.exp(2j * np.pi * 0.237 * np.arange(30000))
    expected = stretched(D.astype(np.complex128), rate=1.01)
    assert_close(expected[..., : certain(30000, 1.01)], vocoder(D, 1.01), 1e-9)
    assert_close(spectro.phase_vocoder(D, rate=1.01), expected, 20 * tolerances.PARITY)


def test_a_rate_of_one_changes_nothing(backend):
    D = spectrum(33, 50).astype(np.complex64)
    assert_close(spectro.phase_vocoder(D, rate=1), D, tolerances.PARITY)


@pytest.mark.parametrize("scale", [1e-30, 1e-20, 1e18, 1e30])
def test_magnitudes_of_any_size_are_interpolated(scale, backend):
    D = (spectrum(5, 6) * scale).astype(np.complex64)
    assert_close(spectro.phase_vocoder(D, rate=0.7), stretched(D.astype(np.complex128), rate=0.7), 1e-5)


def test_nan_stays_in_its_bin(backend):
    D = spectrum(6, 8).astype(np.complex64)
    D[2, 3] = np.nan
    got = spectro.phase_vocoder(D, rate=0.8)
    clean = np.delete(np.arange(6), 2)
    assert np.isnan(got[2, 4:]).all() and np.isfinite(got[clean]).all()


def test_places_may_go_anywhere(backend):
    D = spectrum(5, 9).astype(np.complex64)
    same = spectro.phase_vocoder(D, t_out=np.arange(0, 9, 1.5))
    assert_close(same, spectro.phase_vocoder(D, rate=1.5), 1e-7)
    assert_close(spectro.phase_vocoder(D, t_out=mx.array([4.0])), D[:, 4:5], tolerances.PARITY)
    there_and_back = spectro.phase_vocoder(D, t_out=[2.5, 7.9, 0.2])
    middle = (np.abs(D[:, 2]) + np.abs(D[:, 3])) / 2
    assert_close(np.abs(there_and_back[:, 0]), middle, tolerances.PARITY)


def test_behind_the_last_frame_the_line_goes_on(backend):
    D = np.array([[3 + 4j, 1.0, 4j]], np.complex64)  # of sizes 5, 1 and 4
    got = spectro.phase_vocoder(D, t_out=[1.0, 2.0, 2.5, 2.25])
    assert_close(np.abs(got), [[1.0, 4.0, 5.5, 4.75]], 1e-6)
    assert_close(np.angle(got), [[0.0, *3 * [np.pi / 2]]], 1e-6)
    assert_close(spectro.phase_vocoder(D[:, ::-1], t_out=[2.5]), [[1.4 * (3 + 4j)]], 1e-6)
    for kind in ("nearest", "previous", "next"):
        assert_close(np.abs(spectro.phase_vocoder(D, t_out=[2.0, 2.7], kind=kind)), [[4.0, 4.0]], 1e-6)
    assert_close(spectro.phase_vocoder(D[:, :1], rate=0.4), [3 * [3 + 4j]], 1e-6)


@pytest.mark.parametrize(
    ("kind", "frame"),
    [
        ("nearest", [2, 2, 3]),
        ("nearest-up", [2, 3, 3]),
        ("previous", [2, 2, 2]),
        ("zero", [2, 2, 2]),
        ("next", [2, 3, 3]),
    ],
)
def test_kinds_of_interpolation_take_the_magnitude_of_a_frame(kind, frame, backend):
    D = spectrum(5, 9).astype(np.complex64)
    got = spectro.phase_vocoder(D, t_out=[2.0, 2.5, 2.7], kind=kind)
    assert_close(np.abs(got), np.abs(D[:, frame]), tolerances.PARITY)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rate": 0}, "rate must be positive"),
        ({"rate": -1.0}, "rate must be positive"),
        ({"rate": np.nan}, "finite"),
        ({"rate": 1e-12}, "raise rate"),
        ({}, "rate or t_out"),
        ({"rate": 1, "t_out": [0]}, "rate or t_out"),
        ({"t_out": [7.0]}, "below 7"),
        ({"t_out": [-0.1]}, "below 7"),
        ({"t_out": []}, "below 7"),
        ({"t_out": [[1.0]]}, "below 7"),
        ({"rate": 1, "kind": "cubic"}, "kind must be one of"),
        ({"rate": 1, "hop_length": 0}, "hop_length"),
        ({"rate": 1, "n_fft": 12}, "n_fft must be that of 9"),
    ],
)
def test_what_no_vocoder_can_do_is_refused(given, message):
    with pytest.raises(spectro.ParameterError, match=message):
        spectro.phase_vocoder(spectrum(9, 7), **given)


@pytest.mark.parametrize("shape", [(5,), (5, 0)])
def test_a_spectrogram_has_frames(shape):
    with pytest.raises(spectro.ParameterError, match="at least one"):
        spectro.phase_vocoder(np.zeros(shape, np.complex64), rate=1.0)


def test_a_plan_knows_its_places():
    plan = VocoderPlan.of("f", (4, 5), rate=1.5)
    assert plan.places == (0.0, 1.5, 3.0, 4.5) and plan.steps[0].tolist() == [0, 1, 3, 4]


def test_phases_go_on_from_part_to_part(backend):
    D = normal(2, 12, 9) + 1j * normal(2, 12, 9)
    D[:, 5] = 0  # silence has no phase of its own, and the one behind it goes on
    D, places = mx.array(D.astype(np.complex64)), VocoderPlan.of("f", (2, 9, 12), rate=0.8).places

    def of(plan, *arrays):
        return bind("vocoder", plan, *map(Kind.of, arrays))(*arrays)

    def in_parts(D):
        first = of(VocoderPlan(7, places[:7], goes_on=True), D[:, :7])
        second = of(VocoderPlan(7, tuple(at - 5 for at in places[7:]), goes_on=True), D[:, 5:], first[:, -1:])
        return mx.concatenate([first[:, :-1], second[:, :-1]], axis=1)

    whole = VocoderPlan(12, places)
    assert_close(in_parts(D), of(whole, D), tolerances.PARITY)
    slopes = [mx.grad(lambda D, f=f: mx.square(f(D)).real.sum())(D) for f in (in_parts, functools.partial(of, whole))]
    assert_close(*slopes, 10 * tolerances.PARITY)


KEYWORDS = [
    {"rate": 1.7},
    {"rate": 0.6, "n_fft": 512},
    {"rate": 2, "n_fft": 512, "hop_length": 77, "win_length": 300, "window": "hamming", "center": False},
    {"rate": 1.3, "n_fft": 511},
    {"rate": 0.9, "n_fft": 256, "window": np.hanning(256)},
]


@pytest.mark.parametrize("given", KEYWORDS, ids=lambda given: f"{given['rate']}")
@pytest.mark.parametrize("name", ["noise", "plucks", "silence"])
def test_a_stretched_signal_is_librosas(given, name, of_now):
    y = np.stack([SIGNALS[name][:6000], SIGNALS["noise"][-6000:]])
    expected = librosa.effects.time_stretch(y.astype(np.float64), **given)
    for kind in (np.asarray, mx.array):
        assert_close(spectro.effects.time_stretch(kind(y), **given), expected, 1e-3)
    assert_close(spectro.effects.time_stretch(y[1], **given), expected[1], 3 * tolerances.PARITY)


@pytest.mark.parametrize(("n", "rate"), [(5, 2.0), (7, 2.0), (4999, 2.0), (3, 6.0), (1, 3.0), (333, 0.31)])
@pytest.mark.filterwarnings("ignore:.*too large for input signal")
def test_lengths_are_librosas(n, rate):
    y = SIGNALS["noise"][:n]
    assert spectro.effects.time_stretch(y, rate=rate).shape == librosa.effects.time_stretch(y, rate=rate).shape
    assert spectro.effects.time_stretch(mx.array(y), rate=rate).shape == (round(n / rate),)


def test_a_stretched_tone_keeps_its_pitch_and_a_shifted_one_its_length():
    y = spectro.tone(1000.0, sr=8000, length=8000)
    for made, hertz in [
        (spectro.effects.time_stretch(y, rate=0.5, n_fft=512), 1000),
        (spectro.effects.pitch_shift(y, sr=8000, n_steps=12, n_fft=512), 2000),
        (spectro.effects.pitch_shift(mx.array(y), sr=8000, n_steps=-12, n_fft=512), 500),
        (spectro.effects.pitch_shift(y, sr=8000, n_steps=6, bins_per_octave=12, n_fft=512), 1000 * 2**0.5),
    ]:
        middle = np.asarray(made)[len(made) // 4 : 3 * len(made) // 4]
        peak = np.argmax(np.abs(np.fft.rfft(middle * np.hanning(len(middle))))) * 8000 / len(middle)
        assert abs(peak - hertz) < 8000 / len(middle)
    assert spectro.effects.pitch_shift(y, sr=8000, n_steps=-3.3).shape == y.shape


SHIFTS = [{"n_steps": 3}, {"n_steps": -2.5, "n_fft": 512}, {"n_steps": 4, "bins_per_octave": 24, "scale": True}]


@pytest.mark.parametrize("given", SHIFTS, ids=lambda given: f"{given['n_steps']}")
def test_a_shifted_signal_is_librosas(given, of_now):
    y = np.stack([SIGNALS["noise"][:5000], SIGNALS["plucks"][-5000:]])
    expected = librosa.effects.pitch_shift(y.astype(np.float64), sr=22050, **given)
    got = spectro.effects.pitch_shift(y, sr=22050, **given)
    assert type(got) is np.ndarray and got.dtype == np.float32
    assert_close(got, expected, 3 * tolerances.PARITY)
    lazy = spectro.effects.pitch_shift(mx.array(y), sr=22050, **given)
    assert isinstance(lazy, mx.array)
    assert_close(lazy, expected, 0.02)  # what soxr's filter and ours leave near half the sampling rate


def test_shifts_have_gradients():
    y = mx.array(SIGNALS["noise"][:2000])
    gradient = mx.grad(lambda y: mx.square(spectro.effects.pitch_shift(y, sr=22050, n_steps=5, n_fft=256)).sum())(y)
    silent = mx.grad(lambda y: spectro.effects.pitch_shift(y, sr=22050, n_steps=5, n_fft=256).sum())(mx.zeros(2000))
    assert mx.isfinite(gradient).all() and mx.abs(gradient).max() > 0 and mx.isfinite(silent).all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"n_steps": 2, "bins_per_octave": 0}, "bins_per_octave"),
        ({"n_steps": 2, "bins_per_octave": 1.5}, "bins_per_octave"),
        ({"n_steps": 2, "bins_per_octave": -12}, "bins_per_octave"),
        ({"n_steps": "2x"}, "n_steps"),
        ({"n_steps": 1e6}, "octaves"),
        ({"n_steps": 2, "res_type": "unknown"}, "res_type"),
        ({"n_steps": 2, "sr": 0}, "sr must be positive"),
    ],
)
def test_what_no_shift_can_do_is_refused(given, message):
    with pytest.raises(spectro.ParameterError, match=message):
        spectro.effects.pitch_shift(SIGNALS["noise"][:4096], **{"sr": 22050, **given})


def test_the_rate_of_a_shift_is_refused_in_its_name():
    with pytest.raises(TypeError, match=r"^\[pitch_shift\] rate follows from n_steps"):
        spectro.effects.pitch_shift(SIGNALS["noise"], sr=22050, n_steps=1, rate=2)


@pytest.mark.parametrize("rate", [0, -1, np.inf, "fast"])
def test_what_is_no_speed_is_refused(rate):
    with pytest.raises(spectro.ParameterError, match="rate"):
        spectro.effects.time_stretch(SIGNALS["noise"][:4096], rate=rate)


SCALES = [{}, {"kind": "linear"}, {"over_sample": 1.7}, {"t_min": 0.1}, {"t_min": 2}, {"beta": 1.0}, {"beta": -0.5}]
SCALES += [{"n_fmt": 5}, {"n_fmt": 8, "over_sample": 2.5}, {"kind": "slinear"}, {"kind": 3}, {"kind": 1}, {"kind": 2}]


@pytest.mark.parametrize("n", [4, 5, 6, 9, 40, 127])
def test_the_scale_transform_is_librosas(n):
    y = RNG.standard_normal((2, n)).astype(np.float32)
    for given in SCALES:
        if given.get("t_min") == 2 and n == 4:
            continue
        expected = librosa.fmt(y.astype(np.float64), **given)
        for kind in (np.asarray, mx.array):
            assert_close(spectro.fmt(kind(y), **given), expected, tolerances.PARITY, str(given))
        double = spectro.fmt(y.astype(np.float64), **given)
        assert double.dtype == np.complex128
        assert_close(double, expected, tolerances.DOUBLE, str(given))


@pytest.mark.parametrize("kind", ["nearest", "nearest-up", "zero", "previous", "next", "quadratic"])
def test_steps_and_splines_are_scipys(kind):
    y = RNG.standard_normal(41)
    expected = librosa.fmt(y, kind=kind, n_fmt=29, t_min=0.3)
    assert_close(spectro.fmt(y.astype(np.float32), kind=kind, n_fmt=29, t_min=0.3), expected, tolerances.PARITY)


@pytest.mark.parametrize("axis", [0, 1, 2, -3])
def test_any_axis_is_transformed(axis):
    y = RNG.standard_normal((5, 6, 7)).astype(np.float32)
    expected = librosa.fmt(y.astype(np.float64), axis=axis)
    assert_close(spectro.fmt(y, axis=axis), expected, tolerances.PARITY)
    assert_close(spectro.fmt(mx.array(y), axis=axis), expected, tolerances.PARITY)


def test_the_magnitude_knows_no_time_scale():
    fast, slow = (np.sin(6 * np.pi * np.linspace(0, 1, n, endpoint=False)) / np.sqrt(n) for n in (1024, 1280))
    one, other = (np.abs(spectro.fmt(y, n_fmt=512)) for y in (fast, slow))
    assert np.abs(one - other).max() < 0.1 * one.max()


@pytest.mark.parametrize(
    ("y", "given", "message"),
    [
        (np.ones(2), {}, "at least 3 samples"),
        (np.ones(3), {}, "at least 4 samples"),
        (np.ones(9), {"n_fmt": 2}, "n_fmt"),
        (np.ones(9), {"n_fmt": 0}, "n_fmt"),
        (np.ones(9), {"n_fmt": 3.5}, "n_fmt"),
        (np.ones(9), {"n_fmt": 900}, "times that differ"),
        (np.ones(9), {"t_min": 0}, "t_min must be positive"),
        (np.ones(9), {"t_min": 8}, "t_min must be below 8"),
        (np.ones(9), {"over_sample": 0.5}, "over_sample"),
        (np.ones(9), {"over_sample": 1e12}, "lower n_fmt"),
        (np.ones(9), {"kind": "unknown"}, "kind"),
        (np.ones(9), {"kind": 4.5}, "kind"),
        (np.ones(9), {"axis": 1}, "axis"),
        (np.ones(9), {"beta": "half"}, "beta"),
        (np.full(9, np.nan), {}, "finite"),
        (np.ones(9) + 1j, {}, "real"),
    ],
)
def test_what_has_no_scale_transform_is_refused(y, given, message):
    with pytest.raises(spectro.ParameterError, match=message):
        spectro.fmt(y, **given)


@pytest.mark.filterwarnings("ignore:Casting complex values")
@pytest.mark.parametrize("kind", [np.asarray, mx.array], ids=["numpy", "mlx"])
def test_a_real_spectrogram_stays_real(kind):
    D = np.abs(normal(5, 9)).astype(np.float32)
    found = spectro.phase_vocoder(kind(D), rate=1.3)
    assert np.array(found).dtype == np.float32
    assert_close(found, stretched(D, rate=1.3).real, tolerances.PARITY)
