"""Keys, intervals, just notation and svaras beside librosa's, over all keys, melakartas and thaats."""

from __future__ import annotations

import itertools

import librosa
import mlx.core as mx
import numpy as np
import parity
import pytest
from tolerances import DOUBLE

import spectro
from spectro import ParameterError

RNG = np.random.default_rng(0)
MODES = (
    "maj major min minor ion ionian dor dorian phr phryg phrygian lyd lydian mix mixolyd mixolydian aeo aeol aeolian"
)
MODES = (*MODES.split(), "loc", "locr", "locrian")
SIGNS = ("", "#", "b", "♯", "♭", "𝄪", "𝄫", "##", "!!", "n", "###", "b𝄫", "#b", "bbbb")
FLAGS = list(itertools.product((True, False), repeat=3))


def check(name, *args, **call):
    """The same value, of the same kind, as librosa's function gives."""
    got, expected = getattr(spectro, name)(*args, **call), getattr(librosa, name)(*args, **call)
    if isinstance(expected, np.ndarray):
        assert type(got) is np.ndarray
        assert got.dtype == expected.dtype
        if got.dtype.kind == "f":
            parity.record(name, got, expected, f"{DOUBLE:.0e} each")
            np.testing.assert_allclose(got, expected, rtol=DOUBLE)
            return
    elif isinstance(expected, (list, dict)):
        assert type(got) is type(expected)
        assert got == expected
        return
    parity.record(name, got, expected, "equal")
    assert np.array_equal(np.asarray(got), np.asarray(expected)), (args, call, got, expected)


@pytest.mark.parametrize("sign", SIGNS)
def test_all_keys_are_spelled_as_in_librosa(sign):
    for letter, mode in itertools.product("CDEFGABc", MODES if sign == "" else MODES[::3]):
        key = f"{letter}{sign}:{mode}"
        check("key_to_degrees", key)
        for unicode, natural in itertools.product((True, False), repeat=2):
            check("key_to_notes", key, unicode=unicode, natural=natural)


@pytest.mark.parametrize("key", ["", "C", "H:maj", "C:Maj", "C:ma", "C:majo", "C:mixo", "C:maj ", "Cx:maj", None, 3])
def test_what_is_no_key_is_refused(key):
    for name in ("key_to_notes", "key_to_degrees"):
        with pytest.raises(ParameterError, match=rf"^\[{name}\] key must be a tonic and a mode"):
            getattr(spectro, name)(key)


@pytest.mark.parametrize("unison", ["C", "F", "B♭", "g", "E##", "A𝄫♭", "C4", "D♮", "Bn4+20"])
def test_fifths_lead_where_they_do_in_librosa(unison):
    for fifths, unicode in itertools.product(range(-40, 41), (True, False)):
        check("fifths_to_note", unison=unison, fifths=fifths, unicode=unicode)


def test_no_fifths_of_no_note():
    with pytest.raises(ParameterError, match=r"^\[fifths_to_note\] unison must be the name of a note"):
        spectro.fifths_to_note(unison="H", fifths=1)
    with pytest.raises(ParameterError, match=r"^\[fifths_to_note\] fifths must be an integer, got 1.5"):
        spectro.fifths_to_note(unison="C", fifths=1.5)


@pytest.mark.parametrize("sort", [True, False])
@pytest.mark.parametrize("return_factors", [True, False])
def test_intervals_grow_as_in_librosa(sort, return_factors):
    options = {"sort": sort, "return_factors": return_factors}
    for primes in ([3], [7], 13, [3, 5], [7, 3], [3, 5, 7], [11, 13, 3], np.array([5, 3]), [3.5], [3, 3], [9, 27]):
        for count in (1, 5, 12, 24):
            check("plimit_intervals", primes=primes, bins_per_octave=count, **options)
    for count in (1, 2, 7, 12, 53, 72):
        check("pythagorean_intervals", bins_per_octave=count, **options)


@pytest.mark.parametrize("intervals", ["equal", "pythagorean", "ji3", "ji5", "ji7", [1, 4 / 3, 3 / 2], (1.9, 1.1, 1.5)])
def test_frequencies_of_intervals_are_those_of_librosa(intervals):
    for _ in range(10):
        options = {"fmin": RNG.uniform(10, 200), "tuning": RNG.uniform(-1, 1), "sort": bool(RNG.integers(2))}
        size, bins = RNG.integers(1, [90, 20])
        check("interval_frequencies", int(size), intervals=intervals, bins_per_octave=int(bins), **options)


def test_intervals_in_mlx_give_frequencies_in_mlx():
    got = spectro.interval_frequencies(5, fmin=100, intervals=mx.array([1.5, 1.0]))
    assert isinstance(got, mx.array)
    assert got.dtype == mx.float32
    assert got.tolist() == [100, 150, 200, 300, 600]
    with spectro.use_arrays("mlx"):
        assert isinstance(spectro.pythagorean_intervals(), mx.array)
        assert spectro.plimit_intervals(primes=[3], bins_per_octave=2, return_factors=True) == [{}, {2: -1, 3: 1}]


REFUSED = {
    "plimit_intervals": ({"primes": []}, {"primes": [-3]}, {"primes": [3], "bins_per_octave": 0}, {"primes": [np.inf]}),
    "pythagorean_intervals": ({"bins_per_octave": 0}, {"bins_per_octave": 2.5}),
    "interval_frequencies": (
        {"n_bins": 0, "fmin": 1, "intervals": "equal"},
        {"n_bins": 2, "fmin": 0, "intervals": "equal"},
        {"n_bins": 2, "fmin": 1, "intervals": "ji9"},
        {"n_bins": 2, "fmin": 1, "intervals": []},
        {"n_bins": 2, "fmin": 1, "intervals": 1.5},
        {"n_bins": 2, "fmin": 1, "intervals": "ji3", "bins_per_octave": 0},
        {"n_bins": 2, "fmin": 1, "intervals": "ji3", "bins_per_octave": 10**6},
    ),
    "interval_to_fjs": (
        *({"interval": x} for x in (0, -1.5, np.pi, 2**0.5, np.nan, np.inf, 1j, [1.5, 1.2345])),
        {"interval": 1.5, "unison": "H"},
        {"interval": 1.2, "tolerance": 1.0},
        {"interval": 1.2, "tolerance": -1},
    ),
    "hz_to_fjs": ({"frequencies": []}, {"frequencies": [0.0, 1.0]}, {"frequencies": 440.0, "fmin": -1}),
    "midi_to_svara_h": ({"midi": 60, "Sa": None}, {"midi": 60j, "Sa": 60}),
    "midi_to_svara_c": ({"midi": 60, "Sa": 60, "mela": 0}, {"midi": 60, "Sa": 60, "mela": "kosala"}),
    "hz_to_svara_h": ({"frequencies": 440, "Sa": 0},),
    "hz_to_svara_c": ({"frequencies": 440, "Sa": 440, "mela": 73}, {"frequencies": 440, "Sa": 440, "mela": 1.5}),
    "note_to_svara_h": ({"notes": "H", "Sa": "C"}, {"notes": "C", "Sa": 60}, {"notes": "C", "Sa": ""}),
    "note_to_svara_c": ({"notes": ["C", "x"], "Sa": "C", "mela": 3},),
    "mela_to_degrees": ({"mela": 0}, {"mela": 73}, {"mela": None}, {"mela": "kosala"}),
    "mela_to_svara": ({"mela": -1}, {"mela": ""}),
    "thaat_to_degrees": ({"thaat": 3}, {"thaat": "bilawal"}),
}


@pytest.mark.parametrize(("name", "call"), [(name, call) for name, calls in REFUSED.items() for call in calls])
def test_what_cannot_be_is_refused_in_the_name_of_the_function(name, call):
    with pytest.raises(ParameterError, match=rf"^\[{name}\] \w+"):
        getattr(spectro, name)(**call)


def test_a_name_that_is_not_in_the_list_is_a_key_error_as_in_librosa():
    for call in (lambda: spectro.mela_to_degrees("x"), lambda: spectro.thaat_to_degrees("x")):
        with pytest.raises(KeyError, match=r"must be a name of list_\w+\(\), got 'x'"):
            call()


def just(count):
    """Ratios that librosa knows: not those whose seventh digit after the point is a last 5."""
    made = [spectro.plimit_intervals(primes=[3, 5, 7][:n], bins_per_octave=count) for n in (1, 2, 3)]
    ratios = np.unique(np.concatenate([*made, spectro.pythagorean_intervals(bins_per_octave=5)]).round(9))
    return ratios[np.round(ratios * 1e7) % 10 != 5]


@pytest.mark.parametrize("tolerance", [65 / 63, 1.04, 1.02])
def test_intervals_have_the_names_that_librosa_gives_them(tolerance):
    ratios = just(24)
    for unison, unicode in itertools.product(("C", "Bb", "F♯", "A𝄫"), (True, False)):
        options = {"unison": unison, "unicode": unicode, "tolerance": tolerance}
        for x in (ratios, 4 * ratios, ratios[None] / 8, ratios.tolist(), float(ratios[3]), np.float64(1.25), 2, []):
            check("interval_to_fjs", x, **options)


def test_a_ratio_is_known_that_librosa_rounds_away():
    """Of seven digits, the last a 5."""
    assert spectro.interval_to_fjs(3**5 / 2**7) == "B"
    assert spectro.interval_to_fjs(np.float32(81 / 64) * np.float32(1 + 1e-7)) == "E"
    assert spectro.interval_to_fjs(2 - 1e-7) == "C"


def test_frequencies_have_the_just_names_that_librosa_gives_them():
    for intervals, bins in itertools.product(("ji3", "ji5", "ji7"), (5, 12, 17)):
        for fmin in RNG.uniform(20, 300, 3):
            f = spectro.interval_frequencies(2 * bins, fmin=fmin, intervals=intervals, bins_per_octave=bins)
            for options in ({}, {"fmin": fmin}, {"unicode": True}, {"unison": "Eb"}):
                check("hz_to_fjs", f, **options)
    check("hz_to_fjs", 66, fmin=55)
    check("hz_to_fjs", [], fmin=55)


@pytest.mark.parametrize(("abbr", "octave", "unicode"), FLAGS)
def test_svaras_are_those_of_librosa(abbr, octave, unicode):
    names = {"abbr": abbr, "octave": octave, "unicode": unicode}
    for mela in RNG.integers(1, 73, 2).tolist():
        midi, sa = RNG.uniform(20, 110, 40), RNG.uniform(40, 80)
        hz, notes = librosa.midi_to_hz(midi), librosa.midi_to_note(midi, cents=True)
        hz_sa, note_sa = float(librosa.midi_to_hz(sa)), str(librosa.midi_to_note(sa, cents=True))
        for values in (midi, midi.tolist(), midi.reshape(2, 20), np.round(2 * midi) / 2, midi[0], 60):
            check("midi_to_svara_h", values, Sa=sa, **names)
            check("midi_to_svara_c", values, Sa=sa, mela=mela, **names)
        check("midi_to_svara_h", np.arange(40, 80.5, 0.5), Sa=60, **names)
        for values in (hz, hz.tolist(), float(hz[0])):
            check("hz_to_svara_h", values, Sa=hz_sa, **names)
            check("hz_to_svara_c", values, Sa=hz_sa, mela=librosa.list_mela().popitem()[0], **names)
        for values in (notes, notes.tolist(), str(notes[0])):
            check("note_to_svara_h", values, Sa=note_sa, **names)
            check("note_to_svara_c", values, Sa=note_sa, mela=mela, **names)


def test_what_is_no_number_has_no_svara():
    assert spectro.midi_to_svara_h([np.nan, 60, np.inf], Sa=60).tolist() == ["", "S", ""]
    assert spectro.hz_to_svara_h([0, 261], Sa=261).tolist() == ["", "S"]
    assert spectro.midi_to_svara_h([], Sa=60).shape == (0,)


def test_melakartas_and_thaats_are_those_of_librosa():
    check("list_mela")
    check("list_thaat")
    for mela in (*range(1, 73), *librosa.list_mela(), "KosaLam", np.int64(5)):
        check("mela_to_degrees", mela)
        for abbr, unicode in itertools.product((True, False), repeat=2):
            check("mela_to_svara", mela, abbr=abbr, unicode=unicode)
    for thaat in (*librosa.list_thaat(), "Todi"):
        check("thaat_to_degrees", thaat)
