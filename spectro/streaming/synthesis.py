"""A signal from frames that arrive piece by piece: `ISTFT`."""

from __future__ import annotations

from typing import Any, NamedTuple

import mlx.core as mx
import numpy as np

from .._engine.calls import bind, planned
from .._floor.arrays import as_spectrum, namespace
from .._floor.checks import dtype_of, positive_int
from .._floor.types import A, Others
from .._host.nola import check_nola
from .._plans import IstftPlan, StftPlan
from ..errors import ParameterError
from ..spectrum import istft
from ..windows.spec import WindowSpec, analysis_window
from .stream import Stream, joined, kept


class Overlap(NamedTuple):
    """The frames that reach samples which are still to come. Places are those of the overlap-add, nothing cut off."""

    plan: StftPlan
    frames: Any  # (..., bins, k)
    first: int  # how many frames came before them
    done: int  # the place up to which all samples have been given

    @property
    def total(self) -> int:
        """Frames that have come, all together."""
        return self.first + self.frames.shape[-1]


class ISTFT(Stream, of=istft):
    """Inverse short-time Fourier transform of frames that arrive piece by piece: `spectro.istft` of the whole.

    Parameters
    ----------
    **keywords
        Those of `spectro.istft`.

    Raises
    ------
    ParameterError
        For what `spectro.istft` refuses.

    Warns
    -----
    UserWarning
        If samples between the frames will be lost (NOLA does not hold): at once where `n_fft` is given, or else with
        the first push. A window of MLX is not looked at.

    Notes
    -----
    Joined along the last axis, the samples are those of the whole spectrogram, the same in number and in value: to the
    last bit for NumPy's arrays on a CPU. Of what has come, the frames are kept that overlap with later ones.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> analysis, synthesis = spectro.streaming.STFT(n_fft=512), spectro.streaming.ISTFT(n_fft=512)
    >>> y = np.random.default_rng(0).standard_normal(5120).astype(np.float32)
    >>> pieces = [synthesis.push(analysis.push(block)) for block in np.split(y, 8)]
    >>> [piece.size for piece in pieces]
    [256, 640, 640, 640, 640, 640, 640, 640]
    >>> pieces += [synthesis.push(analysis.flush()), synthesis.flush()]
    >>> bool(np.allclose(np.concatenate(pieces), y, atol=1e-5))
    True
    """

    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        name = self._name
        dtype_of(name, keywords.get("dtype"), default=mx.float32, allowed=(mx.float32,))
        self._length = keywords.get("length")
        if self._length is not None:
            self._length = positive_int(name, "length", self._length, most=2**62)
        self._window: WindowSpec = keywords.get("window", "hann")
        options = ("n_fft", "hop_length", "win_length", "center")
        self._options = {option: keywords[option] for option in options if option in keywords}
        self._plan = None if keywords.get("n_fft") is None else self._planned()

    def _planned(self, **more: Any) -> StftPlan:
        plan = StftPlan.of(self._name, **{**self._options, **more})
        weights = analysis_window(self._name, self._window, plan.win_length, plan.n_fft)  # refuses what it cannot be
        if not isinstance(self._window, mx.array):
            frames = 4 + 2 * -(-plan.n_fft // plan.hop_length)  # show all that more of them would
            length = self._length or plan.n_fft + (frames - 1) * plan.hop_length - 2 * plan.padding
            whole = IstftPlan(plan.n_fft, plan.hop_length, plan.win_length, plan.center, length)
            check_nola(self._name, whole, frames, weights, self._window, goes_on=True)
        return plan

    def push(self, stft_matrix: A | Others) -> A:
        """Take more frames, and give the samples that no later frame changes.

        Parameters
        ----------
        stft_matrix : array (..., 1 + n_fft // 2, t)
            The next frames, t of them; t may be 0. The first push chooses leading dimensions and kind.

        Returns
        -------
        array (..., n) float32
            Samples from where the last push ended.

        Raises
        ------
        ParameterError
            If there are other bins or leading dimensions than before; after `flush`; and while MLX traces. A push that
            is refused changes nothing.
        """
        return super().push(stft_matrix)

    @property
    def latency(self) -> int:
        """Samples that are missing when `t` frames have come, of `t * hop_length`."""
        plan = self._state.plan if self._state else self._plan
        if plan is None:
            raise ParameterError(f"[{self._name}] latency follows from n_fft, which must be given or be seen by a push")
        beyond = 0 if self._length is not None else plan.hop_length + plan.padding - plan.n_fft
        return plan.padding + max(0, beyond)

    def _advanced(self, state: Any, y: Any) -> tuple[Any, Any]:
        state = self._arrived(state, y)
        end = min(state.total * state.plan.hop_length, self._end(state))
        return self._shortened(state._replace(done=max(state.done, end))), self._samples(state, end)

    def _rest(self, state: Any) -> Any:
        if state is None or state.total == 0:
            raise ParameterError(f"[{self._name}] at least one frame must have come before flush()")
        return self._samples(state, self._end(state))

    def _arrived(self, state: Overlap | None, y: Any) -> Overlap:
        """Put frames after those that wait."""
        D = as_spectrum(self._name, "stft_matrix", y, made=np.asarray)
        if D.ndim < 2:
            shape = tuple(D.shape)
            raise ParameterError(f"[{self._name}] stft_matrix must have shape (..., bins, frames), got {shape}")
        plan = state.plan if state else self._plan or self._planned(n_fft=2 * (D.shape[-2] - 1))
        if D.shape[-2] != plan.n_bins:
            raise ParameterError(
                f"[{self._name}] n_fft={plan.n_fft} has {plan.n_bins} frequency bins, but the frames have {D.shape[-2]}"
            )
        state = state or Overlap(plan, D[..., :0], 0, plan.padding)
        return state._replace(frames=joined(self._name, "stft_matrix", state.frames, D))

    def _end(self, state: Overlap) -> int:
        """The place where the signal of the frames so far ends."""
        plan = state.plan
        if self._length is not None:
            return plan.padding + self._length
        return plan.n_fft + (state.total - 1) * plan.hop_length - plan.padding

    def _samples(self, state: Overlap, end: int) -> Any:
        """Samples up to a place, from where the last ended: (..., n)."""
        plan, frames = state.plan, state.frames
        if end <= state.done:
            return namespace(frames).zeros((*frames.shape[:-2], 0), dtype=namespace(frames).float32)
        begin = state.first * plan.hop_length
        sizes = {"n_fft": plan.n_fft, "hop_length": plan.hop_length, "win_length": plan.win_length}
        y = overlap_added(frames, window=self._window, length=end - begin, **sizes)
        return y[..., state.done - begin :]

    def _shortened(self, state: Overlap) -> Overlap:
        """Drop the frames that reach no sample which is still to come, but for the last."""
        plan, done = state.plan, state.done
        first = min(max(0, (done - plan.n_fft) // plan.hop_length + 1), done // plan.hop_length, state.total - 1)
        if self._length is not None and done == self._end(state):  # all has been given
            first = state.total - 1
        first = max(first, state.first)
        return state._replace(frames=kept(self._name, state.frames, first - state.first), first=first)


@planned("D", operands=("window",))
def overlap_added(D: Any, *, n_fft: int, hop_length: int, win_length: int, window: WindowSpec, length: int) -> Any:
    """`istft` without `center` of frames (..., bins, t), which does not ask whether samples are lost between them."""
    D = as_spectrum("ISTFT", "stft_matrix", D)
    sizes = {"n_fft": n_fft, "hop_length": hop_length, "win_length": win_length, "length": length}
    plan = IstftPlan.of("ISTFT", D.shape, center=False, **sizes)
    return bind("istft", plan, D, analysis_window("ISTFT", window, win_length, n_fft), takes_frames_last=True)
