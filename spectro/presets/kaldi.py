"""The front ends of Kaldi: `kaldi_fbank`, `kaldi_mfcc`."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import mlx.core as mx
import numpy as np

from .._constants.banks import DctBank
from .._constants.given import GivenBank
from .._engine.calls import Call, bind, planned
from .._floor.arrays import as_audio, namespace, takes_numpy
from .._floor.checks import finite, non_negative, positive, positive_int
from .._floor.docs import documented
from .._floor.operation import Kind, Open
from .._floor.types import A, Others
from ..errors import ParameterError, warn
from ._bands import bands_of, logarithm
from ._kaldi_frames import KaldiFrames, in_blocks, one_by_one
from ._triangles import mel_bank, mel_triangles

EPSILON = float(np.finfo(np.float32).eps)  # the floor of all logarithms


@planned("y", operands=("generator",))
@documented
def kaldi_fbank(
    y: A | Others,
    *,
    sr: float = 16000,
    num_mel_bins: int = 80,
    low_freq: float = 20.0,
    high_freq: float = 0.0,
    frame_length: float = 25.0,
    frame_shift: float = 10.0,
    window_type: str = "povey",
    blackman_coeff: float = 0.42,
    preemphasis_coefficient: float = 0.97,
    remove_dc_offset: bool = True,
    snip_edges: bool = True,
    round_to_power_of_two: bool = True,
    dither: float = 0.0,
    generator: Any = None,
    use_energy: bool = False,
    raw_energy: bool = True,
    energy_floor: float = 0.0,
    use_log_fbank: bool = True,
    use_power: bool = True,
    htk_compat: bool = False,
) -> A:
    r"""Log-mel filterbank of Kaldi: :math:`\ln \max(\sum_k B[m, k]\, |X_t[k]|^2, \epsilon)`.

    :math:`X_t` is the FFT of frame t, without its mean, pre-emphasized and windowed.

    Parameters
    ----------
    %(kaldi_y)s
    %(sr)s
    %(kaldi_mel)s
    %(kaldi_frames)s
    use_energy : bool
        Add the logarithm of the frame's energy, as the first row.
    %(kaldi_energy)s
    use_log_fbank : bool
        Give logarithms.
    use_power : bool
        Sum powers, not magnitudes.
    htk_compat : bool
        Let the energy be the last row.

    Returns
    -------
    array (..., num_mel_bins, t) float32
        Levels, with one more row of `use_energy`; Kaldi's matrices are (t, num_mel_bins). There are
        ``t = 1 + (n - length) // shift`` frames with `snip_edges`.

    Raises
    ------
    %(raises_kaldi)s

    References
    ----------
    %(kaldi_references)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.presets.kaldi_fbank(mx.zeros(16000)).shape
    (80, 98)
    """
    where = "kaldi_fbank"
    given = dict(locals())
    x, sr, frames = _framed(where, y, given)
    bank = _mel_bank(where, sr, frames.n_fft, num_mel_bins, low_freq, high_freq)
    log = logarithm(EPSILON) if use_log_fbank else None
    bands = _bands(where, frames, x.kind, bank, 2.0 if use_power else 1.0, log)
    energy = Energy.of(where, given) if use_energy else None

    def features(cut: Any) -> Any:
        centered = frames.centered(cut)
        emphasized = frames.emphasized(centered)
        levels = bands(one_by_one(emphasized))
        if energy is None:
            return levels
        rows = [energy.row(frames, centered, emphasized), levels]
        return namespace(cut).concatenate(rows[::-1] if htk_compat else rows, axis=-1)

    return _call(where, frames, features, given, bands)  # type: ignore[return-value]


@planned("y", operands=("generator",))
@documented
def kaldi_mfcc(
    y: A | Others,
    *,
    sr: float = 16000,
    num_ceps: int = 13,
    num_mel_bins: int = 23,
    low_freq: float = 20.0,
    high_freq: float = 0.0,
    frame_length: float = 25.0,
    frame_shift: float = 10.0,
    window_type: str = "povey",
    blackman_coeff: float = 0.42,
    preemphasis_coefficient: float = 0.97,
    remove_dc_offset: bool = True,
    snip_edges: bool = True,
    round_to_power_of_two: bool = True,
    dither: float = 0.0,
    generator: Any = None,
    use_energy: bool = True,
    raw_energy: bool = True,
    energy_floor: float = 0.0,
    cepstral_lifter: float = 22.0,
    htk_compat: bool = False,
) -> A:
    r"""Mel-frequency cepstral coefficients of Kaldi: the orthonormal DCT of `kaldi_fbank`, liftered.

    Coefficient :math:`k` is scaled by :math:`1 + \frac{L}{2} \sin(\pi k / L)`.

    Parameters
    ----------
    %(kaldi_y)s
    %(sr)s
    num_ceps : int in 1 .. num_mel_bins
        Coefficients.
    %(kaldi_mel)s
    %(kaldi_frames)s
    use_energy : bool
        Let the logarithm of the frame's energy stand for the first coefficient.
    %(kaldi_energy)s
    cepstral_lifter : float >= 0
        Length of the liftering sine; 0 for none.
    htk_compat : bool
        Let the first coefficient, or the energy, be the last row; the coefficient times the root of 2.

    Returns
    -------
    array (..., num_ceps, t) float32
        Coefficients; Kaldi's matrices are (t, num_ceps).

    Raises
    ------
    %(raises_kaldi)s

    References
    ----------
    %(kaldi_references)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.presets.kaldi_mfcc(mx.zeros(16000)).shape
    (13, 98)
    """
    where = "kaldi_mfcc"
    given = dict(locals())
    x, sr, frames = _framed(where, y, given)
    bank = _mel_bank(where, sr, frames.n_fft, num_mel_bins, low_freq, high_freq)
    num_ceps = positive_int(where, "num_ceps", num_ceps)
    if num_ceps > bank.n_bands:
        raise ParameterError(f"[{where}] num_ceps must be at most num_mel_bins={bank.n_bands}, got {num_ceps}")
    lifter = non_negative(where, "cepstral_lifter", cepstral_lifter)
    bands = _bands(where, frames, x.kind, bank, 2.0, logarithm(EPSILON))
    dct = _cepstra(num_ceps, bank.n_bands, lifter, bool(htk_compat))
    cepstra = bind("filterbank", dct, _levels(frames, x.kind, bank.n_bands))
    energy = Energy.of(where, given) if use_energy else None

    def features(cut: Any) -> Any:
        centered = frames.centered(cut)
        emphasized = frames.emphasized(centered)
        rows = cepstra(bands(one_by_one(emphasized)))
        if energy is None:
            return rows
        row = energy.row(frames, centered, emphasized)
        parts = [rows[..., :-1], row] if htk_compat else [row, rows[..., 1:]]
        return namespace(cut).concatenate(parts, axis=-1)

    return _call(where, frames, features, given, bands, cepstra)  # type: ignore[return-value]


FRAMING = (
    "frame_length",
    "frame_shift",
    "snip_edges",
    "round_to_power_of_two",
    "window_type",
    "blackman_coeff",
    "preemphasis_coefficient",
    "remove_dc_offset",
)


def _framed(where: str, y: Any, given: dict[str, Any]) -> tuple[Open, float, KaldiFrames]:
    """Check the signal, its rate and its frames."""
    is_mlx = getattr(y, "is_mlx", False)
    x: Open = as_audio(where, "y", y)
    sr = positive(where, "sr", given["sr"])
    frames = KaldiFrames.of(where, sr=sr, **{name: given[name] for name in FRAMING})
    frames.check_signal(where, x.shape, whole=is_mlx)
    return x, sr, frames


def _mel_bank(where: str, sr: float, n_fft: int, bands: Any, low: Any, high: Any) -> GivenBank:
    """Check the range of the bands; warn of those without a bin."""
    bands, low, high = (
        positive_int(where, "num_mel_bins", bands),
        finite(where, "low_freq", low),
        finite(where, "high_freq", high),
    )
    top = high if high > 0 else sr / 2 + high
    if not 0 <= low < top <= sr / 2:
        raise ParameterError(
            f"[{where}] low_freq and high_freq must make a range in 0 .. sr / 2 = {sr / 2:g}, got {low:g} .. {top:g}"
        )
    if (mel_triangles(sr, n_fft, bands, low, top).max(axis=1) == 0).any():
        warn(f"[{where}] Empty filters detected: some bands hold no frequency bin; lower num_mel_bins")
    return mel_bank(sr, n_fft, bands, low, top)


def _bands(where: str, frames: KaldiFrames, y: Kind, bank: GivenBank, power: float, log: Any) -> Call:
    """Plan bands of conditioned frames that lie one after the other: (..., t * length) -> (..., t, bands)."""
    laid = Kind((*y.shape[:-1], frames.count(y.shape[-1]) * frames.length), mx.float32)
    options: dict[str, Any] = {"window": frames.window(), "power": power, "log": log}
    return bands_of(where, laid, frames.plan(), bank, frames_last=False, **options)


def _levels(frames: KaldiFrames, y: Kind, bands: int) -> Kind:
    """What bands of a signal are: (..., t, bands)."""
    return Kind((*y.shape[:-1], frames.count(y.shape[-1]), bands), mx.float32)


class Energy(NamedTuple):
    """The logarithm of the energy of frames."""

    raw: bool
    floor: float

    @classmethod
    def of(cls, where: str, given: dict[str, Any]) -> Energy:
        """Validate the options."""
        return cls(bool(given["raw_energy"]), max(EPSILON, non_negative(where, "energy_floor", given["energy_floor"])))

    def row(self, frames: KaldiFrames, centered: Any, emphasized: Any) -> Any:
        """Of frames (..., t, n) before or after pre-emphasis and window: (..., t, 1)."""
        nx, x = namespace(centered), centered
        if not self.raw:
            window = frames.trimmed_window()
            x = emphasized * (window if nx is mx else np.asarray(window))
        energy = (x * x).sum(-1, keepdims=True)
        return nx.log(nx.maximum(energy, self.floor))


def _call(where: str, frames: KaldiFrames, features: Callable[[Any], Any], given: dict[str, Any], *parts: Call) -> Call:
    """Plan features of frames (..., t, n) -> (..., t, m) of a signal: y (..., n) -> (..., m, t)."""
    noise = _noise(where, given["dither"], given["generator"])

    def call(y: Any, *key: mx.array) -> Any:
        cut = frames.cut(where, y)
        whole = features if noise is None else lambda cut: features(cut + noise(cut, *key))
        return in_blocks(whole, cut).swapaxes(-1, -2)

    return takes_numpy(call, *parts)


def _noise(where: str, dither: Any, generator: Any) -> Callable[..., Any] | None:
    """Normal noise for frames, by a generator of NumPy's or a key of MLX's."""
    dither = non_negative(where, "dither", dither)
    known = isinstance(generator, (np.random.Generator, Open))
    if known != (dither > 0) or (generator is not None and not known):
        raise ParameterError(
            f"[{where}] generator must be given with dither, and only then: "
            f"numpy.random.default_rng(seed) or mlx.core.random.key(seed), got dither={dither:g}"
        )
    if isinstance(generator, Open):
        generator.through(lambda key: key)
        return lambda cut, key: dither * mx.random.normal(cut.shape, key=key)

    def drawn(cut: Any) -> Any:
        noise = dither * generator.standard_normal(cut.shape, dtype=np.float32)
        return mx.array(noise) if isinstance(cut, mx.array) else noise

    return drawn if dither > 0 else None


@functools.lru_cache(maxsize=32)
def _cepstra(count: int, bands: int, lifter: float, htk_compat: bool) -> GivenBank:
    """The rows of the orthonormal DCT, liftered, in Kaldi's order or in HTK's."""
    rows = np.array(DctBank(count, bands).weights(), dtype=np.float64)
    if lifter > 0:
        rows *= 1 + lifter / 2 * np.sin(np.pi * np.arange(count) / lifter)[:, None]
    return GivenBank.of(np.concatenate([rows[1:], math.sqrt(2) * rows[:1]]) if htk_compat else rows)
