"""Effects on signals: parts, other speeds and pitches, silence cut away, intervals in another order, emphasis."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import mlx.core as mx
import numpy as np

from ._engine.calls import Call, bind, planned
from ._floor.absent import absent
from ._floor.arrays import as_audio, as_real, as_samples, evaluated, namespace, numpy_numbers, takes_numpy
from ._floor.checks import finite, positive, positive_int
from ._floor.docs import documented
from ._floor.operation import Kind, Open
from ._floor.pieces import joined, pieces, uncut
from ._floor.public import host, public
from ._floor.tracing import sized
from ._floor.types import A, Others
from ._front import Framing
from ._host.nola import check_nola
from ._host.remixing import aligned, as_interval
from ._host.silence import loud_frames
from ._plans import FirstOrderPlan, IstftPlan
from .decompose import separated, separating
from .errors import ParameterError
from .signals import resample
from .signals.resampling import resampled_parts
from .timescale.stretching import Stretching, synthesis
from .util import fix_length
from .windows.spec import WindowSpec

__getattr__ = absent(__name__)

__all__ = [
    "deemphasis",
    "harmonic",
    "hpss",
    "percussive",
    "pitch_shift",
    "preemphasis",
    "remix",
    "split",
    "time_stretch",
    "trim",
]

ArrayLike = Any
MOST_OCTAVES = 10  # from one pitch to another
SAMPLES = 3 << 17  # of a piece whose parts are separated: its spectra are kept several times


@planned("y", operands=("window",))
@documented
def hpss(
    y: A | Others,
    *,
    kernel_size: int | tuple[int, int] = 31,
    power: float = 2.0,
    mask: bool = False,
    margin: float | tuple[float, float] = 1.0,
    n_fft: int = 2048,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
) -> tuple[A, A]:
    """Harmonic and percussive parts of a signal: `stft`, `decompose.hpss`, `istft`.

    Parameters
    ----------
    %(y)s
    %(separation)s
    %(n_fft)s
    %(hop_by_default)s
    %(win_length)s
    %(window)s
    %(center)s
    %(pad_mode)s

    Returns
    -------
    y_harmonic, y_percussive : array (..., n) float32
        The parts.

    Raises
    ------
    ParameterError
        For a bad argument.

    Notes
    -----
    Differs from librosa: another `window` is that of the inverse transform, too, where librosa always has Hann's.

    References
    ----------
    .. [1] Fitzgerald, D., "Harmonic/percussive separation using median filtering", DAFx 2010.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> y_harmonic, y_percussive = spectro.effects.hpss(mx.random.normal((22050,)))
    >>> y_harmonic.shape
    (22050,)
    """
    framing = Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    return _parts(  # type: ignore[return-value]
        "hpss", y, (0, 1), framing, kernel_size=kernel_size, power=power, mask=mask, margin=margin
    )


@planned("y", operands=("window",), keywords=hpss)
@documented
def harmonic(y: A | Others, **kwargs: Any) -> A:
    """Harmonic part of a signal.

    Parameters
    ----------
    %(y)s
    **kwargs
        As for `hpss`.

    Returns
    -------
    array (..., n) float32
        The part.

    Raises
    ------
    ParameterError
        For a bad argument.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.effects.harmonic(mx.random.normal((22050,)), margin=3.0).shape
    (22050,)
    """
    return _part("harmonic", 0, y, **kwargs)  # type: ignore[return-value]


@planned("y", operands=("window",), keywords=hpss)
@documented
def percussive(y: A | Others, **kwargs: Any) -> A:
    """Percussive part of a signal.

    Parameters
    ----------
    %(y)s
    **kwargs
        As for `hpss`.

    Returns
    -------
    array (..., n) float32
        The part.

    Raises
    ------
    ParameterError
        For a bad argument.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.effects.percussive(mx.random.normal((22050,)), margin=3.0).shape
    (22050,)
    """
    return _part("percussive", 1, y, **kwargs)  # type: ignore[return-value]


DEFAULTS = {name: parameter.default for name, parameter in inspect.signature(hpss).parameters.items() if name != "y"}


def _part(where: str, wanted: int, y: Any, **given: Any) -> Call:
    """One part of a signal, as a function of it, for keywords of `hpss`."""
    asked = {**DEFAULTS, **given}
    framing = Framing(**{name: asked.pop(name) for name in Framing._fields})
    parts = _parts(where, y, (wanted,), framing, **asked)
    return takes_numpy(lambda y, *window: parts(y, *window)[0], parts)


def _parts(where: str, y: Any, wanted: tuple[int, ...], framing: Framing, **asked: Any) -> Call:
    """The harmonic part (0), the percussive one (1) or both of a signal, as a function of it; piece by piece."""
    y = as_audio(where, "y", y)
    n, channels = y.shape[-1], y.shape[:-1]
    medians, shares = separating(where, **asked)
    if n == 0:
        return takes_numpy(lambda y, *window: (y,) * len(wanted))
    plan, samples = framing.of(where, y)
    D = Kind((*channels, plan.frames(y.shape[-1]), plan.n_bins), mx.complex64)
    inverse = IstftPlan.of(where, D.swapped().shape, length=n, **framing.of_synthesis())
    if not isinstance(samples, Open):
        check_nola(where, inverse, D.shape[-2], samples, framing.window)
    forth, both, back = bind("stft", plan, y, samples), separated(medians, shares, D), synthesis(inverse, D, samples)
    hop, reach = plan.hop_length, plan.n_fft + plan.hop_length * (medians[0].size // 2 + 1)
    local = plan.center == framing.center  # unless a function pads
    cut = pieces(y.shape, n, 1, reach=reach, step=hop, samples=SAMPLES) if local else uncut(y.shape, n)

    def of_piece(y: Any, n: int, *window: mx.array) -> tuple[Any, ...]:
        parts = both(forth(y, *window))
        parts = parts.astype(namespace(parts).complex64) if shares.masks else parts
        return tuple(back(n)(parts[..., part, :, :], *window) for part in wanted)

    def call(y: Any, *window: mx.array) -> tuple[Any, ...]:
        if not isinstance(y, np.ndarray):
            return of_piece(sized(where, y), n, *window)
        return joined(lambda piece: of_piece(piece, min(piece.shape[-1], n)), y, cut, axis=-1)

    return takes_numpy(call, forth, both, back(n))


@planned("y", operands=("window",))
@documented
def time_stretch(
    y: A | Others,
    *,
    rate: float,
    n_fft: int = 2048,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
) -> A:
    """Signal at another speed and the same pitch: `stft`, `phase_vocoder`, `istft`.

    Parameters
    ----------
    %(y)s
    rate : float > 0
        Speed: above 1 faster, below 1 slower.
    %(n_fft)s
    %(hop_by_default)s
    %(win_length)s
    %(window)s
    %(center)s
    %(pad_mode)s

    Returns
    -------
    array (..., round(n / rate)) float32
        Signal.

    Raises
    ------
    ParameterError
        For a bad argument; for integer, complex, empty or (NumPy input) non-finite audio.

    Notes
    -----
    Differs from librosa: `pad_mode` is accepted.

    References
    ----------
    .. [1] Ellis, D. P. W., "A phase vocoder in Matlab", Columbia University, 2002.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.effects.time_stretch(mx.random.normal((22050,)), rate=2.0).shape
    (11025,)
    """
    framing = Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    stretching = _stretching(y, rate, framing)
    return takes_numpy(lambda y, *window: stretching(y, *window), *stretching.steps)  # type: ignore[return-value]


def _stretching(y: Any, rate: Any, framing: Framing) -> Stretching:
    where = "time_stretch"
    y, rate = as_audio(where, "y", y), positive(where, "rate", rate)
    return Stretching(where, y, rate, framing)


@planned("y", operands=("window",), keywords=time_stretch)
def stretched_parts(y: Any, *, rate: float, **kwargs: Any) -> Iterator[np.ndarray] | tuple[Any]:
    """What `time_stretch` makes of a signal, part by part where it is long; the only part of others."""
    framing = Framing(**{**{name: DEFAULTS[name] for name in Framing._fields}, **kwargs})
    stretching = _stretching(y, rate, framing)

    def call(y: Any, *window: mx.array) -> Any:
        return stretching.parts(y) if stretching.in_parts(y) else (stretching(y, *window),)

    return takes_numpy(call, *stretching.steps)  # type: ignore[return-value]


@public("y", keywords=time_stretch)
@documented
def pitch_shift(
    y: A | Others,
    *,
    sr: float,
    n_steps: float,
    bins_per_octave: int = 12,
    res_type: str = "soxr_hq",
    scale: bool = False,
    **kwargs: Any,
) -> A:
    """Signal at another pitch and the same speed: `time_stretch`, and then `resample` to the old length.

    Parameters
    ----------
    %(y)s
    %(sr)s
    n_steps : float
        Steps up, or down where it is negative.
    bins_per_octave : int >= 1
        Steps of an octave.
    res_type : str
        As for `resample`, which takes MLX arrays through a filter of its own.
    scale : bool
        Keep the energy of the signal instead of its level.
    **kwargs
        As for `time_stretch`.

    Returns
    -------
    array (..., n) float32
        Signal.

    Raises
    ------
    ParameterError
        For a bad argument; for integer, complex or (NumPy input) non-finite audio.
    ImportError
        soxr is not installed, and `y` no MLX array.

    Notes
    -----
    Differs from librosa: NumPy arrays are resampled by the package that `res_type` names, MLX arrays by one
    windowed-sinc filter.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.effects.pitch_shift(mx.random.normal((22050,)), sr=22050, n_steps=4).shape
    (22050,)
    """
    where = "pitch_shift"
    sr, n_steps = positive(where, "sr", sr), finite(where, "n_steps", n_steps)
    octaves = n_steps / positive_int(where, "bins_per_octave", bins_per_octave)
    if abs(octaves) > MOST_OCTAVES:
        raise ParameterError(f"[{where}] n_steps must be at most {MOST_OCTAVES} octaves up or down, got {n_steps:g}")
    if "rate" in kwargs:
        raise TypeError(f"[{where}] rate follows from n_steps and bins_per_octave; leave it out")
    ratio = 2.0**octaves
    rates: dict[str, Any] = {"orig_sr": sr * ratio, "target_sr": sr, "res_type": res_type, "scale": scale}
    parts, shape = stretched_parts(y, rate=1 / ratio, **kwargs), np.shape(y)  # type: ignore[arg-type]
    if isinstance(parts, tuple):
        return fix_length(resample(parts[0], **rates), size=shape[-1])
    return resampled_parts(parts, shape, **rates)  # type: ignore[return-value]


@public("y")
@documented
def trim(
    y: A | Others,
    *,
    top_db: float = 60,
    ref: float | Callable[..., Any] = np.max,
    frame_length: int = 2048,
    hop_length: int = 512,
    aggregate: Callable[..., Any] = np.max,
) -> tuple[A, np.ndarray]:
    """Cut silence off both ends of a signal.

    Parameters
    ----------
    %(y)s
    %(silence)s

    Returns
    -------
    y_trimmed : array (..., m)
        `y[..., index[0] : index[1]]`.
    index : NumPy array (2,) int64
        First sample that is kept, and the one behind the last. Both 0 for a signal that is silent throughout.

    Raises
    ------
    ParameterError
        For a bad argument, or where MLX traces and there are no values.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> y = np.zeros(22050, dtype=np.float32)
    >>> y[8000:12000] = 1.0
    >>> y_trimmed, index = spectro.effects.trim(y)
    >>> index
    array([ 7168, 13312])
    """
    loud = np.flatnonzero(_loud("trim", y, top_db, ref, frame_length, hop_length, aggregate))
    y = y if isinstance(y, mx.array) else np.asarray(y)
    start, stop = (loud[0] * hop_length, min((loud[-1] + 1) * hop_length, y.shape[-1])) if loud.size else (0, 0)
    return y[..., int(start) : int(stop)], np.array([start, stop], dtype=np.int64)  # type: ignore[return-value]


@host("y")
@documented
def split(
    y: ArrayLike,
    *,
    top_db: float = 60,
    ref: float | Callable[..., Any] = np.max,
    frame_length: int = 2048,
    hop_length: int = 512,
    aggregate: Callable[..., Any] = np.max,
) -> np.ndarray:
    """Intervals of a signal that are not silent.

    Parameters
    ----------
    %(y)s
    %(silence)s

    Returns
    -------
    NumPy array (m, 2) int64
        First sample of each interval, and the one behind its last.

    Raises
    ------
    ParameterError
        For a bad argument, or where MLX traces and there are no values.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> y = np.zeros(22050, dtype=np.float32)
    >>> y[8000:12000] = 1.0
    >>> spectro.effects.split(y)
    array([[ 7168, 13312]])
    """
    loud = _loud("split", y, top_db, ref, frame_length, hop_length, aggregate)
    bounds = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(np.int8)))
    return np.minimum(bounds * hop_length, np.shape(y)[-1]).reshape(-1, 2)


def _loud(where: str, y: Any, top_db: Any, ref: Any, frame_length: Any, hop_length: Any, aggregate: Any) -> np.ndarray:
    """Check what is said of silence, and find the frames that are not silent: (t,) bools."""
    values = evaluated(where, "y", y) if isinstance(y, mx.array) else numpy_numbers(where, "y", y)
    if values.ndim == 0 or np.iscomplexobj(values):
        raise ParameterError(f"[{where}] y must be a real signal (..., n), got {values.dtype} of shape {values.shape}")
    if 0 in values.shape[:-1]:
        raise ParameterError(f"[{where}] y must have at least one channel, got shape {values.shape}")
    if not callable(ref):
        ref = finite(where, "ref", ref)
    if values.ndim > 1 and not callable(aggregate):
        raise ParameterError(f"[{where}] aggregate must be a function, got {aggregate!r}")
    return loud_frames(
        where,
        values if values.dtype.kind == "f" and values.dtype.itemsize > 2 else values.astype(np.float32),
        top_db=finite(where, "top_db", top_db),
        ref=ref,
        frame_length=positive_int(where, "frame_length", frame_length),
        hop_length=positive_int(where, "hop_length", hop_length),
        aggregate=aggregate,
    )


@public("y")
@documented
def remix(y: A | Others, intervals: Iterable[tuple[int, int]], *, align_zeros: bool = True) -> A:
    """Put intervals of a signal one after the other.

    Parameters
    ----------
    %(y)s
    intervals : iterable of pairs of int
        First sample of each interval, and the one behind its last; at least one.
    align_zeros : bool
        Move both to the nearest zero crossing of the mean of the channels, or to the end of the signal, which looks at
        values. Without it the function is lazy.

    Returns
    -------
    array (..., m)
        The intervals together.

    Raises
    ------
    ParameterError
        If there is no interval, or one is no pair of whole numbers.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.effects.remix(mx.arange(10), [(6, 9), (0, 2)], align_zeros=False).tolist()
    [6, 7, 8, 0, 1]
    """
    y = y if isinstance(y, mx.array) else numpy_numbers("remix", "y", y)
    if y.ndim == 0:
        raise ParameterError("[remix] y must have at least one dimension, got a 0-d array")
    sized("remix", y)
    if not isinstance(intervals, Iterable):
        raise ParameterError(f"[remix] intervals must be pairs (start, stop) of whole numbers, got {intervals!r}")
    pairs = [as_interval("remix", interval) for interval in intervals]
    if not pairs:
        raise ParameterError("[remix] intervals must hold at least one pair (start, stop), got none")
    if align_zeros:
        pairs = aligned("remix", evaluated("remix", "y", y), pairs)
    return namespace(y).concatenate([y[..., start:stop] for start, stop in pairs], axis=-1)


@planned("y", operands=("zi",))
@documented
def preemphasis(y: A | Others, *, coef: float = 0.97, zi: ArrayLike = None, return_zf: bool = False) -> A | tuple[A, A]:
    """Raise high frequencies with a first-order difference: `x[n] = y[n] - coef * y[n - 1]`.

    Parameters
    ----------
    %(y)s
    coef : number
        Share of the sample before that is taken away.
    zi : array (..., 1), optional
        State of the filter, which is added to the first sample: the `zf` of the call before, or a number for a single
        channel. By default `2 * y[0] - y[1]`.
    return_zf : bool
        Return the last state, too.

    Returns
    -------
    x : array (..., n) float32
        The filtered signal.
    zf : array (..., 1) float32
        With `return_zf`, `-coef * y[n - 1]`.

    Raises
    ------
    ParameterError
        For a bad argument, or a signal of one sample without a `zi`.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.effects.preemphasis(mx.array([1.0, 1.0, 3.0]), coef=0.5).tolist()
    [2.0, 0.5, 2.5]
    """
    y, coef, given, expected = _emphasized("preemphasis", y, coef, zi)
    filtered = bind("first_order", FirstOrderPlan(zero=-coef), y.kind, expected)

    def call(y: Any, *open_zi: mx.array) -> Any:
        x = filtered(sized("preemphasis", y), *open_zi or (2 * y[..., :1] - y[..., 1:2] if given is None else given,))
        return (x, -coef * y[..., -1:]) if return_zf else x

    return takes_numpy(call, filtered)  # type: ignore[return-value]


@planned("y", operands=("zi",))
@documented
def deemphasis(y: A | Others, *, coef: float = 0.97, zi: ArrayLike = None, return_zf: bool = False) -> A | tuple[A, A]:
    """Undo `preemphasis`: `x[n] = y[n] + coef * x[n - 1]`.

    Parameters
    ----------
    %(y)s
    coef : number
        Share of the sample before that is added.
    zi : array (..., 1), optional
        State of the filter, which is added to the first sample: the `zf` of the call before, or a number for a single
        channel. By default the one with which `preemphasis` began by default is taken away again.
    return_zf : bool
        Return the last state, too.

    Returns
    -------
    x : array (..., n) float32
        The filtered signal.
    zf : array (..., 1) float32
        With `return_zf`, `coef * x[n - 1]`, where `x` has not yet lost what `preemphasis` began with.

    Raises
    ------
    ParameterError
        For a bad argument, or without a `zi` for a signal of one sample or `coef=3`, which have no default.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.effects.deemphasis(mx.array([2.0, 0.5, 2.5]), coef=0.5).tolist()
    [1.0, 1.0, 3.0]
    """
    y, coef, given, expected = _emphasized("deemphasis", y, coef, zi)
    if zi is None and coef == 3:
        raise ParameterError("[deemphasis] zi must be given for coef=3, which has no default")
    filtered = bind("first_order", FirstOrderPlan(pole=coef), y.kind, expected)

    def call(y: Any, *open_zi: mx.array) -> Any:
        sized("deemphasis", y)
        begun = 0.0 if zi is not None else ((2 - coef) * y[..., :1] - y[..., 1:2]) / (3 - coef)
        x = filtered(y, *open_zi or (-begun if given is None else given,))
        return (x, coef * (x[..., -1:] + begun * coef ** (y.shape[-1] - 1))) if return_zf else x

    return takes_numpy(call, filtered)  # type: ignore[return-value]


def _emphasized(where: str, y: Any, coef: Any, zi: Any) -> tuple[Open, float, mx.array | None, Kind]:
    """Check the arguments of both filters: signal, coefficient, a state that is not open, the kind of a state."""
    y, coef = as_samples(where, "y", y), finite(where, "coef", coef)
    expected = Kind((*y.shape[:-1], 1), mx.float32)
    if zi is None:
        if y.shape[-1] == 1 or (where == "preemphasis" and y.shape[-1] == 0):
            raise ParameterError(f"[{where}] zi must be given for fewer than two samples, which have no default")
        return y, coef, None, expected
    state = as_real(where, "zi", zi)
    shape = tuple(state.shape) or (1,)
    if len(shape) != y.ndim or any(n not in (1, most) for n, most in zip(shape, expected.shape)):
        raise ParameterError(f"[{where}] zi must have shape {expected.shape}, got {shape}")

    def broadcast(state: mx.array) -> mx.array:
        return mx.broadcast_to(state, expected.shape)

    if isinstance(state, Open):
        state.through(broadcast, expected)
        return y, coef, None, expected
    return y, coef, broadcast(state), expected
