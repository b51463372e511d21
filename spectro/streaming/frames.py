"""Streams of frames: `STFT`, `MelSpectrogram`, `MFCC`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_audio, namespace
from .._floor.checks import one_of, shown
from .._mel import melspectrogram, mfcc
from .._plans import StftPlan
from .._plans.stft import PAD_MODES
from ..decibel import power_to_db
from ..errors import ParameterError
from ..spectrum import stft
from .stream import Stream, joined, kept, with_zeros

FRAMING = ("n_fft", "hop_length", "win_length", "center", "pad_mode")
HALF = ("float16", "bfloat16")

Keywords = dict[str, Any]


class Tail(NamedTuple):
    """The end of a signal that has arrived: what later frames need of it."""

    samples: Any  # (..., m)
    start: int  # how many came before them, a multiple of the hop
    frames: int  # how many frames have been given
    nothing: Any  # no frames, as the function gives them

    @property
    def length(self) -> int:
        """Samples that have arrived, all together."""
        return self.start + self.samples.shape[-1]


class FrameStream(Stream):
    """Frames of a signal, each given as soon as the samples that it covers are there.

    The function for whole signals computes them, of stretches: of one without padding for all frames that lie inside
    the signal, of its beginning and of its end, with padding, for the others.
    """

    _cut: Callable[..., Any] = staticmethod(stft)  # the function whose keywords say how frames are cut

    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        self._front, self._own = self._split(keywords)
        defaults = inspect.signature(self._cut).parameters
        framing = {name: self._front.get(name, defaults[name].default) for name in FRAMING}
        if framing["center"]:
            self._check_pad_mode(framing["pad_mode"])
        self._plan = StftPlan.of(self._name, **framing)
        self._frames_of(np.zeros(self._plan.n_fft, np.float32), center=False)  # refuses now what it would refuse later

    def _split(self, keywords: Keywords) -> tuple[Keywords, Keywords]:
        """Tell the keywords of `_cut` from others."""
        return keywords, {}

    def _check_pad_mode(self, mode: Any) -> None:
        if callable(mode) or mode == "wrap":
            raise ParameterError(
                f"[{self._name}] pad_mode must be one of {', '.join(map(repr, PAD_MODES))}, got {shown(mode)}, which "
                "looks at the end of the signal before its beginning is known"
            )
        one_of(self._name, "pad_mode", mode, PAD_MODES)

    def _frames_of(self, y: Any, *, center: bool) -> Any:
        """Frames of a whole signal (..., n)."""
        return self._cut(y=y, **{**self._front, "center": center})

    @property
    def latency(self) -> int:
        """Samples that must have come for frame 0; frame `t` needs at most `t * hop_length` more."""
        return self._awaited

    @property
    def _awaited(self) -> int:
        """Samples that decide frame 0: its own, and those that are mirrored before the signal."""
        mirrored = self._plan.padding + 1 if self._plan.pad_mode == "reflect" else 0
        return max(self._plan.n_fft - self._plan.padding, mirrored)

    def _advanced(self, state: Any, y: Any) -> tuple[Any, Any]:
        tail, plan = self._arrived(state, y), self._plan
        first, last = tail.frames, self._final(tail.length)
        inside = max(first, min(last, -(-plan.padding // plan.hop_length)))  # frames before it begin before the signal
        parts = []
        if first < inside:
            beginning = with_zeros(tail.samples[..., : plan.n_fft], after=max(0, plan.n_fft - tail.length))
            # where no frame in question reaches may be zeros
            parts.append(self._frames_of(beginning, center=True)[..., first:inside])
        if inside < last:
            begin = inside * plan.hop_length - plan.padding - tail.start
            end = begin + (last - inside - 1) * plan.hop_length + plan.n_fft
            parts.append(self._frames_of(tail.samples[..., begin:end], center=False))
        out = namespace(parts[0]).concatenate(parts, axis=-1) if len(parts) > 1 else (*parts, tail.nothing)[0]
        return self._shortened(tail, last), out

    def _rest(self, state: Any) -> Any:
        tail, plan = state or self._arrived(None, np.zeros(0, np.float32)), self._plan
        if tail.length >= plan.n_fft and tail.frames == plan.frames(tail.length):
            return tail.nothing
        frames = self._frames_of(tail.samples, center=plan.center)  # which speaks up where all of it is short
        return frames[..., tail.frames - tail.start // plan.hop_length :]

    def _arrived(self, tail: Tail | None, y: Any) -> Tail:
        """Put samples after those that wait."""
        samples = as_audio(self._name, "y", y, made=np.asarray)
        if isinstance(y, (np.ndarray, mx.array)) and str(y.dtype).rpartition(".")[2] in HALF:
            samples = samples.astype(y.dtype)  # of which the function makes half precision again
        if tail is None:
            frame = namespace(samples).zeros((*samples.shape[:-1], self._plan.n_fft), dtype=samples.dtype)
            one = self._frames_of(frame, center=False)
            tail = Tail(samples[..., :0], 0, 0, namespace(one).zeros((*one.shape[:-1], 0), dtype=one.dtype))
        return tail._replace(samples=joined(self._name, "y", tail.samples, samples))

    def _final(self, length: int) -> int:
        """How many frames `length` samples decide."""
        plan = self._plan
        return 0 if length < self._awaited else 1 + (length + plan.padding - plan.n_fft) // plan.hop_length

    def _shortened(self, tail: Tail, frames: int) -> Tail:
        """Drop what no later frame covers, but for as much as the padding of the end may mirror."""
        plan = self._plan
        unneeded = min(frames * plan.hop_length - plan.padding, tail.length - plan.n_fft)
        start = max(unneeded // plan.hop_length * plan.hop_length, tail.start)
        return tail._replace(samples=kept(self._name, tail.samples, start - tail.start), start=start, frames=frames)


class STFT(FrameStream, of=stft):
    """Short-time Fourier transform of a signal that arrives piece by piece: `spectro.stft` of the whole.

    Parameters
    ----------
    **keywords
        Those of `spectro.stft`.

    Raises
    ------
    ParameterError
        For what `spectro.stft` refuses, and for a `pad_mode` that looks at the whole signal.

    Notes
    -----
    Joined along the last axis, the frames are those of the whole signal, the same in number and in value: to the last
    bit for NumPy's arrays on a CPU. Frames that begin before the signal are padded as those of the whole, for which
    'reflect' waits for `n_fft // 2 + 1` samples. At most `n_fft + hop_length` of the last samples are kept.
    A stream can be pickled and copied at any time. It is one signal, and not for several threads at once.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> stream = spectro.streaming.STFT(n_fft=512, hop_length=128)
    >>> stream.latency
    256
    >>> y = np.random.default_rng(0).standard_normal(2000).astype(np.float32)
    >>> pieces = [stream.push(y[:100]), stream.push(y[100:1500]), stream.push(y[1500:]), stream.flush()]
    >>> [D.shape[-1] for D in pieces]
    [0, 10, 4, 2]
    >>> np.array_equal(np.concatenate(pieces, axis=-1), spectro.stft(y, n_fft=512, hop_length=128))
    True
    """


class MelSpectrogram(FrameStream, of=melspectrogram):
    """Mel spectrogram of a signal that arrives piece by piece: `spectro.melspectrogram` of the whole.

    Parameters
    ----------
    **keywords
        Those of `spectro.melspectrogram`, but for `y` and `S`.

    Raises
    ------
    ParameterError
        For what `spectro.melspectrogram` refuses, and for a `pad_mode` that looks at the whole signal.

    See Also
    --------
    STFT : What streams of frames have in common.

    Notes
    -----
    Its decibels are `spectro.power_to_db(S, top_db=None)`: `top_db`, and a function as `ref`, look at the whole signal.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> stream = spectro.streaming.MelSpectrogram(sr=16000, n_fft=400, hop_length=160, n_mels=40)
    >>> [stream.push(np.zeros(1600, np.float32)).shape for _ in range(3)]
    [(40, 9), (40, 10), (40, 10)]
    >>> stream.flush().shape
    (40, 2)
    """

    _cut: Callable[..., Any] = staticmethod(melspectrogram)


class LevelStream(FrameStream):
    """Mel spectrograms in decibels: `power_to_db(melspectrogram(y), top_db=None)`."""

    _cut: Callable[..., Any] = staticmethod(melspectrogram)

    def __init_subclass__(cls, **of: Any) -> None:
        """Take the keywords of the mel spectrogram, too, and `top_db=None`."""
        super().__init_subclass__(**of, also=melspectrogram)
        cls._known |= {"top_db"}

    def _frames_of(self, y: Any, *, center: bool) -> Any:
        return power_to_db(super()._frames_of(y, center=center), top_db=None)


class MFCC(LevelStream, of=mfcc):
    """Cepstral coefficients of a signal that arrives piece by piece, of decibels without `top_db`.

    They are those of the whole signal of ``mfcc(S=power_to_db(melspectrogram(...), top_db=None), ...)``.

    Parameters
    ----------
    **keywords
        Those of `spectro.mfcc`, but for `y` and `S`. `top_db` can be None alone.

    Raises
    ------
    ParameterError
        For what `spectro.mfcc` refuses, for a `pad_mode` that looks at the whole signal, and for a `top_db`.

    See Also
    --------
    STFT : What streams of frames have in common.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> stream = spectro.streaming.MFCC(sr=16000, n_mfcc=13, n_fft=400, hop_length=160, n_mels=40)
    >>> stream.push(np.zeros(1600, np.float32)).shape
    (13, 9)
    """

    def _split(self, keywords: Keywords) -> tuple[Keywords, Keywords]:
        own: Keywords = {name: keywords[name] for name in ("n_mfcc", "dct_type", "norm", "lifter") if name in keywords}
        mel = {name: value for name, value in keywords.items() if name not in (*own, "mel_norm", "top_db")}
        return mel | ({"norm": keywords["mel_norm"]} if "mel_norm" in keywords else {}), own

    def _frames_of(self, y: Any, *, center: bool) -> Any:
        return mfcc(S=super()._frames_of(y, center=center), **self._own)
