"""The inverse: each octave by its dual wavelets, added to the octaves below it at its own rate."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants.held import held
from .._constants.wavelets import WaveletBank
from .._engine.calls import Call, bind
from .._floor.arrays import namespace, takes_numpy
from .._floor.operation import Kind
from .._plans import DualPlan, IstftPlan
from .bins import Bins
from .rates import by_soxr, fixed, raised


def synthesis(
    where: str,
    bins: Bins,
    C: Kind,
    *,
    sr: float,
    hop_length: int,
    bins_per_octave: int,
    scale: bool,
    length: int | None,
    quality: str | None,
) -> Call:
    """A signal as a function of coefficients (..., t, bins)."""
    lengths = bins.lengths(where, sr)[0]
    frames = C.shape[-2]
    if length is not None:
        frames = min(frames, math.ceil((length + lengths.max()) / hop_length))
    if frames == 1:  # which reach no sample
        return takes_numpy(lambda C: namespace(C).zeros((*C.shape[:-2], length or 0), dtype=namespace(C).float32))
    n_octaves = math.ceil(len(bins) / bins_per_octave)
    twos = (hop_length & -hop_length).bit_length() - 1
    steps = []
    for octave in range(n_octaves):  # from the lowest one up
        part = slice(octave * bins_per_octave, min((octave + 1) * bins_per_octave, len(bins)))
        halvings = min(n_octaves - 1 - octave, twos)
        bank = bins[part].bank(where, sr / 2**halvings)
        weighted = bank.scaled(_dual_weights(bank, lengths[part], scale))
        kind = Kind((*C.shape[:-2], frames, weighted.n_bands), mx.complex64)
        steps.append((part, halvings, _octave(where, weighted, kind, hop_length >> halvings)))
    adding = _adding(where, steps, C, frames, hop_length, quality)

    def call(C: Any) -> Any:
        y = adding(C)
        return y if length is None else fixed(y, length)

    return takes_numpy(call, adding)


def _dual_weights(bank: WaveletBank, lengths: np.ndarray, scale: bool) -> np.ndarray:
    """What the coefficient of each wavelet counts: over its power, and over its length at the full rate."""
    pieces = np.split(np.abs(bank.values().astype(np.complex128)) ** 2, np.cumsum(bank.lengths)[:-1])
    power = np.array([piece.sum() for piece in pieces])
    weights = 2 * (bank.n_bins - 1) / (lengths * power)
    return weights * np.sqrt(lengths) if scale else weights


def _octave(where: str, bank: WaveletBank, C: Kind, hop: int) -> Call:
    """A signal from the coefficients (..., t, bands) of one octave."""
    n_fft = 2 * (bank.n_bins - 1)
    D = Kind((*C.shape[:-1], bank.n_bins), mx.complex64)
    plan = IstftPlan.of(where, D.swapped().shape, n_fft=n_fft, hop_length=hop)
    spectra, frames = bind("dual", DualPlan(bank), C), bind("istft", plan, D, held(mx.ones(n_fft)))
    return takes_numpy(lambda C: frames(spectra(C)), spectra, frames)


def _adding(where: str, steps: list[Any], C: Kind, frames: int, hop: int, quality: str | None) -> Call:
    """The sum of all octaves, each raised to the rate of the next; by soxr each to the full rate, as in librosa."""
    raising: list[Any] = []
    for (_, halvings, _), (_, above, _) in zip(steps, [*steps[1:], (None, 0, None)], strict=True):
        size = Kind((*C.shape[:-2], (hop >> halvings) * (frames - 1)), mx.float32)
        raising.append(raised(where, size, halvings) if halvings > above else None)

    def call(C: Any) -> Any:
        y: Any = None
        for (part, halvings, octave), next_ in zip(steps, raising, strict=True):
            mine = octave(C[..., :frames, part])
            mine = mine if quality is None else by_soxr(where, mine, 1, 2**halvings, quality)
            y = mine if y is None else y + mine
            y = next_(y) if next_ is not None and quality is None else y
        return y

    return takes_numpy(call, *(step for _, _, step in steps), *filter(None, raising))
