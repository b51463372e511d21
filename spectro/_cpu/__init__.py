"""The CPU backend: MLX primitives in C++, fused per block of frames and run on a pool of threads."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Callable
from types import ModuleType
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants.banks import Bank
from .._constants.held import held
from .._constants.lowpass import Lowpass, lowpass_taps
from .._constants.networks import median_network
from .._constants.wavelets import WaveletBank
from .._floor import extension, settings
from .._floor.operation import Kind, supported_if
from .._plans import (
    DecibelPlan,
    DirectionPlan,
    DoubledPlan,
    DualPlan,
    FirstOrderPlan,
    FluxPlan,
    FramewisePlan,
    HalvedPlan,
    IstftPlan,
    MagnitudePlan,
    MedianPlan,
    ReducedPlan,
    ReductionsPlan,
    RephasePlan,
    SeparationPlan,
    SoftmaskPlan,
    SpectrogramPlan,
    StftPlan,
    VocoderPlan,
    WaveletPlan,
)
from .._plans.reductions import Bandwidth, Centroid, Contrast, Energy, Feature, Flatness, Rolloff, Weighted
from .definitions import definitions

MAX_N_FFT = 1 << 17  # beyond it a block of frames is larger than any cache
MAX_SPREAD = 1 << 16  # samples from one frame to the next, where hop_length is longer than a frame
REDUCTIONS = (Centroid, Bandwidth, Rolloff, Flatness, Contrast, Energy, Weighted)  # in the order of the kernels
MOST_STATES = 32  # of one recursive filter, as in kernels/both_ways.h
WIDEST_MEDIAN = 511  # a network for more neighbors takes long to make
AUDIO = (mx.float32, mx.float16, mx.bfloat16)


def unavailable() -> str | None:
    """Why the compiled part cannot run, or None when it can."""
    return _loaded()[1]


@functools.lru_cache(maxsize=1)
def _loaded() -> tuple[ModuleType | None, str | None]:
    native, reason = extension.load("spectro._cpu._native")
    if native is not None:
        native.set_threads(settings.read("SPECTRO_NUM_THREADS") or 0)
        native.definitions.update(definitions(stft, native.filterbank))
    return native, reason


def _compiled() -> Any:
    return _loaded()[0]


def compiled() -> Any:
    """The compiled part, for loops over NumPy's memory, or None where it cannot run."""
    return _compiled()


def describe() -> str:
    """The instruction set, the number of threads in use, and the memory kept for the next results."""
    kept, most = (f"{size / 2**20:.0f}" for size in (kept_memory(), _compiled().kept_at_most()))
    return f"{_compiled().instruction_set()}, {threads()} threads, {kept} of at most {most} MiB kept for reuse"


def threads() -> int:
    """Threads that compute at most."""
    return _compiled().threads()


def set_threads(count: int) -> None:
    """Limit the threads that compute; 0 for all cores."""
    _compiled().set_threads(count)


def kept_memory() -> int:
    """Bytes of past results that are kept for the next ones, and that `mx.get_active_memory` counts as in use."""
    return 0 if unavailable() else _compiled().kept_memory()


def clear_cache() -> None:
    """Let go of what is kept: `mx.clear_cache` cannot, as MLX on a CPU has no cache of its own."""
    if not unavailable():
        _compiled().clear_memory()


def direct(fn: Callable[..., mx.array]) -> Callable[..., Any]:
    """Let an operation of this backend take NumPy's arrays too: read in place, computed at once, given as NumPy's."""
    native = _compiled()

    def either(plan: Any, *operands: Any) -> Any:
        if np.ndarray not in map(type, operands):
            return fn(plan, *operands)
        return native.at_once(fn(plan, *(native.borrowed(x) if type(x) is np.ndarray else x for x in operands)))

    return either


def _frames_fit(n_fft: int, hop_length: int) -> bool:
    return n_fft <= MAX_N_FFT and hop_length <= max(4 * n_fft, MAX_SPREAD)


def _takes_stft(plan: StftPlan, y: Kind, window: Kind) -> bool:
    return y.dtype in AUDIO and window.dtype == mx.float32 and _frames_fit(plan.n_fft, plan.hop_length)


@supported_if(_takes_stft)
def stft(plan: StftPlan, y: mx.array, window: mx.array) -> mx.array:
    """Real FFT of windowed frames: y (..., n), window (n_fft,) -> (..., t, n_bins) complex64."""
    if y.size == 0:  # the gradient of padding is MLX's, which has none without elements
        return mx.zeros((*y.shape[:-1], plan.frames(y.shape[-1]), plan.n_bins), dtype=mx.complex64)
    return _compiled().stft(y, window, *_framing(plan, y))


def _takes_istft(plan: IstftPlan, D: Kind, window: Kind, mask: Kind | None = None) -> bool:
    if mask is not None and (mask.dtype not in (mx.float32, mx.complex64) or mask.ndim < 2):
        return False
    return D.dtype == mx.complex64 and window.dtype == mx.float32 and _frames_fit(plan.n_fft, plan.hop_length)


@supported_if(_takes_istft)
def istft(plan: IstftPlan, D: mx.array, window: mx.array, mask: mx.array | None = None) -> mx.array:
    """Weighted overlap-add of frames: D (..., t, n_bins), masked or not, window (n_fft,) -> (..., length)."""
    return _compiled().istft(D, window, mask, plan.n_fft, plan.hop_length, plan.start, plan.length, plan.floor)


def _takes_spectrogram(plan: SpectrogramPlan, y: Kind, window: Kind) -> bool:
    whole = plan.decibels is None or plan.decibels.block_dims(y.ndim + 1) is not None
    return whole and _takes_stft(plan.stft, y, window)


@supported_if(_takes_spectrogram)
def spectrogram(plan: SpectrogramPlan, y: mx.array, window: mx.array) -> mx.array:
    """|STFT|**power: y (..., n), window (n_fft,) -> (..., t, n_bins), or (..., t, n_bands) with a bank."""
    if y.size == 0:
        bands = plan.stft.n_bins if plan.bank is None else plan.bank.n_bands
        return mx.zeros((*y.shape[:-1], plan.stft.frames(y.shape[-1]), bands))
    bank = None if plan.bank is None else _bank(plan.bank)
    S = _compiled().spectrogram(y, window, *_framing(plan.stft, y), plan.power, bank)
    return S if plan.decibels is None else decibels(plan.decibels, S, mx.array(1.0))


def _takes_filterbank(bank: Bank, S: Kind) -> bool:
    return S.dtype == mx.float32 and S.ndim >= 2


@supported_if(_takes_filterbank)
def filterbank(bank: Bank, S: mx.array) -> mx.array:
    """Sum each band's run of bins: S (..., t, n_bins) -> (..., t, n_bands)."""
    return _compiled().filterbank(_bank(bank), S)


def _takes_reduced(plan: ReducedPlan, y: Kind, window: Kind) -> bool:
    return _takes_stft(plan.stft, y, window)


@supported_if(_takes_reduced)
def reduced(plan: ReducedPlan, y: mx.array, window: mx.array) -> mx.array:
    """Features of |STFT|: y (..., n), window (n_fft,) -> (..., t, width)."""
    if y.size == 0:
        return mx.zeros((*y.shape[:-1], plan.stft.frames(y.shape[-1]), plan.reductions.width))
    return _compiled().reduced(y, window, *_framing(plan.stft, y), _features(plan.reductions))


def _takes_reductions(plan: ReductionsPlan, S: Kind) -> bool:
    return S.dtype == mx.float32 and S.ndim >= 2


@supported_if(_takes_reductions)
def reductions(plan: ReductionsPlan, S: mx.array) -> mx.array:
    """Features of magnitudes, side by side: S (..., t, f) -> (..., t, width)."""
    return _compiled().reductions(_features(plan), S)


def _takes_framewise(plan: FramewisePlan, y: Kind) -> bool:
    return y.dtype in AUDIO


@supported_if(_takes_framewise)
def framewise(plan: FramewisePlan, y: mx.array) -> mx.array:
    """Root mean squares, or the part of the samples that cross zero: y (..., n) -> (..., t)."""
    framing = plan.frame_length, plan.hop_length, plan.frames(y.shape[-1]), plan.padding, plan.pad_mode
    return _compiled().framewise(y, *framing, plan.threshold, plan.zero_is_positive, plan.counts_first)


def _takes_decibels(plan: DecibelPlan, S: Kind, ref: Kind) -> bool:
    return S.dtype == ref.dtype == mx.float32 and plan.in_blocks(S.shape, ref.shape)


@supported_if(_takes_decibels)
def decibels(plan: DecibelPlan, S: mx.array, ref: mx.array) -> mx.array:
    """Decibels, scale * log10(S / ref), with a floor: S (...), ref one value, or one per spectrogram -> (...)."""
    return _compiled().decibels(S, ref, plan.scale, plan.amin, plan.top_db, plan.block_dims(S.ndim))


def _takes_flux(plan: FluxPlan, S: Kind, ref: Kind | None) -> bool:
    return S.dtype == mx.float32 and S.size > 0 and (ref is None or (ref.dtype == mx.float32 and ref.shape == S.shape))


@supported_if(_takes_flux)
def flux(plan: FluxPlan, S: mx.array, ref: mx.array | None) -> mx.array:
    """max(0, S[t + lag] - ref[t]): S (..., t, m) -> (..., t - lag, m), or (..., t - lag) averaged over m."""
    return _compiled().flux(S, ref, plan.lag, plan.max_size, plan.mean)


def _takes_first_order(plan: FirstOrderPlan, x: Kind, state: Kind | None) -> bool:
    return x.dtype == mx.float32 and x.ndim >= 1 and x.size > 0 and (state is None or state.dtype == mx.float32)


@supported_if(_takes_first_order)
def first_order(plan: FirstOrderPlan, x: mx.array, state: mx.array | None) -> mx.array:
    """y[n] = gain x[n] + zero x[n - 1] + pole y[n - 1], state added to y[0]: x (..., n), state (..., 1) -> (..., n)."""
    return _compiled().first_order(x, state, plan.gain, plan.zero, plan.pole)


def _takes_parts(plan: MagnitudePlan | DirectionPlan, D: Kind) -> bool:
    return D.dtype == mx.complex64 and D.size > 0


@supported_if(_takes_parts)
def magnitude(plan: MagnitudePlan, D: mx.array) -> mx.array:
    """|D|: (...) -> (...)."""
    return _compiled().magnitude(D)


@supported_if(_takes_parts)
def direction(plan: DirectionPlan, D: mx.array) -> mx.array:
    """D / |D|, and 1 where D is zero: (...) -> (...)."""
    return _compiled().direction(D)


def _takes_rephase(plan: RephasePlan, D: Kind, earlier: Kind | None, S: Kind) -> bool:
    return D.dtype == mx.complex64 and S.dtype == mx.float32 and D.shape == S.shape


@supported_if(_takes_rephase)
def rephase(plan: RephasePlan, D: mx.array, earlier: mx.array | None, S: mx.array) -> mx.array:
    """S x / |x| of x = D - momentum * earlier, and 0 where x is: D, earlier, S (..., t, f) -> (..., t, f)."""
    return _compiled().rephase(D, earlier, S, plan.momentum)


def _takes_vocoder(plan: VocoderPlan, D: Kind, phases: Kind | None = None) -> bool:
    return D.dtype == mx.complex64 and D.ndim >= 2 and D.size > 0


@supported_if(_takes_vocoder)
def vocoder(plan: VocoderPlan, D: mx.array, phases: mx.array | None = None) -> mx.array:
    """Magnitudes between frames, phases that go on: D (..., t, f), phases (..., 1, f) -> (..., plan.made, f)."""
    return _compiled().vocoder(_places(plan), D, phases)


def _takes_median(plan: MedianPlan, S: Kind) -> bool:
    return S.dtype in (mx.float32, mx.complex64) and S.ndim >= 2 and S.size > 0 and plan.size <= WIDEST_MEDIAN


@supported_if(_takes_median)
def running_median(plan: MedianPlan, S: mx.array) -> mx.array:
    """Median of |S| over neighbors, mirrored at the ends: S (..., n, m) -> (..., n, m)."""
    return _compiled().running_median(_network(plan.size), S, plan.size, plan.axis)


def _takes_separation(plan: SeparationPlan, S: Kind, harmonic: Kind, percussive: Kind) -> bool:
    return S.dtype in (mx.float32, mx.complex64) and S.size > 0 and harmonic.shape == percussive.shape == S.shape


@supported_if(_takes_separation)
def separation(plan: SeparationPlan, S: mx.array, harmonic: mx.array, percussive: mx.array) -> mx.array:
    """Masks of the two parts, or S times them: three (..., n, m) -> (..., 2, n, m)."""
    margins = plan.margin_harmonic, plan.margin_percussive
    return _compiled().separation(S, harmonic, percussive, plan.power, *margins, plan.masks)


def _takes_softmask(plan: SoftmaskPlan, X: Kind, X_ref: Kind) -> bool:
    return X.dtype == X_ref.dtype == mx.float32 and X.shape == X_ref.shape and X.size > 0


@supported_if(_takes_softmask)
def softmask(plan: SoftmaskPlan, X: mx.array, X_ref: mx.array) -> mx.array:
    """Share of X (...) in what lies over each other, with X_ref (...) -> (...)."""
    return _compiled().softmask(X, X_ref, plan.power, plan.splits_zeros)


def _takes_wavelets(plan: WaveletPlan, y: Kind) -> bool:
    return y.dtype in AUDIO and y.size > 0 and _frames_fit(plan.stft.n_fft, plan.stft.hop_length)


@supported_if(_takes_wavelets)
def wavelets(plan: WaveletPlan, y: mx.array) -> mx.array:
    """Products of wavelets with frames: y (..., n) -> (..., t, n_bands) complex64."""
    return _compiled().wavelets(y, _ones(plan.stft.n_fft), *_framing(plan.stft, y), _wavelet_bank(plan.bank))


def _takes_dual(plan: DualPlan, C: Kind) -> bool:
    return C.dtype == mx.complex64 and C.ndim >= 2


@supported_if(_takes_dual)
def dual(plan: DualPlan, C: mx.array) -> mx.array:
    """Sum of conjugate wavelets by their coefficients: C (..., t, n_bands) -> (..., t, n_bins)."""
    return _compiled().dual(_wavelet_bank(plan.bank), C)


def _takes_rate(plan: HalvedPlan | DoubledPlan, y: Kind) -> bool:
    return y.dtype == mx.float32 and y.size > 0


@supported_if(_takes_rate)
def halved(plan: HalvedPlan, y: mx.array) -> mx.array:
    """Every second sample of y (..., n), low-passed: (..., ceil(n / 2))."""
    return _compiled().halved(_taps(plan.filter, plan.gain), y)


@supported_if(_takes_rate)
def doubled(plan: DoubledPlan, x: mx.array) -> mx.array:
    """Zeros put between the samples of x (..., n), low-passed: (..., length)."""
    return _compiled().doubled(_taps(plan.filter, plan.gain), x, plan.length)


@functools.lru_cache(maxsize=32)
def _ones(size: int) -> mx.array:
    return held(mx.ones(size))


@functools.lru_cache(maxsize=64)
def _wavelet_bank(bank: WaveletBank) -> Any:
    return _compiled().ComplexBank(bank.n_bins, list(bank.starts), list(bank.lengths), bank.values().tolist())


@functools.lru_cache(maxsize=32)
def _taps(filter: Lowpass, gain: float) -> Any:
    taps = [gain * tap for tap in lowpass_taps(filter)]
    return _compiled().Taps(taps[::2], taps[1::2])


def band_energies(
    x: np.ndarray,
    coefficients: np.ndarray,
    settled: np.ndarray,
    edge: int,
    settling: int,
    starts: np.ndarray,
    width: int,
) -> np.ndarray:
    """Energies of filters that go forwards and backwards over x (rows, n), on plain memory: (rows, filters, starts).

    Filters have sections of x's coefficients and of y's but the first (filters, sections, 2 order + 1), and states at
    rest (filters, sections, order), which they come to within `settling` samples.
    """
    out = np.empty((len(x), len(coefficients), len(starts)), dtype=np.float32)
    x, coefficients, settled = map(np.ascontiguousarray, (x, coefficients, settled))
    _compiled().band_energies(x, coefficients, settled, edge, settling, starts, width, out)
    return out


@functools.lru_cache(maxsize=32)
def _network(size: int) -> Any:
    network = median_network(size)
    steps = [register for step in network.steps for register in step]
    return _compiled().Network(network.inputs, network.registers, steps, list(network.outputs))


@functools.lru_cache(maxsize=32)
def _places(plan: VocoderPlan) -> Any:
    first, share = plan.steps
    return _compiled().Places(pickle.dumps(plan), first.tolist(), share.tolist(), plan.goes_on)


def _framing(plan: StftPlan, y: mx.array) -> tuple[int, int, int, int, str]:
    return plan.n_fft, plan.hop_length, plan.frames(y.shape[-1]), plan.padding, plan.pad_mode


@functools.lru_cache(maxsize=32)
def _bank(bank: Bank) -> Any:
    table = bank.table()
    starts, lengths, values = table.starts.tolist(), table.lengths.tolist(), table.values.tolist()
    return _compiled().Bank(bank.n_bins, starts, lengths, values)


@functools.lru_cache(maxsize=32)
def _features(plan: ReductionsPlan) -> Any:
    return _compiled().Features(
        pickle.dumps(plan), plan.frequencies.hertz.tolist(), [_packed(f) for f in plan.features]
    )


def _packed(feature: Feature) -> tuple[int, float, float, bool, list[int], Any]:
    """A feature as the compiled part takes it: kind, power, floor, flag, cuts, bank."""
    kind = REDUCTIONS.index(type(feature))
    if isinstance(feature, Bandwidth):
        return kind, feature.p, 0.0, feature.norm, [], None
    if isinstance(feature, Rolloff):
        return kind, feature.percent, 0.0, False, [], None
    if isinstance(feature, Flatness):
        return kind, feature.power, feature.amin, False, [], None
    if isinstance(feature, Energy):
        n = feature.frame_length
        return kind, 2**0.5 / n, 0.0, n % 2 == 0, [], None
    cuts = [number for band in feature.bands for number in band] if isinstance(feature, Contrast) else []
    return kind, 0.0, 0.0, False, cuts, _bank(feature.bank) if isinstance(feature, Weighted) else None
