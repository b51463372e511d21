"""Filterbanks and other matrices: `mel`, `chroma`, `dct`, `wavelet`, `semitone_filterbank`...; `window_sumsquare`."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from ._constants.banks import DctBank, MelBank, MelscaleBank, normalized, p_of_norm
from ._constants.chroma import (
    ChromaBank,
    ConstantQChromaBank,
)
from ._constants.diagonal import diagonal
from ._constants.float64 import float64, functions, in_kind
from ._constants.wavelets import fft_size, lengths_of, relative_bandwidths, wavelet_of
from ._floor.absent import absent
from ._floor.arrays import numpy_numbers
from ._floor.checks import (
    dtype_of,
    finite,
    non_negative,
    positive,
    positive_int,
)
from ._floor.docs import documented
from ._floor.public import host, public
from ._floor.sizes import check_size
from ._host.filtering import bands_of, designed, semitones
from .errors import ParameterError
from .windows.bandwidth import WINDOW_BANDWIDTHS as WINDOW_BANDWIDTHS
from .windows.bandwidth import noise_bandwidth, sampler
from .windows.spec import WindowSpec, get_window, is_spec, resolve_window

ENVELOPE = 64  # bytes for a sample of a squared-window envelope while it is made: sums and their places, in float64
WAVELET = 24  # bytes for a value of a wavelet while all are made

__getattr__ = absent(__name__)

__all__ = [
    "chroma",
    "cq_to_chroma",
    "dct",
    "diagonal_filter",
    "get_window",
    "mel",
    "melscale_fbanks",
    "mr_frequencies",
    "semitone_filterbank",
    "wavelet",
    "wavelet_lengths",
    "window_bandwidth",
    "window_sumsquare",
]


@public()
@documented
def mel(
    sr: float,
    n_fft: int,
    *,
    n_mels: int = 128,
    fmin: float = 0.0,
    fmax: float | None = None,
    htk: bool = False,
    norm: str | float | None = "slaney",
    dtype: Any = np.float32,
) -> np.ndarray:
    """Mel filterbank: ``B[m, k] = max(0, min((f_k - p_m) / (p_{m+1} - p_m), (p_{m+2} - f_k) / (p_{m+2} - p_{m+1})))``.

    ``f_k`` are the frequencies of the bins, ``p`` the n_mels + 2 frequencies evenly spaced in mel from fmin to fmax.

    Parameters
    ----------
    %(sr)s
    %(n_fft)s
    %(mel)s
    dtype : float32
        Only float32 is computed.

    Returns
    -------
    array (n_mels, 1 + n_fft // 2) float32
        Weights: no unit, 1 / Hz for 'slaney'.

    Raises
    ------
    %(raises_empty_bands)s

    Notes
    -----
    Differs from librosa: fmin must be below fmax and not negative; float64 is not offered.

    References
    ----------
    %(mel_references)s

    Examples
    --------
    >>> import spectro
    >>> spectro.filters.mel(sr=22050, n_fft=2048, n_mels=80).shape
    (80, 1025)
    """
    dtype_of("mel", dtype, default=mx.float32, allowed=(mx.float32,))
    bank = MelBank.of("mel", sr=sr, n_fft=n_fft, n_mels=n_mels, fmin=fmin, fmax=fmax, htk=htk, norm=norm)
    return mx.array(bank.weights())  # type: ignore[return-value]


@public()
@documented
def chroma(
    *,
    sr: float,
    n_fft: int,
    n_chroma: int = 12,
    tuning: float = 0.0,
    ctroct: float = 5.0,
    octwidth: float | None = 2,
    norm: float | None = 2,
    base_c: bool = True,
    dtype: Any = np.float32,
) -> np.ndarray:
    """Chroma filterbank: ``B[c, k] = exp(-2 (d(c, k) / w_k)^2) / |B[:, k]| * exp(-((o_k - ctroct) / octwidth)^2 / 2)``.

    ``o_k`` is the frequency of bin k in octaves above 27.5 Hz, ``d(c, k)`` how far it lies from pitch class c in chroma
    bins, and ``w_k`` how far the next bin is, at least 1.

    Parameters
    ----------
    %(sr)s
    %(n_fft)s
    n_chroma : int >= 1
        Pitch classes of an octave.
    tuning : float
        Deviation from A440 in chroma bins.
    ctroct, octwidth : float
        Center and width of a Gaussian window over octaves, in octaves above 27.5 Hz; no window where octwidth is None.
    norm : float, optional
        p of the p-norm that each bin's weights have before the window over octaves; None leaves them.
    base_c : bool
        True to begin with C, False with A.
    dtype : float32
        Only float32 is computed.

    Returns
    -------
    array (n_chroma, 1 + n_fft // 2) float32
        Weights.

    Raises
    ------
    ParameterError
        If a parameter is not as described.

    Notes
    -----
    Differs from librosa: float64 is not offered.

    References
    ----------
    %(chroma_references)s

    Examples
    --------
    >>> import spectro
    >>> spectro.filters.chroma(sr=22050, n_fft=2048).shape
    (12, 1025)
    """
    dtype_of("chroma", dtype, default=mx.float32, allowed=(mx.float32,))
    return mx.array(  # type: ignore[return-value]
        ChromaBank.of(
            "chroma",
            sr=sr,
            n_fft=n_fft,
            n_chroma=n_chroma,
            tuning=tuning,
            ctroct=ctroct,
            octwidth=octwidth,
            norm=norm,
            base_c=base_c,
        ).weights()
    )


@public()
@documented
def cq_to_chroma(
    n_input: int,
    *,
    bins_per_octave: int = 12,
    n_chroma: int = 12,
    fmin: float | None = None,
    window: Any = None,
    base_c: bool = True,
    dtype: Any = np.float32,
) -> np.ndarray:
    """Matrix that merges the bins of a constant-Q transform into pitch classes: 1 where a bin belongs to a class.

    Parameters
    ----------
    n_input : int >= 1
        Bins of the transform.
    bins_per_octave : int >= 1
        Bins of an octave, a multiple of `n_chroma`.
    n_chroma : int >= 1
        Pitch classes of an octave.
    fmin : float > 0, optional
        Frequency of the lowest bin in Hz; C1 by default.
    window : array (w,), optional
        Weights of neighboring bins; each row is convolved with them.
    base_c : bool
        True to begin with C, False with A.
    dtype : float32
        Only float32 is computed.

    Returns
    -------
    array (n_chroma, n_input) float32
        Weights.

    Raises
    ------
    %(raises)s

    Notes
    -----
    Differs from librosa: float64 is not offered, also not where `window` is given.

    Examples
    --------
    >>> import spectro
    >>> spectro.filters.cq_to_chroma(6, bins_per_octave=6, n_chroma=3)
    array([[1., 0., 0., 0., 0., 1.],
           [0., 1., 1., 0., 0., 0.],
           [0., 0., 0., 1., 1., 0.]], dtype=float32)
    """
    dtype_of("cq_to_chroma", dtype, default=mx.float32, allowed=(mx.float32,))
    bank = ConstantQChromaBank.of(
        "cq_to_chroma",
        n_input=n_input,
        bins_per_octave=bins_per_octave,
        n_chroma=n_chroma,
        fmin=fmin,
        window=window,
        base_c=base_c,
    )
    return mx.array(bank.weights())  # type: ignore[return-value]


@public()
@documented
def melscale_fbanks(
    n_freqs: int,
    f_min: float,
    f_max: float,
    n_mels: int,
    sample_rate: int,
    norm: str | None = None,
    mel_scale: str = "htk",
) -> np.ndarray:
    """Mel filterbank of torchaudio: the triangles of `mel` over bins ``f_k = k (sample_rate // 2) / (n_freqs - 1)``.

    Parameters
    ----------
    n_freqs : int >= 1
        Number of bins.
    f_min : float >= 0
        Lowest frequency in Hz.
    f_max : float > f_min
        Highest frequency in Hz.
    %(n_mels)s
    sample_rate : int > 0
        Sampling rate in Hz.
    norm : 'slaney', optional
        Scale each band to an area of 1 (Hz).
    mel_scale : {'htk', 'slaney'}
        Formula of the mel scale.

    Returns
    -------
    array (n_freqs, n_mels) float32
        Weights, for a product from the right.

    Raises
    ------
    %(raises_empty_bands)s

    Examples
    --------
    >>> import spectro
    >>> spectro.filters.melscale_fbanks(201, 0.0, 8000.0, 40, 16000).shape
    (201, 40)
    """
    bank = MelscaleBank.of(
        "melscale_fbanks",
        n_freqs=n_freqs,
        f_min=f_min,
        f_max=f_max,
        n_mels=n_mels,
        sample_rate=sample_rate,
        norm=norm,
        mel_scale=mel_scale,
    )
    return mx.swapaxes(bank.weights(), 0, 1)  # type: ignore[return-value]


@public()
def dct(n_filters: int, n_input: int, *, dct_type: int = 2, norm: str | None = "ortho") -> np.ndarray:
    """Rows of a discrete cosine transform; type 2: ``2 s_k cos(pi k (2 n + 1) / (2 N))``, N = n_input.

    Parameters
    ----------
    n_filters : int >= 1
        Number of coefficients, at most n_input.
    n_input : int >= 1
        Number of values to transform; at least 2 for type 1.
    dct_type : {1, 2, 3, 4}
        Type of the transform.
    norm : {'ortho', None, 'backward', 'forward'}
        'ortho' makes the whole matrix orthogonal (``s_0 = sqrt(1 / (4 N))``, else ``sqrt(1 / (2 N))``); None and
        'backward' do not scale; 'forward' divides by 2 N (type 1: 2 (N - 1)).

    Returns
    -------
    array (n_filters, n_input) float32
        ``dct(k, n) @ x`` is ``scipy.fft.dct(x, dct_type, norm=norm)[:k]``.

    Raises
    ------
    ParameterError
        For a bad argument.

    References
    ----------
    .. [1] Makhoul, J., "A fast cosine transform in one and two dimensions", 1980.

    Examples
    --------
    >>> import spectro
    >>> spectro.filters.dct(1, 4)
    array([[0.5, 0.5, 0.5, 0.5]], dtype=float32)
    """
    return mx.array(DctBank.of("dct", n_filters=n_filters, n_input=n_input, dct_type=dct_type, norm=norm).weights())  # type: ignore[return-value]


@public()
@documented
def mr_frequencies(tuning: float) -> tuple[np.ndarray, np.ndarray]:
    """Center frequencies and sampling rates of a bank of semitones: ``440 * 2 ** ((m + tuning - 69) / 12)``, m from 24.

    Parameters
    ----------
    tuning : float
        Deviation from A440, in semitones.

    Returns
    -------
    center_freqs : array (85,) float64
        The pitches C1 to C8 of MIDI 24 to 108, in Hz.
    sample_rates : array (85,) float64
        Sampling rate of each, in Hz: 882 for the first 36, 4410 for the next 34, 22050 for the last 15.

    Raises
    ------
    %(raises)s

    References
    ----------
    .. [1] Müller, M., "Information retrieval for music and motion", Springer, 2007.

    Examples
    --------
    >>> import spectro
    >>> center_freqs, sample_rates = spectro.filters.mr_frequencies(0.0)
    >>> center_freqs[45].item(), sample_rates[45].item()
    (440.0, 4410.0)
    """
    centers, rates = semitones("mr_frequencies", tuning)
    return in_kind(centers), in_kind(rates)


@public()
@documented
def semitone_filterbank(
    *,
    center_freqs: Any = None,
    tuning: float = 0.0,
    sample_rates: Any = None,
    flayout: str = "ba",
    Q: float = 25.0,
    passband_ripple: float = 1,
    stopband_attenuation: float = 50,
    ftype: str = "ellip",
) -> tuple[list[Any], np.ndarray]:
    """Band-pass filters of infinite impulse response, one a semitone, each for a sampling rate of its own.

    A filter passes ``center / Q`` Hz around its center, and stops what lies outside of twice that.

    Parameters
    ----------
    center_freqs : array (n,), optional
        Center frequencies in Hz; those of `mr_frequencies` by default.
    tuning : float
        Deviation from A440, in semitones, where no center frequencies are given.
    sample_rates : array (n,), optional
        Sampling rate of each filter in Hz, to be given with `center_freqs`.
    flayout : {'ba', 'sos'}
        Form of a filter: numerator and denominator, or sections of second order.
    Q : float > 0
        Center frequency over bandwidth.
    passband_ripple : float > 0
        Greatest loss in the pass band in dB.
    stopband_attenuation : float > 0
        Least loss in the stop band in dB.
    ftype : {'ellip', 'butter', 'cheby1', 'cheby2'}
        Design, as in `scipy.signal.iirdesign`.

    Returns
    -------
    filterbank : list (n,) of tuple (b, a), or of array (sections, 6)
        Coefficients, float64 of NumPy.
    sample_rates : array (n,) float64
        Sampling rates.

    Raises
    ------
    ParameterError
        For a bad argument, or frequencies that a sampling rate does not have.
    ImportError
        SciPy, which designs the filters, is not installed.

    References
    ----------
    .. [1] Müller, M., "Information retrieval for music and motion", Springer, 2007.

    Examples
    --------
    >>> import spectro
    >>> filterbank, sample_rates = spectro.filters.semitone_filterbank(flayout="sos")
    >>> len(filterbank), filterbank[0].shape
    (85, (4, 6))
    """
    bands = bands_of(center_freqs, tuning, sample_rates, flayout, Q, passband_ripple, stopband_attenuation, ftype)
    filterbank = [part.copy() if flayout == "sos" else tuple(map(np.copy, part)) for part in map(designed, bands)]
    return filterbank, in_kind(np.array([band.rate for band in bands]))


@public()
@documented
def window_sumsquare(
    *,
    window: WindowSpec,
    n_frames: int,
    hop_length: int = 512,
    win_length: int | None = None,
    n_fft: int = 2048,
    dtype: Any = np.float32,
    norm: float | None = None,
) -> np.ndarray:
    """Sum of the squared windows of overlapping frames: ``e[i] = sum_t w[i - t hop_length]^2``.

    Parameters
    ----------
    %(window)s
    n_frames : int >= 1
        Number of frames.
    %(hop_length)s
    %(win_length)s
    %(n_fft)s
    dtype : float32
        Only float32 is computed.
    norm : float, optional
        Scale the window to a p-norm of 1 first (p >= 0, or infinite).

    Returns
    -------
    array (n_fft + hop_length (n_frames - 1),) float32
        Of the kind of a window that is given by its samples.

    Raises
    ------
    ParameterError
        For a bad argument.

    References
    ----------
    .. [1] Griffin, D. W., Lim, J. S., "Signal estimation from modified short-time Fourier transform", 1984.

    Examples
    --------
    >>> import spectro
    >>> spectro.filters.window_sumsquare(window="hann", n_frames=2, hop_length=2, n_fft=4)
    array([0.  , 0.25, 1.  , 0.5 , 1.  , 0.25], dtype=float32)
    """
    where = "window_sumsquare"
    dtype_of(where, dtype, default=mx.float32, allowed=(mx.float32,))
    n_frames, hop = positive_int(where, "n_frames", n_frames), positive_int(where, "hop_length", hop_length)
    n_fft = positive_int(where, "n_fft", n_fft)
    win_length = n_fft if win_length is None else positive_int(where, "win_length", win_length)
    if win_length > n_fft:
        raise ParameterError(f"[{where}] win_length must be at most n_fft={n_fft}, got {win_length}")
    check_size(
        where, "the result", n_fft + hop * n_frames, itemsize=ENVELOPE, way_out="lower n_frames, hop_length or n_fft"
    )
    samples = resolve_window(where, window, win_length, True)
    lazy = isinstance(window, mx.array)
    double: Any = float64(samples) if lazy else np.asarray(samples, dtype=np.float64)
    unit = normalized(double[None], p_of_norm(where, norm))[0]
    left = (n_fft - win_length) // 2
    squares = functions(unit).pad(unit**2, (left, n_fft - win_length - left))
    envelope = _overlap_added(squares, n_frames, hop)
    if lazy:
        return envelope.astype(mx.float32).array
    envelope = envelope.astype(np.float32)
    return in_kind(envelope) if is_spec(window) or callable(window) else envelope


@public()
@documented
def diagonal_filter(
    window: WindowSpec, n: int, *, slope: float = 1.0, angle: float | None = None, zero_mean: bool = False
) -> np.ndarray:
    """Image of a line through the middle, which smooths recurrence matrices along it.

    Parameters
    ----------
    window : str, tuple, number, callable or array (n,)
        Weights along the line, see `spectro.get_window`; they should not be negative.
    n : int >= 1
        Length of the line in frames.
    slope : float
        Rows per column.
    angle : float, optional
        The angle of the line in radians, instead of ``arctan(slope)``.
    zero_mean : bool
        Subtract the mean, so that uniform areas vanish. Else the sum is 1.

    Returns
    -------
    array (m, m) float64; float32 for MLX
        Image; ``m = n`` for slope 1, else ``round(n (|cos a| + |sin a|))``, a being the angle between the two.

    Raises
    ------
    ParameterError
        For a bad argument, or a window without positive weights.

    Notes
    -----
    Differs from librosa: a window without positive weights is refused.

    References
    ----------
    .. [1] Müller, M. and Kurth, F., "Enhancing similarity matrices for music audio analysis", ICASSP 2006.

    Examples
    --------
    >>> import spectro
    >>> spectro.filters.diagonal_filter("boxcar", 2)
    array([[0.5, 0. ],
           [0. , 0.5]])
    """
    if angle is None:
        steep = isinstance(slope, float) and np.isinf(slope)
        angle = np.arctan(slope if steep else finite("diagonal_filter", "slope", slope))
    weights = line_weights("diagonal_filter", window, n)
    return in_kind(line(weights, finite("diagonal_filter", "angle", angle), zero_mean), window)


def line_weights(where: str, window: WindowSpec, n: int) -> np.ndarray:
    """Weights of a line of n frames, of which some are positive."""
    n = positive_int(where, "n", n)
    check_size(where, "the filter", 2 * n, n, itemsize=ENVELOPE, way_out="lower n")
    weights = np.asarray(resolve_window(where, window, n, False), dtype=np.float64)
    if not weights.max() > 0:
        raise ParameterError(f"[{where}] window must have positive weights, got none of n={n}")
    return weights


def line(weights: np.ndarray, angle: float, zero_mean: bool) -> np.ndarray:
    """See `diagonal_filter`."""
    image = np.maximum(diagonal(weights, angle), 0)
    image /= image.sum()
    return image - image.mean() if zero_mean else image


def _overlap_added(frame: Any, n_frames: int, hop: int) -> Any:
    """Sum of `n_frames` copies of a frame, each a hop later; differences of running sums need float64."""
    ours, blocks = functions(frame), -(-frame.shape[0] // hop)
    rows = ours.pad(frame, (0, blocks * hop - frame.shape[0])).reshape(blocks, hop)
    total = ours.concatenate([ours.zeros_like(rows[:1]), ours.cumsum(rows, axis=0)])  # (blocks + 1, hop)
    block = ours.arange(n_frames + blocks - 1)
    stop, start = ours.minimum(block + 1, blocks), ours.maximum(block + 1 - n_frames, 0)
    return (total[stop] - total[start]).reshape(-1)[: frame.shape[0] + hop * (n_frames - 1)]


@host("freqs")
@documented
def wavelet(
    *,
    freqs: Any,
    sr: float = 22050,
    window: WindowSpec = "hann",
    filter_scale: float = 1,
    pad_fft: bool = True,
    norm: float | None = 1,
    dtype: Any = np.complex64,
    gamma: float | None = 0,
    alpha: Any = None,
    **kwargs: Any,
) -> tuple[np.ndarray, np.ndarray]:
    """Windowed complex sinusoids: ``w_k[n] = window[n] exp(2 pi i f_k n / sr)`` of norm 1, ``n = 0`` in the middle.

    Parameters
    ----------
    freqs : array (n_bins,)
        Center frequencies in Hz, in ascending order.
    %(sr)s
    window : str, tuple, number or callable
        See `spectro.get_window`.
    filter_scale : float > 0
        Factor of the lengths.
    pad_fft : bool
        Pad all to the power of two that the longest fits in, rather than to its length.
    norm : float, optional
        p of the p-norm that each wavelet has (p >= 0, or infinite); None leaves them.
    dtype : {complex64, complex128}
        Type of the result.
    %(wavelet_bandwidths)s
    **kwargs
        Keywords of `numpy.pad`; zeros are padded by default.

    Returns
    -------
    filters : numpy.ndarray (n_bins, m) complex64
        Wavelets, centered.
    lengths : numpy.ndarray (n_bins,) float64
        Lengths in samples, before they were rounded.

    Raises
    ------
    ParameterError
        For a bad argument; for one frequency without `alpha`.

    References
    ----------
    .. [1] Brown, J. C. and Puckette, M. S., "An efficient algorithm for the calculation of a constant Q
       transform", J. Acoust. Soc. Am. 92(5), 1992.

    Examples
    --------
    >>> import spectro
    >>> basis, lengths = spectro.filters.wavelet(freqs=[110, 220, 440], sr=8000)
    >>> basis.shape, lengths.round()
    ((3, 128), array([121.,  61.,  30.]))
    """
    where = "wavelet"
    name = dtype_of(where, dtype, default="complex64", allowed=("complex64", "complex128"))
    hertz, lengths, _ = _lengths(where, freqs, sr, window, filter_scale, gamma, alpha)
    p, samples = p_of_norm(where, norm), sampler(where, window)
    size = fft_size(lengths) if pad_fft else math.ceil(lengths.max())
    check_size(where, "the wavelets", hertz.size, size, itemsize=WAVELET, way_out="raise freqs or lower filter_scale")
    basis = np.zeros((hertz.size, size), dtype=name)
    for row, freq, length in zip(basis, hertz, lengths, strict=True):
        wave = wavelet_of(freq, length, float(sr), samples, p)
        before = (size - wave.size) // 2
        row[before : before + wave.size] = wave
        try:
            if kwargs:
                row[:] = np.pad(wave, (before, size - wave.size - before), **kwargs)
        except (TypeError, ValueError) as error:
            raise ParameterError(f"[{where}] kwargs must be those of numpy.pad: {error}") from error
    return basis, lengths


@host("freqs", "alpha")
@documented
def wavelet_lengths(
    *,
    freqs: Any,
    sr: float = 22050,
    window: WindowSpec = "hann",
    filter_scale: float = 1,
    gamma: float | None = 0,
    alpha: Any = None,
) -> tuple[np.ndarray, float]:
    """Lengths of wavelets: ``filter_scale sr / (a_k f_k + gamma)`` samples.

    Parameters
    ----------
    freqs : array (n_bins,)
        Center frequencies in Hz, in ascending order.
    %(sr)s
    window : str, tuple, number or callable
        See `spectro.get_window`.
    filter_scale : float > 0
        Factor of the lengths.
    %(wavelet_bandwidths)s

    Returns
    -------
    lengths : numpy.ndarray (n_bins,) float64
        Lengths in samples.
    f_cutoff : float
        Frequency in Hz above which every wavelet's main lobe is at least 3 dB down.

    Raises
    ------
    ParameterError
        For a bad argument; for one frequency without `alpha`.

    References
    ----------
    .. [1] Glasberg, B. R. and Moore, B. C. J., "Derivation of auditory filter shapes from notched-noise data",
       Hearing Research 47, 1990.

    Examples
    --------
    >>> import spectro
    >>> lengths, f_cutoff = spectro.filters.wavelet_lengths(freqs=[110, 220, 440], sr=8000)
    >>> lengths.round(), round(f_cutoff)
    (array([121.,  61.,  30.]), 638)
    """
    _, lengths, cutoff = _lengths("wavelet_lengths", freqs, sr, window, filter_scale, gamma, alpha)
    return lengths, cutoff


@host()
def window_bandwidth(window: WindowSpec, n: int = 1000) -> float:
    """Equivalent noise bandwidth of a window in bins: ``n sum(w^2) / sum(w)^2``.

    Parameters
    ----------
    window : str, tuple, number or callable
        See `spectro.get_window`.
    n : int >= 1
        Samples of the window, where it is none of `WINDOW_BANDWIDTHS`.

    Returns
    -------
    float
        Bandwidth.

    Raises
    ------
    ParameterError
        For a bad argument.

    Notes
    -----
    The windows of `WINDOW_BANDWIDTHS` have the bandwidths of that table, which is librosa's: 'flattop' has 2.78 there,
    though its samples give 3.77.

    References
    ----------
    .. [1] Harris, F. J., "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.

    Examples
    --------
    >>> import spectro
    >>> round(spectro.filters.window_bandwidth("hann"), 3)
    1.5
    """
    return noise_bandwidth("window_bandwidth", window, positive_int("window_bandwidth", "n", n))


def _lengths(
    where: str, freqs: Any, sr: Any, window: WindowSpec, filter_scale: Any, gamma: Any, alpha: Any
) -> tuple[np.ndarray, np.ndarray, float]:
    """Checked frequencies, the lengths of their wavelets, and the frequency above which none reaches."""
    hertz = np.atleast_1d(numpy_numbers(where, "freqs", freqs)).astype(np.float64)
    if hertz.ndim != 1 or not (hertz > 0).all() or not (np.diff(hertz) > 0).all():
        raise ParameterError(f"[{where}] freqs must be positive and in ascending order, in one dimension")
    if alpha is None and hertz.size < 2:
        raise ParameterError(f"[{where}] freqs must hold at least 2 frequencies, got {hertz.size}; give alpha")
    bandwidths = relative_bandwidths(hertz) if alpha is None else numpy_numbers(where, "alpha", alpha).astype(float)
    if bandwidths.size not in (1, hertz.size) or not (bandwidths > 0).all():
        raise ParameterError(f"[{where}] alpha must be positive, one number or one for each of {hertz.size} freqs")
    scale = positive(where, "filter_scale", filter_scale)
    offset = None if gamma is None else non_negative(where, "gamma", gamma)
    enbw = noise_bandwidth(where, window)
    return hertz, *lengths_of(hertz, positive(where, "sr", sr), scale, offset, bandwidths, enbw)
