"""`SpectralTransform`: STFT and iSTFT of one configuration, with PyTorch's semantics."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx

from ..._engine.dispatch import run, use_backend
from ..._floor.arrays import as_array, as_real
from ..._floor.checks import one_of, positive_int
from ..._plans import IstftPlan, StftPlan
from ...errors import ParameterError
from ._synthesis import FLOOR, backend_of, check_result, refuse_thin_envelope
from ._torch import torch_istft
from .compiled import CompiledTransforms
from .params import (
    LONG_MODES,
    POLICIES,
    SAFETIES,
    ISTFTBackendPolicy,
    STFTOutputLayout,
    WindowLike,
    fft_sizes,
    layout_of,
    make_window,
)


class SpectralTransform(CompiledTransforms):
    """STFT and inverse STFT of one configuration.

    Parameters
    ----------
    n_fft : int > 0
        Samples of a frame.
    hop_length : int > 0
        Samples between frames.
    win_length : int in 1 .. n_fft, optional
        Samples of the window; `n_fft` by default.
    window_fn : {'hann', 'hamming', 'rect', 'ones', 'boxcar'}
        Name of the window.
    window : array (win_length,) or (n_fft,), optional
        Samples of the window, instead of a name. It is a constant: differentiate one with `spectro.stft(window=...)`.
    periodic : bool
        Periodic rather than symmetric window.
    center : bool
        Frame `t` is centred on sample `t * hop_length`, with reflected ends.
    normalized : bool
        Scale the STFT by `1 / sqrt(n_fft)`, and the inverse back.
    istft_backend_policy : {'auto', 'mlx_fft', 'metal', 'torch_fallback'}, optional
        Who computes the inverse: the best backend, plain MLX operations, the Metal kernels, or `torch.istft`.

    Raises
    ------
    ParameterError
        (a `ValueError`) for a bad parameter.

    Notes
    -----
    One object may be used from any number of threads. Gradients, `mx.compile` and `mx.vmap` pass through every method
    but those that `torch_fallback` or `validate=True` make evaluate.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> transform = spectro.SpectralTransform(n_fft=1024, hop_length=256)
    >>> z = transform.stft(mx.random.normal((2, 16000)))
    >>> z.shape
    (2, 513, 63)
    >>> transform.istft(z, length=16000).shape
    (2, 16000)
    """

    def __init__(
        self,
        n_fft: int,
        hop_length: int,
        win_length: int | None = None,
        window_fn: str = "hann",
        window: WindowLike = None,
        periodic: bool = True,
        center: bool = True,
        normalized: bool = False,
        istft_backend_policy: ISTFTBackendPolicy | None = None,
    ) -> None:
        super().__init__()
        where = "SpectralTransform"
        n_fft, hop, win = fft_sizes(where, n_fft, hop_length, win_length)
        plan = StftPlan.of(where, n_fft=n_fft, hop_length=hop, win_length=win, center=center, pad_mode="reflect")
        self.plan = plan
        self.n_fft, self.hop_length, self.win_length = plan.n_fft, plan.hop_length, plan.win_length
        self.window_fn, self.periodic, self.center, self.normalized = window_fn, periodic, plan.center, normalized
        self.istft_backend_policy = one_of(where, "istft_backend_policy", istft_backend_policy, (None, *POLICIES))
        self.window = make_window(window, window_fn, plan.win_length, plan.n_fft, periodic)
        self._scale = 1 / math.sqrt(plan.n_fft) if normalized else 1.0
        self._weights = self.window * self._scale  # analysis; in synthesis the scale cancels against the envelope
        mx.eval(self._weights)
        self._sized_stft: Any = None  # what was found to fit last: most calls are of one size
        self._sized_istft: Any = None

    def stft(self, x: mx.array, output_layout: STFTOutputLayout = "bfn") -> mx.array:
        """STFT of `x`.

        Parameters
        ----------
        x : mx.array (T,) or (B, T)
            Real signal.
        output_layout : {'bfn', 'bnf'}
            Order of batch, frequency and frame.

        Returns
        -------
        mx.array (B, F, N) or (B, N, F) complex64
            `N = 1 + T // hop_length` when centred. Not centred, a signal shorter than a frame is filled with zeros.

        Raises
        ------
        ParameterError
            For an array that is not 1D or 2D, and for `T <= n_fft // 2` when centred.
        """
        layout_of("SpectralTransform.stft", "output_layout", output_layout)
        x, weights = self._prepare("SpectralTransform.stft", x)
        if x.shape != self._sized_stft:
            self.plan.check_sizes("SpectralTransform.stft", x.shape)
            self._sized_stft = x.shape
        D = run("stft", self.plan, x, weights)  # (B, N, F)
        return D if output_layout == "bnf" else mx.swapaxes(D, 1, 2)

    def _prepare(self, where: str, x: Any) -> tuple[mx.array, mx.array]:
        """Check a signal for the function `where`: (B, T) long enough for a frame, and the analysis window."""
        x = as_real(where, "x", x)
        if x.ndim not in (1, 2):
            raise ParameterError(f"[{where}] x must be 1D or 2D, got shape {tuple(x.shape)}")
        x = x[None] if x.ndim == 1 else x
        length = x.shape[-1]
        if length == 0:
            raise ParameterError(f"[{where}] x must have at least one sample, got shape {tuple(x.shape)}")
        if self.center and length <= self.n_fft // 2:
            raise ParameterError(
                f"[{where}] reflect padding of n_fft // 2 = {self.n_fft // 2} samples needs a longer signal, "
                f"got {length} samples; lower n_fft or use center=False"
            )
        if not self.center and length < self.n_fft:
            x = mx.pad(x, [(0, 0), (0, self.n_fft - length)])
        return x, self._weights

    def istft(
        self,
        z: mx.array,
        length: int | None = None,
        validate: bool = False,
        *,
        torch_like: bool = False,
        allow_fused: bool = True,
        safety: str = "auto",
        long_mode_strategy: str = "native",
        backend_policy: ISTFTBackendPolicy | None = None,
        input_layout: STFTOutputLayout = "bfn",
    ) -> mx.array:
        """Inverse STFT of `z`.

        Parameters
        ----------
        z : mx.array (B, F, N) or (B, N, F); without B for one signal
            Complex spectrogram.
        length : int, optional
            Samples to return: cut, or filled from the tail of the overlap-add and then with zeros.
            `(N - 1) * hop_length` by default, plus `n_fft` when not centred.
        validate : bool
            Compare with the plain MLX computation; evaluates.
        torch_like : bool
            Refuse an envelope that `torch.istft` refuses.
        allow_fused : bool
            False computes with plain MLX operations.
        safety : {'off', 'auto', 'always'}
            'always' computes with plain MLX operations.
        long_mode_strategy : {'native'}
            Long signals take the same path as short ones.
        backend_policy : {'auto', 'mlx_fft', 'metal', 'torch_fallback'}, optional
            Instead of the transform's own policy.
        input_layout : {'bfn', 'bnf'}
            Order of the axes of `z`.

        Returns
        -------
        mx.array (B, length) float32
            (length,) for a `z` without batch. Zero where the squared-window envelope is at most 1e-11.

        Raises
        ------
        ParameterError
            (a `ValueError`) for a wrong shape, layout or option.
        RuntimeError
            For `torch_like` with a vanishing envelope, a failed validation, or the policy 'metal' without Metal.
        """
        where = "SpectralTransform.istft"
        one_of(where, "safety", safety, SAFETIES)
        one_of(where, "long_mode_strategy", long_mode_strategy, LONG_MODES)
        one_of(where, "backend_policy", backend_policy, (None, *POLICIES))
        policy = backend_policy or self.istft_backend_policy or "auto"
        D, batched = self._frames_of(where, z, input_layout)
        plan = self._istft_plan(D.shape[-2], length)
        plain = not allow_fused or safety == "always"
        size = D.shape, plan.length, plain or validate or policy == "mlx_fft"
        if size != self._sized_istft:
            plan.check_sizes(where, D.shape, reference=size[-1])
            self._sized_istft = size
        if torch_like:
            refuse_thin_envelope(plan, self.window, D.shape[-2])
        if policy == "torch_fallback":
            y = torch_istft(D, plan, self.window, self.normalized)
        else:
            with backend_of(policy, plain):
                y = run("istft", plan, D, self._weights)
        if validate:
            with use_backend("reference"):
                check_result(y, run("istft", plan, D, self._weights))
        return y if batched else y[0]

    def differentiable_stft(self, x: mx.array) -> mx.array:
        """STFT frames-major, for use under `mx.grad`.

        Parameters
        ----------
        x : mx.array (T,) or (B, T)
            Real signal.

        Returns
        -------
        mx.array (B, N, F) complex64
            As of `stft`.

        Raises
        ------
        ParameterError
            As for `stft`.
        """
        return self.stft(x, output_layout="bnf")

    def differentiable_istft(self, z: mx.array, length: int | None = None) -> mx.array:
        """Inverse STFT of frames-major spectra, for use under `mx.grad`.

        Parameters
        ----------
        z : mx.array (B, N, F)
            Complex spectrogram.
        length : int, optional
            Samples to return, as for `istft`.

        Returns
        -------
        mx.array (B, length) float32
            As of `istft`.

        Raises
        ------
        ParameterError
            As for `istft`.
        """
        return self.istft(z, length=length, input_layout="bnf")

    def _frames_of(self, where: str, z: Any, input_layout: str) -> tuple[mx.array, bool]:
        """Check a spectrogram for the function `where`: (B, N, F), and whether it came with a batch."""
        layout_of(where, "input_layout", input_layout)
        z = as_array(where, "z", z).astype(mx.complex64)
        if z.ndim not in (2, 3):
            raise ParameterError(f"[{where}] z must be 2D or 3D, got shape {tuple(z.shape)}")
        batched = z.ndim == 3
        D = z if batched else z[None]
        D = D if input_layout == "bnf" else mx.swapaxes(D, 1, 2)
        if D.shape[-1] != self.plan.n_bins or D.shape[-2] == 0:
            raise ParameterError(
                f"[{where}] z must have {self.plan.n_bins} frequency bins and at least one frame in the layout "
                f"{input_layout!r}, got shape {tuple(z.shape)}"
            )
        return D, batched

    def _istft_plan(self, n_frames: int, length: int | None) -> IstftPlan:
        where = "SpectralTransform.istft"
        natural = (n_frames - 1) * self.hop_length + (0 if self.center else self.n_fft)
        length = natural if length is None else positive_int(where, "length", length)
        floor = FLOOR * self._scale**2
        return IstftPlan(self.n_fft, self.hop_length, self.win_length, self.center, length, floor)
