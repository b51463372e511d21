"""Compiled forms of a transform: one callable per configuration, for loops over steady shapes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import mlx.core as mx

from ..._engine.dispatch import tune
from ..._floor.checks import positive_int
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


class CompiledTransforms:
    """The compiled methods of `SpectralTransform`, over its `stft` and `istft`."""

    n_fft: int
    plan: StftPlan
    stft: Callable[..., mx.array]
    istft: Callable[..., mx.array]
    _istft_plan: Callable[..., IstftPlan]

    def __init__(self) -> None:
        self._compiled: OrderedDict[Any, Any] = OrderedDict()
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what belongs to one process, so that a model that holds a transform can be copied."""
        return {name: value for name, value in self.__dict__.items() if name not in ("_compiled", "_lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Start without compiled callables."""
        CompiledTransforms.__init__(self)
        self.__dict__.update(state)

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
        layout_of("SpectralTransform.compiled_pair", "layout", layout)
        length = positive_int("SpectralTransform.compiled_pair", "length", length)
        pair = (
            self.get_compiled_stft(output_layout=layout),
            self.get_compiled_istft(length=length, input_layout=layout),
        )
        if warmup_batch is not None:
            x = silence("SpectralTransform.compiled_pair", "warmup_batch", warmup_batch, length)
            mx.eval(pair[1](pair[0](x)))
        return pair

    def get_compiled_stft(self, *, output_layout: str = "bfn") -> Function:
        """Get the compiled `stft` of one layout.

        Parameters
        ----------
        output_layout : {'bfn', 'bnf'}
            Order of batch, frequency and frame.

        Returns
        -------
        callable
            Takes a signal (T,) or (B, T).

        Raises
        ------
        ParameterError
            For an unknown layout.
        """
        layout_of("SpectralTransform.get_compiled_stft", "output_layout", output_layout)
        return self._cached(("stft", output_layout), lambda x: self.stft(x, output_layout=output_layout))

    def get_compiled_istft(self, *, length: int | None = None, input_layout: str = "bfn", **options: Any) -> Function:
        """Get the compiled `istft` of one length, layout and set of its further options.

        Parameters
        ----------
        length : int, optional
            Samples to return, as for `istft`.
        input_layout : {'bfn', 'bnf'}
            Order of batch, frequency and frame.
        **options
            Further options of `istft`, all but `validate=True`.

        Returns
        -------
        callable
            Takes a spectrogram, with or without batch.

        Raises
        ------
        ParameterError
            For an unknown layout; the other options are checked by the first call.
        """
        layout_of("SpectralTransform.get_compiled_istft", "input_layout", input_layout)
        options |= {"length": length, "input_layout": input_layout}
        return self._cached(("istft", *sorted(options.items())), lambda z: self.istft(z, **options))

    def stft_compiled(self, x: mx.array, output_layout: str = "bfn") -> mx.array:
        """Compute `stft`, compiled.

        Parameters
        ----------
        x : mx.array (T,) or (B, T)
            Real signal.
        output_layout : {'bfn', 'bnf'}
            Order of batch, frequency and frame.

        Returns
        -------
        mx.array (B, F, N) or (B, N, F) complex64
            As of `stft`.

        Raises
        ------
        ParameterError
            As for `stft`.
        """
        return self.get_compiled_stft(output_layout=output_layout)(x)

    def istft_compiled(self, z: mx.array, length: int | None = None, **options: Any) -> mx.array:
        """Compute `istft`, compiled.

        Parameters
        ----------
        z : mx.array (B, F, N) or (B, N, F); without B for one signal
            Complex spectrogram.
        length : int, optional
            Samples to return, as for `istft`.
        **options
            Further options of `istft`, all but `validate=True`.

        Returns
        -------
        mx.array (B, length) float32
            As of `istft`.

        Raises
        ------
        ParameterError
            As for `istft`.
        """
        return self.get_compiled_istft(length=length, **options)(z)

    def warmup(self, batch: int = 1, length: int = 4096) -> None:
        """Tune launch sizes where the device has them, and run both transforms once on zeros.

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
        frames, length = self.plan.frames(x.shape[-1]), x.shape[-1]
        spectrum = (batch, frames, self.plan.n_bins)
        tune([(self.plan, x.shape), (self._istft_plan(frames, length), spectrum)])
        mx.eval(self.istft(self.stft(x), length=length))

    def prewarm_kernels(self, batch: int = 1, length: int | None = None) -> None:
        """Build the kernels of both transforms.

        Parameters
        ----------
        batch : int > 0
            Number of signals.
        length : int > 0, optional
            Samples of each; two frames by default.
        """
        self.warmup(batch, 2 * self.n_fft if length is None else length)

    def prewarm_compiled(self, batch: int = 1, length: int | None = None, **options: Any) -> None:
        """Build the compiled forms of both transforms, in the layout "bnf".

        Parameters
        ----------
        batch : int > 0
            Number of signals.
        length : int > 0, optional
            Samples of each; two frames by default, and at least 4096.
        **options
            Further options of `istft`, all but `validate=True`.
        """
        length = max(2 * self.n_fft, 4096) if length is None else length
        x = silence("SpectralTransform.prewarm_compiled", "batch", batch, length)
        z = self.stft_compiled(x, output_layout="bnf")
        mx.eval(self.istft_compiled(z, length=length, input_layout="bnf", **options))

    def _cached(self, key: Any, fn: Function) -> Function:
        with self._lock:
            if key not in self._compiled:
                self._compiled[key] = mx.compile(fn)
                if len(self._compiled) > LIMIT:
                    self._compiled.popitem(last=False)
            self._compiled.move_to_end(key)
            return self._compiled[key]
