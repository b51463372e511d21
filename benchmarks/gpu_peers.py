"""The libraries of the GPU tables: functions that begin their work and do not wait for it, and a way to wait."""

from __future__ import annotations

import contextlib
import importlib
from typing import Any

import mlx.core as mx
import numpy as np

import spectro

SR, N_MELS = 16000, 128


def cotangent(y: np.ndarray) -> np.ndarray:
    """What the gradient of a round trip is multiplied with; the round trip being none, it is the answer too."""
    return np.random.default_rng(1).standard_normal(y.shape).astype(np.float32)


class Mlx:
    """Our functions and MLX's own transforms."""

    def __init__(self, y: np.ndarray, n_fft: int, hop: int) -> None:
        self.y, self.n_fft, self.hop = mx.array(y), n_fft, hop
        self.window = mx.array(spectro.get_window("hann", n_fft))
        self.D = spectro.stft(self.y, n_fft=n_fft, hop_length=hop)
        self.cotangent = mx.array(cotangent(y))
        mx.eval(self.y, self.window, self.D, self.cotangent)

    @staticmethod
    def finish(results: Any) -> None:
        mx.eval(results)

    @staticmethod
    def release() -> None:
        """Give freed memory back to the device, for the next library."""
        mx.clear_cache()

    @staticmethod
    def first(result: mx.array) -> np.ndarray:
        return np.array(result[:1])

    def stft(self) -> mx.array:
        return spectro.stft(self.y, n_fft=self.n_fft, hop_length=self.hop)

    def istft(self) -> mx.array:
        return spectro.istft(self.D, n_fft=self.n_fft, hop_length=self.hop, length=self.y.shape[-1])

    def mel(self) -> mx.array:
        return spectro.melspectrogram(
            y=self.y, sr=SR, n_fft=self.n_fft, hop_length=self.hop, n_mels=N_MELS, htk=True, norm=None
        )

    def gradient(self) -> mx.array:
        def loss(y: mx.array) -> mx.array:
            D = spectro.stft(y, n_fft=self.n_fft, hop_length=self.hop)
            back = spectro.istft(D, n_fft=self.n_fft, hop_length=self.hop, length=y.shape[-1])
            return (back * self.cotangent).sum()

        return mx.grad(loss)(self.y)


class MlxFft(Mlx):
    """MLX's own transforms; its filterbank would be a matrix product, which CUDA rounds to TF32."""

    def __init__(self, y: np.ndarray, n_fft: int, hop: int) -> None:
        super().__init__(y, n_fft, hop)
        self.frames = {"n_fft": n_fft, "hop_length": hop, "window": self.window}

    def stft(self) -> mx.array:
        return mx.fft.stft(self.y, pad_mode="constant", **self.frames)

    def istft(self) -> mx.array:
        return mx.fft.istft(self.D, length=self.y.shape[-1], **self.frames)

    def gradient(self) -> mx.array:
        def loss(y: mx.array) -> mx.array:
            D = mx.fft.stft(y, pad_mode="constant", **self.frames)
            return (mx.fft.istft(D, length=y.shape[-1], **self.frames) * self.cotangent).sum()

        return mx.grad(loss)(self.y)


class MlxByHand(Mlx):
    """What an expert writes with MLX's operations: frames as strides, one FFT, and no second pass over them."""

    def stft(self) -> mx.array:
        padded = mx.pad(self.y, [(0, 0), (self.n_fft // 2, self.n_fft // 2)])
        frames = 1 + (padded.shape[1] - self.n_fft) // self.hop
        strides = (padded.shape[1], self.hop, 1)
        cut = mx.as_strided(padded, (padded.shape[0], frames, self.n_fft), strides)
        return mx.fft.rfft(cut * self.window).swapaxes(1, 2)


class Torch:
    """torch and torchaudio on the same device."""

    def __init__(self, y: np.ndarray, n_fft: int, hop: int) -> None:
        self.torch = torch = importlib.import_module("torch")
        self.device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        self.y, self.n_fft, self.hop = torch.tensor(y, device=self.device), n_fft, hop
        self.window = torch.hann_window(n_fft, device=self.device)
        self.D = self.stft()
        self.cotangent = torch.tensor(cotangent(y), device=self.device)
        with contextlib.suppress(ImportError, OSError):  # without it there is no mel
            transforms = importlib.import_module("torchaudio").transforms
            options = {"n_fft": n_fft, "hop_length": hop, "n_mels": N_MELS, "pad_mode": "constant"}
            self.transform = transforms.MelSpectrogram(SR, **options).to(self.device)

    def finish(self, _: Any) -> None:
        getattr(self.torch, self.device).synchronize()

    def release(self) -> None:
        """Give freed memory back to the device, for the next library."""
        if self.device != "cpu":
            getattr(self.torch, self.device).empty_cache()

    @staticmethod
    def first(result: Any) -> np.ndarray:
        return result[:1].detach().cpu().numpy()

    def stft(self, y: Any = None) -> Any:
        options = {"window": self.window, "pad_mode": "constant", "return_complex": True}
        return self.torch.stft(self.y if y is None else y, self.n_fft, self.hop, **options)

    def istft(self, D: Any = None) -> Any:
        D = self.D if D is None else D
        return self.torch.istft(D, self.n_fft, self.hop, window=self.window, length=self.y.shape[-1])

    def mel(self) -> Any:
        return self.transform(self.y)

    def gradient(self) -> Any:
        y = self.y.detach().requires_grad_()
        return self.torch.autograd.grad(self.istft(self.stft(y)), y, self.cotangent)[0]


class Auvux(Torch):
    """auvux-dsp, whose arrays on a device are torch's."""

    def __init__(self, y: np.ndarray, n_fft: int, hop: int) -> None:
        self.library = importlib.import_module("auvux.dsp")
        self.frames = {"sr": SR, "n_fft": n_fft, "hop_length": hop}
        super().__init__(y, n_fft, hop)
        if not self.library.backend_info("cuda" if self.device == "cuda" else "metal")["available"]:
            raise RuntimeError(f"auvux-dsp has no kernels for {self.device}")

    def stft(self, y: Any = None) -> Any:
        return self.library.stft(self.y if y is None else y, **self.frames)

    def istft(self, D: Any = None) -> Any:
        return self.library.istft(self.D if D is None else D, length=self.y.shape[-1], **self.frames)

    def mel(self) -> Any:
        return self.library.mel_spectrogram(self.y, n_mels=N_MELS, mel_scale="htk", mel_norm=None, **self.frames)


class MlxStft(Mlx):
    """mlx-stft."""

    def __init__(self, y: np.ndarray, n_fft: int, hop: int) -> None:
        super().__init__(y, n_fft, hop)
        library = importlib.import_module("mlx_stft")
        options = {"n_fft": n_fft, "win_length": n_fft, "hop_length": hop, "onesided": True}
        self.forward, self.backward = library.STFT(**options), library.ISTFT(**options)
        self.D = self.stft()
        mx.eval(self.D)

    def stft(self) -> mx.array:
        return self.forward(self.y)

    def istft(self) -> mx.array:
        return self.backward(self.D, length=self.y.shape[-1])


class MlxSpectro(Mlx):
    """mlx-spectro."""

    def __init__(self, y: np.ndarray, n_fft: int, hop: int) -> None:
        super().__init__(y, n_fft, hop)
        library = importlib.import_module("mlx_spectro")
        frames = {"n_fft": n_fft, "hop_length": hop, "center_pad_mode": "constant"}
        self.transform = library.SpectralTransform(**frames)
        scale = {"sample_rate": SR, "n_mels": N_MELS, "mel_scale": "htk", "norm": None}
        self.bands = library.MelSpectrogramTransform(output_scale="linear", **scale, **frames)
        self.D = self.stft()
        mx.eval(self.D)

    def stft(self) -> mx.array:
        return self.transform.stft(self.y)

    def istft(self) -> mx.array:
        return self.transform.istft(self.D, length=self.y.shape[-1])

    def mel(self) -> mx.array:
        return self.bands(self.y)

    def gradient(self) -> mx.array:
        def loss(y: mx.array) -> mx.array:
            back = self.transform.differentiable_istft(self.transform.differentiable_stft(y), length=y.shape[-1])
            return (back * self.cotangent).sum()

        return mx.grad(loss)(self.y)


EVERY = ("stft", "istft", "mel", "gradient")
LIBRARIES = (  # and what each of their functions is called in a table
    (Mlx, dict.fromkeys(EVERY, "spectro")),
    (Torch, {**dict.fromkeys(EVERY, "torch"), "mel": "torchaudio"}),
    (Auvux, dict.fromkeys(EVERY, "auvux")),
    (MlxFft, dict.fromkeys(("stft", "istft", "gradient"), "mx.fft")),
    (MlxByHand, {"stft": "mx.fft by hand"}),
    (MlxSpectro, dict.fromkeys(EVERY, "mlx-spectro")),
    (MlxStft, dict.fromkeys(("stft", "istft"), "mlx-stft")),
)
