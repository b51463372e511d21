"""Compiled forms of a transform: one callable per configuration, for loops over steady shapes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import mlx.core as mx

from ..._engine.dispatch import tune
from ..._floor.checks import positive_int
from ..._floor.memo import Memo
from ..._floor.sizes import check_size
from ..._plans import IstftPlan, StftPlan
from .params import layout_of

LIMIT = 64  # callables that a transform keeps

Function = Callable[[mx.array], mx.array]


def silence(where: str, name: str, batch: Any, length: Any) -> mx.array:
    """Signals of zeros (batch, length), not evaluated yet; `name` is that of the batch."""
    shape = positive_int(where, name, batch), positive_int(where, "length", length)
    check_size(where, "the signals", *shape, way_out=f"lower {name} or length")
    return mx.zeros(shape)


class CompiledForms:
    """What `SpectralTransform` compiles, tunes and builds beforehand, over its `stft` and `istft`."""

    n_fft: int
    plan: StftPlan
    stft: Callable[..., mx.array]
    istft: Callable[..., mx.array]
    _istft_plan: Callable[..., IstftPlan]

    def __init__(self) -> None:
        self._compiled: Memo[Any, Function] = Memo(LIMIT)

    def compiled_pair(
        self, length: int, layout: str = "bnf", warmup_batch: int | None = None
    ) -> tuple[Function, Function]:
        """Compiled `(stft_fn, istft_fn)` for signals of `length` samples.

        Parameters
        ----------
        length : int
            Samples that `istft_fn` returns.
        layout : {'bnf', 'bfn'}
            Layout of the spectrogram between the two.
        warmup_batch : int, optional
            Run both once on that many signals of zeros.

        Returns
        -------
        tuple of callable
            The same two for the same arguments; they take any batch size, and a signal without batch.

        Raises
        ------
        ParameterError
            For an unknown layout, or a size that is not a positive integer.

        Examples
        --------
        >>> import mlx.core as mx, spectro
        >>> stft, istft = spectro.SpectralTransform(n_fft=512, hop_length=128).compiled_pair(4096)
        >>> istft(stft(mx.zeros((2, 4096)))).shape
        (2, 4096)
        """
        where = "SpectralTransform.compiled_pair"
        layout_of(where, "layout", layout)
        length = positive_int(where, "length", length)
        stft = self.get_compiled_stft(output_layout=layout)
        istft = self.get_compiled_istft(length=length, input_layout=layout)
        if warmup_batch is not None:
            mx.eval(istft(stft(silence(where, "warmup_batch", warmup_batch, length))))
        return stft, istft

    def get_compiled_stft(self, *, output_layout: str = "bfn") -> Function:
        """`stft` of one layout, compiled: the same callable every time, which takes a signal (T,) or (B, T)."""
        layout_of("SpectralTransform.get_compiled_stft", "output_layout", output_layout)
        return self._compile("stft", output_layout=output_layout)

    def get_compiled_istft(self, *, length: int | None = None, input_layout: str = "bfn", **options: Any) -> Function:
        """`istft` of one length, layout and set of its options, compiled: the same callable every time.

        `validate=True` cannot be compiled; what else is wrong with an option is said by the first call.
        """
        layout_of("SpectralTransform.get_compiled_istft", "input_layout", input_layout)
        return self._compile("istft", length=length, input_layout=input_layout, **options)

    def _compile(self, method: str, **options: Any) -> Function:
        function = partial(getattr(self, method), **options)
        return self._compiled.find((method, *sorted(options.items())), lambda: mx.compile(function))

    def warmup(self, batch: int = 1, length: int = 4096) -> None:
        """Tune launch sizes where the device has them, and run both transforms once on zeros.

        Nothing but this method and the two that call it measures.

        Parameters
        ----------
        batch : int > 0
            Signals.
        length : int > 0
            Samples of each; at least a frame.

        Raises
        ------
        ParameterError
            For a size that is not a positive integer, or more than memory holds.
        """
        where = "SpectralTransform.warmup"
        x = silence(where, "batch", batch, max(positive_int(where, "length", length), self.n_fft))
        self.plan.check_sizes(where, x.shape)
        spectrum = (x.shape[0], self.plan.frames(x.shape[1]), self.plan.n_bins)
        tune([(self.plan, x.shape), (self._istft_plan(spectrum, x.shape[1]), spectrum)])
        mx.eval(self.istft(self.stft(x), length=x.shape[1]))

    def prewarm_kernels(self, batch: int = 1, length: int | None = None) -> None:
        """`warmup`, by default of two frames."""
        self.warmup(batch, 2 * self.n_fft if length is None else length)

    def prewarm_compiled(self, batch: int = 1, length: int | None = None, **options: Any) -> None:
        """`warmup`, by default of two frames and at least 4096 samples, and of the compiled forms in "bnf"."""
        length = max(2 * self.n_fft, 4096) if length is None else length
        x = silence("SpectralTransform.prewarm_compiled", "batch", batch, length)
        self.warmup(batch, length)
        z = self.stft_compiled(x, output_layout="bnf")
        mx.eval(self.istft_compiled(z, length=length, input_layout="bnf", **options))

    def stft_compiled(self, x: mx.array, output_layout: str = "bfn") -> mx.array:
        """Alias of `get_compiled_stft(...)(x)`."""
        return self.get_compiled_stft(output_layout=output_layout)(x)

    def istft_compiled(self, z: mx.array, length: int | None = None, **options: Any) -> mx.array:
        """Alias of `get_compiled_istft(...)(z)`."""
        return self.get_compiled_istft(length=length, **options)(z)
