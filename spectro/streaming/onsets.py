"""Onset strength of a signal that arrives piece by piece: `OnsetStrength`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..errors import ParameterError
from ..onset import onset_strength
from .frames import Keywords, LevelStream, Tail
from .stream import joined, kept, with_zeros

OWN = ("lag", "max_size", "aggregate")
REFUSED = {  # and what can be done instead
    "ref": "compare frames of MelSpectrogram with it",
    "feature": "stream its frames, and take onset_strength(S=...) of them",
    "detrend": "filter the values that come",
}


class Compared(NamedTuple):
    """What the next frames are compared with."""

    tail: Tail  # of the signal
    levels: Any  # (..., m, k), the last frames in decibels: `lag` of them, once there are so many
    values: int  # how many values have been given


class OnsetStrength(LevelStream, of=onset_strength):
    """Onset strength of a signal that arrives piece by piece, of decibels without `top_db`.

    It is that of the whole signal of ``onset_strength(S=power_to_db(melspectrogram(...), top_db=None), ...)``.

    Parameters
    ----------
    **keywords
        Those of `spectro.onset_strength`, with those of `spectro.melspectrogram`, but for `y` and `S`; `ref`, `feature`
        and `detrend` cannot be. `top_db` can be None alone.

    Raises
    ------
    ParameterError
        For what `spectro.onset_strength` refuses, and for what looks at the whole signal.

    See Also
    --------
    STFT : What streams of frames have in common.

    Notes
    -----
    With `center=True` values stand where onsets sound, `n_fft // (2 * hop_length)` frames later than the frames that
    show them first, so that they come with little `latency`.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> stream = spectro.streaming.OnsetStrength(sr=22050)
    >>> stream.latency
    1
    >>> click = np.zeros(22050, np.float32)
    >>> click[11000] = 1
    >>> onsets = np.concatenate([*(stream.push(block) for block in np.split(click, 10)), stream.flush()])
    >>> onsets.shape, int(onsets.argmax())
    ((44,), 22)
    """

    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        for name, way_out in REFUSED.items():
            value = keywords.get(name)
            if value is not None and value is not False:
                raise ParameterError(f"[{self._name}] {name} must be left out of a stream; {way_out}")
        hop, n_fft, self._center = self._plan.hop_length, self._plan.n_fft, bool(keywords.get("center", True))
        self._shift = n_fft // (2 * hop) if self._center else 0
        self._rises(self._frames_of(np.zeros(n_fft, np.float32), center=False))  # refuses now, not later

    @property
    def latency(self) -> int:
        """Samples that must have come for value 0; value `t` needs at most `t * hop_length` more."""
        return max(1, self._awaited - self._shift * self._plan.hop_length)

    def _split(self, keywords: Keywords) -> tuple[Keywords, Keywords]:
        own = {name: keywords[name] for name in OWN if name in keywords}
        other = (*OWN, *REFUSED, "center", "top_db")
        return {name: value for name, value in keywords.items() if name not in other}, own

    def _rises(self, levels: Any) -> Any:
        """How much frames (..., m, t) rise over those `lag` before, 0 for the first: (..., t)."""
        return onset_strength(S=levels, center=False, **self._own)[..., : levels.shape[-1]]

    def _advanced(self, state: Any, y: Any) -> tuple[Any, Any]:
        tail, levels = super()._advanced(state and state.tail, y)
        state = state or Compared(tail._replace(frames=0), levels[..., :0], 0)
        there = self._plan.frames(tail.length) if tail.length else 0  # values that the whole signal has, at least
        values = self._values(state, levels)[..., : min(tail.frames + self._shift, there) - state.values]
        earlier = joined(self._name, "levels", state.levels, levels)
        start = max(0, earlier.shape[-1] - self._own.get("lag", 1))
        earlier = kept(self._name, earlier, start)
        return Compared(tail, earlier, state.values + values.shape[-1]), values

    def _rest(self, state: Any) -> Any:
        levels = super()._rest(state and state.tail)
        state = state or Compared(Tail(None, 0, 0, None), levels[..., :0], 0)
        frames = state.tail.frames + levels.shape[-1]
        values = self._values(state, levels)
        if self._center:
            return values[..., : frames - state.values]
        return with_zeros(values, after=max(0, self._own.get("lag", 1) - frames))

    def _values(self, state: Compared, levels: Any) -> Any:
        """Give the values that come with new frames: zeros for the shift, then rises."""
        before = state.levels.shape[-1]
        new = levels[..., 0, :]
        if levels.shape[-1]:
            new = self._rises(joined(self._name, "levels", state.levels, levels))[..., before:]
        return with_zeros(new, before=self._shift + state.tail.frames - state.values)
