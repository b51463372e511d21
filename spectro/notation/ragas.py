"""The scales of Indian music: the 72 melakartas of the Carnatic tradition, the ten thaats of the Hindustani one."""

from __future__ import annotations

import functools
import itertools
import numbers
from typing import Any

import numpy as np

from .._floor.docs import documented
from .._floor.public import host
from ..errors import ParameterError

MELAKARTAS = """
kanakangi ratnangi ganamurthi vanaspathi manavathi tanarupi senavathi hanumathodi dhenuka natakapriya kokilapriya
rupavathi gayakapriya vakulabharanam mayamalavagaula chakravakom suryakantham hatakambari jhankaradhwani natabhairavi
keeravani kharaharapriya gaurimanohari varunapriya mararanjini charukesi sarasangi harikambhoji dheerasankarabharanam
naganandini yagapriya ragavardhini gangeyabhushani vagadheeswari sulini chalanatta salagam jalarnavam jhalavarali
navaneetham pavani raghupriya gavambodhi bhavapriya subhapanthuvarali shadvidhamargini suvarnangi divyamani
dhavalambari namanarayani kamavardhini ramapriya gamanasrama viswambhari syamalangi shanmukhapriya simhendramadhyamam
hemavathi dharmavathi neethimathi kanthamani rishabhapriya latangi vachaspathi mechakalyani chitrambari sucharitra
jyotisvarupini dhatuvardhini nasikabhushani kosalam rasikapriya
"""
NUMBERS = {name: number for number, name in enumerate(MELAKARTAS.split(), 1)}
# Each thaat has the notes of a melakarta, which has this number.
THAATS = {
    "bilaval": 29,
    "khamaj": 28,
    "kafi": 22,
    "asavari": 20,
    "bhairavi": 8,
    "kalyan": 65,
    "marva": 53,
    "poorvi": 51,
    "todi": 45,
    "bhairav": 15,
}
LONG = {"S": "Sa", "R": "Ri", "G": "Ga", "M": "Ma", "P": "Pa", "D": "Dha", "N": "Ni"}
LOWERED = str.maketrans("123", "₁₂₃")
PAIRS = tuple(itertools.combinations(range(4), 2))  # of the four places below ma, or above pa


class UnknownRagaError(ParameterError, KeyError):
    """The name of a scale that is not in the list; a `KeyError`, too, as in librosa."""

    __str__ = Exception.__str__


@host()
def list_mela() -> dict[str, int]:
    """Names of the 72 melakartas, the parent scales of Carnatic music, and their numbers.

    Returns
    -------
    dict of str to int
        Numbers 1 .. 72 by name, in their order.

    References
    ----------
    .. [1] Bhagyalekshmy, S., "Ragas in Carnatic music", 1990.

    Examples
    --------
    >>> import spectro
    >>> spectro.list_mela()["kharaharapriya"]
    22
    """
    return dict(NUMBERS)


@host()
def list_thaat() -> list[str]:
    """Names of the ten thaats, the parent scales of Hindustani music.

    Returns
    -------
    list of str
        The names.

    References
    ----------
    .. [1] Bhatkhande, V. N., "A short historical survey of the music of upper India", 1934.

    Examples
    --------
    >>> import spectro
    >>> spectro.list_thaat()[0]
    'bilaval'
    """
    return list(THAATS)


@host()
@documented
def mela_to_degrees(mela: str | int) -> np.ndarray:
    """Pitch classes of a melakarta, counted from Sa.

    Sa and pa are in each; the number says which two of four places below ma, which of the two ma, and which two of four
    places above pa come to them.

    Parameters
    ----------
    %(mela)s

    Returns
    -------
    array (7,) int64
        Semitones above Sa, in 0 .. 11.

    Raises
    ------
    %(raises_mela)s

    Examples
    --------
    >>> import spectro
    >>> spectro.mela_to_degrees("kanakangi")
    array([0, 1, 2, 5, 7, 8, 9])
    """
    return _degrees(number_of("mela_to_degrees", mela)).copy()


@host()
@documented
def mela_to_svara(mela: str | int, *, abbr: bool = True, unicode: bool = True) -> list[str]:
    """Names of the twelve pitch classes above Sa, spelled for a melakarta.

    The second place above Sa is ri or ga, and so is the third; places above pa are dha or ni. The scale has each once;
    the others are named so that all ri are below all ga, and all dha below all ni.

    Parameters
    ----------
    %(mela)s
    abbr : bool
        Short names such as `R₁` and `S`, otherwise long ones such as `Ri₁` and `Sa`.
    unicode : bool
        Lowered numbers, otherwise plain ones.

    Returns
    -------
    list of 12 str
        Names from Sa upwards.

    Raises
    ------
    %(raises_mela)s

    Examples
    --------
    >>> import spectro
    >>> spectro.mela_to_svara(36, unicode=False)
    ['S', 'R1', 'R2', 'R3', 'G3', 'M1', 'M2', 'P', 'D1', 'D2', 'D3', 'N3']
    """
    return carnatic(number_of("mela_to_svara", mela), abbr=abbr, unicode=unicode)


@host()
def thaat_to_degrees(thaat: str) -> np.ndarray:
    """Pitch classes of a thaat, counted from Sa.

    Parameters
    ----------
    thaat : str
        One of `list_thaat`; capital letters do not count.

    Returns
    -------
    array (7,) int64
        Semitones above Sa, in 0 .. 11.

    Raises
    ------
    ParameterError
        If the name is not in the list; it is a `KeyError`, too.

    Examples
    --------
    >>> import spectro
    >>> spectro.thaat_to_degrees("todi")
    array([ 0,  1,  3,  6,  7,  8, 11])
    """
    return _degrees(_listed("thaat_to_degrees", "thaat", thaat, THAATS, "list_thaat")).copy()


def carnatic(mela: int, *, abbr: bool, unicode: bool) -> list[str]:
    """Names of the twelve pitch classes above Sa in the melakarta of a number."""
    low, high = _pairs(mela)
    names = ["S", *_quarter("R", "G", low), "M1", "M2", "P", *_quarter("D", "N", high)]
    names = names if abbr else [LONG[name[0]] + name[1:] for name in names]
    return [name.translate(LOWERED) for name in names] if unicode else names


def _quarter(first: str, second: str, pair: tuple[int, int]) -> list[str]:
    """Names of four neighboring places, of which the scale has two: the lower is the first letter's."""
    return [
        f"{first}1",
        f"{second}1" if pair == (0, 1) else f"{first}2",
        f"{first}3" if pair == (2, 3) else f"{second}2",
        f"{second}3",
    ]


def _pairs(mela: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Which two of four places a melakarta has below ma, and above pa."""
    low, high = divmod((mela - 1) % 36, 6)
    return PAIRS[low], PAIRS[high]


@functools.lru_cache(maxsize=128)
def _degrees(mela: int) -> np.ndarray:
    low, high = _pairs(mela)
    return np.array([0, *(1 + place for place in low), 5 if mela <= 36 else 6, 7, *(8 + place for place in high)])


def number_of(where: str, mela: Any) -> int:
    """The number of a melakarta that is given by number or name."""
    if isinstance(mela, str):
        return _listed(where, "mela", mela, NUMBERS, "list_mela")
    if not isinstance(mela, numbers.Integral) or not 1 <= int(mela) <= len(NUMBERS):
        raise ParameterError(f"[{where}] mela must be a name or an integer in 1 .. {len(NUMBERS)}, got {mela!r}")
    return int(mela)


def _listed(where: str, name: str, value: Any, known: dict[str, int], way_out: str) -> int:
    if not isinstance(value, str):
        raise ParameterError(f"[{where}] {name} must be a name, got {value!r}")
    if value.lower() not in known:
        raise UnknownRagaError(f"[{where}] {name} must be a name of {way_out}(), got {value!r}")
    return known[value.lower()]
