"""Features of spectrograms: `melspectrogram`, `mfcc`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import mlx.core as mx
import numpy as np

from ._constants.banks import DctBank, MelBank
from ._constants.held import held
from ._engine.calls import Call, bind, planned
from ._floor.arrays import is_half, takes_numpy
from ._floor.checks import dtype_of, non_negative, positive_int
from ._floor.docs import documented
from ._floor.pieces import Piece, Whole, each
from ._floor.types import A, Others
from ._front import Framing, Spectra, as_spectrogram, spectrogram_of
from ._plans import DecibelPlan
from .decibel import POWER_DB
from .windows.spec import WindowSpec

SAMPLES = 1 << 22  # of a piece whose levels are made at once: they are few


@planned("y", "S", operands=("window",))
@documented
def melspectrogram(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
    power: float = 2.0,
    n_mels: int = 128,
    fmin: float = 0.0,
    fmax: float | None = None,
    htk: bool = False,
    norm: str | float | None = "slaney",
    dtype: Any = None,
) -> A:
    r"""Mel spectrogram: :math:`M[m, t] = \sum_f B[m, f]\, |D[f, t]|^{power}`.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    S : array (..., f, t), optional
        Spectrogram to sum into bands as it is; `n_fft` then follows from its number of bins.
    %(framing)s
    %(power)s
    %(mel)s
    %(float32)s

    Returns
    -------
    array (..., n_mels, t) float32
        Summed bands.

    Raises
    ------
    %(raises_y_or_S)s

    References
    ----------
    %(mel_references)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.melspectrogram(y=mx.zeros(22050), sr=22050, n_mels=40).shape
    (40, 44)
    """
    dtype_of("melspectrogram", dtype, default=mx.float32, allowed=(mx.float32,))
    framing = Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    mel: dict[str, Any] = {"sr": sr, "n_mels": n_mels, "fmin": fmin, "fmax": fmax, "htk": htk, "norm": norm}
    half = is_half(y if S is None else S)
    call = _mel("melspectrogram", y, S, framing, None, power, frames_last=True, **mel).call
    # what is too large for half precision becomes its largest number: an infinity would spoil all decibels
    return (lambda *arrays: mx.minimum(call(*arrays), LARGEST_HALF)) if half else call  # type: ignore[return-value]


LARGEST_HALF = 65504.0
DEFAULTS = {
    name: parameter.default
    for name, parameter in inspect.signature(melspectrogram).parameters.items()
    if name not in ("y", "S", "dtype")
}


def log_mel(where: str, y: Any, *, dtype: Any = None, **keywords: Any) -> Spectra:
    """`power_to_db(melspectrogram(y, **keywords))` as one operation: y (..., n) -> (..., t, n_mels)."""
    dtype_of(where, dtype, default=mx.float32, allowed=(mx.float32,))
    mel = {**DEFAULTS, **keywords}
    framing = Framing(**{name: mel.pop(name) for name in Framing._fields})
    return _mel(where, y, None, framing, POWER_DB, mel.pop("power"), frames_last=False, **mel)


def through(levels: Spectra, then: Call, before: int = 0) -> Call:
    """What becomes of `log_mel`, (..., t - before), as a function of the signal: each frame of so many before it.

    Of a long signal of NumPy's, the levels are made in pieces.
    """

    def at_once(*arrays: Any) -> Any:
        return then(levels.call(*arrays))

    cut = levels.plan.stft.pieces(levels.operands[0].shape, before, SAMPLES) if levels.plan else []
    if levels.plan is None or len(cut) == 1 or levels.arrays > 1:
        return takes_numpy(at_once, levels.call, then)
    no_floor = replace(levels.plan, decibels=replace(POWER_DB, top_db=None))
    bare = bind("spectrogram", no_floor, *levels.operands)

    def call(y: Any) -> Any:
        return _floored(bare, then, y, cut, before) if isinstance(y, np.ndarray) else at_once(y)

    return takes_numpy(call, bare, levels.call, then)


def _floored(levels: Call, then: Call, y: np.ndarray, cut: list[Piece], before: int) -> np.ndarray:
    """What `then` makes of levels above a floor, which lies below the highest of all.

    A piece has the floor of the pieces so far, and is made once more where a later one raises that above its levels.
    """
    whole, floor, seen = Whole(cut[-1].frames.stop - before, -1), -np.inf, []

    def put(piece: Piece, part: np.ndarray, low: np.ndarray) -> None:
        frames = slice(max(piece.frames.start - before, 0), piece.frames.stop - before)
        whole.put(frames, then(np.maximum(part, floor, out=part) if (low < floor).any() else part))

    def parts(pieces: list[Piece]) -> Iterator[tuple[Piece, np.ndarray]]:
        for piece, part in each(levels, y, pieces):
            yield piece, part[..., max(piece.own.start - before, 0) : piece.own.stop, :]

    for piece, part in parts(cut):
        floor = np.maximum(floor, part.max(axis=(-2, -1), keepdims=True) - np.float32(POWER_DB.top_db))
        low = part.min(axis=(-2, -1), keepdims=True)
        seen.append((piece, floor, low))
        put(piece, part, low)
    late = [(piece, low) for piece, used, low in seen if ((used < floor) & (low < floor)).any()]
    for (_, low), (piece, part) in zip(late, parts([piece for piece, _ in late]), strict=True):
        put(piece, part, low)
    return whole.array


def _mel(
    where: str,
    y: Any,
    S: Any,
    framing: Framing,
    decibels: DecibelPlan | None,
    power: Any,
    *,
    frames_last: bool,
    **mel: Any,
) -> Spectra:
    def bank_of(n_fft: int) -> MelBank:
        return MelBank.of(where, n_fft=n_fft, **mel)

    return spectrogram_of(where, y, S, framing, bank_of, power=power, decibels=decibels, frames_last=frames_last)


@planned("y", "S", operands=("window",), keywords=melspectrogram)
@documented
def mfcc(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    n_mfcc: int = 20,
    dct_type: int = 2,
    norm: str | None = "ortho",
    lifter: float = 0,
    mel_norm: str | float | None = "slaney",
    **kwargs: Any,
) -> A:
    r"""Mel-frequency cepstral coefficients: the DCT of the mel spectrogram in decibels.

    With a lifter, coefficient :math:`k` is scaled by :math:`1 + \frac{L}{2} \sin(\pi (k + 1) / L)`.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    S : array (..., n_mels, t), optional
        Mel spectrogram in decibels.
    n_mfcc : int >= 1
        Coefficients to return, at most the number of bands.
    %(dct_type)s
    norm : {'ortho', 'backward', 'forward', None}
        Scaling of the transform, as in SciPy.
    lifter : float >= 0
        Length of the liftering sine; 0 for none.
    mel_norm : 'slaney', float or None
        `norm` of the mel filterbank.
    **kwargs
        Further keywords of `melspectrogram`.

    Returns
    -------
    array (..., n_mfcc, t) float32
        Coefficients.

    Raises
    ------
    %(raises_y_or_S)s

    Notes
    -----
    Differs from librosa: decibels are those of each spectrogram of a batch by itself, as in 1.0.

    References
    ----------
    .. [1] Davis, S. B. and Mermelstein, P., "Comparison of parametric representations for monosyllabic word
       recognition in continuously spoken sentences", IEEE Trans. ASSP 28(4), 1980.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.mfcc(y=mx.ones(22050), sr=22050, n_mfcc=13).shape
    (13, 44)
    """
    n_mfcc = positive_int("mfcc", "n_mfcc", n_mfcc)
    lifter = non_negative("mfcc", "lifter", lifter)
    if S is None:
        levels = log_mel("mfcc", y, sr=sr, norm=mel_norm, **kwargs)
        bands, of_levels = levels.kind, {}
    else:
        levels, bands, of_levels = None, as_spectrogram("mfcc", S), {"takes_frames_last": True}
    n_mels = bands.shape[-1] if levels else bands.shape[-2]
    bank = DctBank.of("mfcc", n_filters=min(n_mfcc, n_mels), n_input=n_mels, dct_type=dct_type, norm=norm)
    coefficients = bind("filterbank", bank, bands, gives_frames_last=True, **of_levels)  # (..., n_mfcc, t)
    if lifter > 0:
        lift = _lifter(lifter, bank.n_bands)
        weights = {mx.array: lift, np.ndarray: np.asarray(lift)}

    def lifted(levels: Any) -> Any:
        M = coefficients(levels)
        return M * weights[type(M)] if lifter > 0 else M

    call = takes_numpy(lifted, coefficients)
    return call if levels is None else through(levels, call)  # type: ignore[return-value]


@functools.lru_cache(maxsize=32)
def _lifter(lifter: float, count: int) -> mx.array:
    """The weight of each coefficient: (n_mfcc, 1)."""
    return held(1 + lifter / 2 * mx.sin(mx.arange(1, 1 + count) * (mx.pi / lifter)).reshape(-1, 1))
