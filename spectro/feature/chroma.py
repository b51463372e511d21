"""Chroma features: `chroma_stft`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import mlx.core as mx

from .._constants.banks import p_of_norm
from .._constants.chroma import ChromaBank
from .._engine.calls import Call, bind, planned
from .._floor.arrays import as_audio, as_finite, evaluated, takes_numpy
from .._floor.checks import positive
from .._floor.docs import documented
from .._floor.operation import Kind
from .._floor.pieces import uncut
from .._floor.types import A, Others
from .._front import Framing, as_spectrogram, spectrogram_of
from .._host.tuning import in_parts, tuning_of
from .._plans import SpectrogramPlan
from ..filters import chroma
from ..windows.spec import WindowSpec
from ._unit_norm import of_unit_norm

BankOf = Callable[..., ChromaBank]


@planned("y", "S", operands=("window",), keywords=chroma)
@documented
def chroma_stft(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    norm: float | None = float("inf"),
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
    tuning: float | None = None,
    n_chroma: int = 12,
    **kwargs: Any,
) -> A:
    r"""Energy of each pitch class: :math:`C[c, t] = \sum_f B[c, f]\, |D[f, t]|^2`, each frame scaled to unit norm.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    S : array (..., f, t), optional
        Power spectrogram; `n_fft` then follows from its number of bins.
    norm : float, optional
        p of the p-norm that each frame gets, infinity for its highest value; None leaves the energies. Frames that
        vanish stay as they are.
    %(framing)s
    tuning : float, optional
        Deviation from A440 in chroma bins. By default `estimate_tuning` of the power spectrogram of all channels, which
        looks at its values: it cannot be traced, and derivatives take it as a number.
    n_chroma : int >= 1
        Pitch classes of an octave.
    **kwargs
        Further keywords of `filters.chroma`: ctroct, octwidth, base_c.

    Returns
    -------
    array (..., n_chroma, t) float32
        Energies of the pitch classes.

    Raises
    ------
    %(raises_y_or_S)s

    References
    ----------
    %(chroma_references)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> y = mx.sin(2 * mx.pi * 440 / 22050 * mx.arange(22050))
    >>> spectro.feature.chroma_stft(y, sr=22050).mean(axis=1).argmax().item()
    9
    """
    where = "chroma_stft"
    kwargs.pop("dtype", None)
    bank_of = functools.partial(ChromaBank.of, where, sr=sr, n_chroma=n_chroma, **kwargs)
    framing, p = Framing(n_fft, hop_length, win_length, window, center, pad_mode), p_of_norm(where, norm)
    given: Any = S
    if given is not None:
        given.through(functools.partial(as_finite, where, "S"))
    if tuning is None:
        energies = _in_own_tuning(where, y, S, framing, bank_of, positive(where, "sr", sr), n_chroma)
    else:
        energies = spectrogram_of(where, y, S, framing, lambda n: bank_of(n_fft=n, tuning=tuning)).call

    def call(*arrays: Any) -> Any:
        return of_unit_norm(energies(*arrays), p).swapaxes(-1, -2)

    return takes_numpy(call, energies)  # type: ignore[return-value]


def _in_own_tuning(
    where: str, y: Any, S: Any, framing: Framing, bank_of: BankOf, sr: float, n_chroma: int
) -> Callable[..., mx.array]:
    """Energies (..., t, c) in the tuning that the spectra are found to have."""
    if S is not None:
        S = as_spectrogram(where, S)
        bins, n_fft = S.shape[-2], framing.n_fft
        n_fft = n_fft if n_fft is not None and n_fft // 2 + 1 == bins else 2 * (bins - 1)
        cut = uncut(S.shape, S.shape[-1])
        powers: Call = takes_numpy(lambda S: S.swapaxes(-1, -2))
        frames = S.shape[-1]
    else:
        y = as_audio(where, "y", y)
        plan, window = framing.of(where, y)
        n_fft, bins, cut, kinds = plan.n_fft, plan.n_bins, plan.pieces(y.shape), (y, window)
        frames = plan.frames(y.shape[-1])
        powers = bind("spectrogram", SpectrogramPlan.of(where, plan, power=2.0), *kinds)
    leading = y.shape[:-1] if S is None else S.shape[:-2]
    # refuses what cannot be, before anything is computed
    folds = bind("filterbank", bank_of(n_fft=n_fft), Kind((*leading, frames, bins), mx.float32))

    def in_tuning(parts: Iterable[Any]) -> ChromaBank:
        of_bins = max(2 * (bins - 1), 1)  # librosa's, also where n_fft is odd
        return bank_of(n_fft=n_fft, tuning=tuning_of(where, parts, bins_per_octave=n_chroma, sr=sr, n_fft=of_bins))

    def at_once(*arrays: Any) -> Any:
        P = powers(*arrays)  # (..., t, f)
        bank = in_tuning([evaluated(where, "tuning=None", P)])
        return bind("filterbank", bank, Kind(P.shape, mx.float32))(P)

    def again(y: Any, *window: Any) -> Any:  # the spectra of a long signal are made twice rather than kept
        parts = in_parts(where, "tuning=None", lambda y: powers(y, *window), y, cut)
        folded = SpectrogramPlan.of(where, plan, power=2.0, bank=in_tuning(part for _, part in parts))
        return bind("spectrogram", folded, *kinds)(y, *window)

    return takes_numpy(at_once if len(cut) == 1 else again, powers, folds)
