"""The libraries beside spectro, each called as its users call it. A peer that is not installed is named."""

from __future__ import annotations

import importlib.metadata
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .shapes import Shape, hann, mel_weights, signal

Calls = dict[str, Callable[[], Any]]  # table -> call
THREADS = 2


def calls_of_spectro(s: Shape) -> Calls:
    import mlx.core as mx

    import spectro

    y = mx.array(signal(s))
    frames = {"n_fft": s.n_fft, "hop_length": s.hop}
    mel = {"sr": s.sr, "n_mels": s.n_mels, **frames}
    D = spectro.stft(y, **frames)
    mx.eval(y, D)

    def done(x: Any) -> Any:
        mx.eval(x)
        return x

    def loss(y: Any) -> Any:
        return mx.square(spectro.istft(spectro.stft(y, **frames), length=s.samples, **frames)).sum()

    return {
        "stft": lambda: done(spectro.stft(y, **frames)),
        "istft": lambda: done(spectro.istft(D, length=s.samples, **frames)),
        "mel": lambda: done(spectro.melspectrogram(y=y, **mel)),
        "mel_db": lambda: done(spectro.power_to_db(spectro.melspectrogram(y=y, **mel))),
        "onset": lambda: done(spectro.onset_strength(y=y, **mel)),
        "round_trip": lambda: done(mx.grad(loss)(y)),
    }


def calls_of_torch(s: Shape) -> Calls:
    import torch

    torch.set_num_threads(THREADS)
    y, window = torch.from_numpy(signal(s)), torch.from_numpy(hann(s.n_fft).astype(np.float32))
    weights = torch.from_numpy(mel_weights(s))

    def stft(y: Any) -> Any:
        return torch.stft(y, s.n_fft, s.hop, window=window, return_complex=True, pad_mode="constant")

    def istft(D: Any) -> Any:
        return torch.istft(D, s.n_fft, s.hop, window=window, length=s.samples)

    def mel() -> Any:
        return weights @ stft(y).abs().square()

    def mel_db() -> Any:
        level = 10 * torch.log10(mel().clamp(min=1e-10))
        return torch.maximum(level, level.amax((-2, -1), keepdim=True) - 80)

    def round_trip() -> Any:
        x = y.clone().requires_grad_(True)
        istft(stft(x)).square().sum().backward()
        return x.grad

    D = stft(y)
    return {"stft": lambda: stft(y), "istft": lambda: istft(D), "mel": mel, "mel_db": mel_db, "round_trip": round_trip}


def calls_of_auvux(s: Shape) -> Calls:
    import auvux.dsp as auvux

    auvux.set_num_threads(THREADS)
    y = signal(s)
    frames = {"sr": s.sr, "n_fft": s.n_fft, "hop_length": s.hop}
    D = auvux.stft(y, **frames)

    def mel() -> Any:
        return auvux.mel_spectrogram(y, n_mels=s.n_mels, **frames)

    def onset() -> Any:  # its envelope stands where frames begin; shifted here to where they sound
        envelope = auvux.onset_strength(y, n_mels=s.n_mels, **frames)
        shift = s.n_fft // (2 * s.hop)
        return np.concatenate([np.zeros_like(envelope[..., :shift]), envelope], axis=-1)[..., : s.frames]

    return {
        "stft": lambda: auvux.stft(y, **frames),
        "istft": lambda: auvux.istft(D, length=s.samples, **frames),
        "mel": mel,
        "mel_db": lambda: auvux.power_to_db(mel(), top_db=80.0),
        "onset": onset,
    }


def calls_of_librosa(s: Shape) -> Calls:
    import librosa

    y = signal(s)
    frames = {"n_fft": s.n_fft, "hop_length": s.hop}
    mel = {"sr": s.sr, "n_mels": s.n_mels, **frames}
    D = librosa.stft(y, **frames)
    return {
        "stft": lambda: librosa.stft(y, **frames),
        "istft": lambda: librosa.istft(D, length=s.samples, **frames),
        "mel": lambda: librosa.feature.melspectrogram(y=y, **mel),
        "mel_db": lambda: librosa.power_to_db(librosa.feature.melspectrogram(y=y, **mel)),
        "onset": lambda: librosa.onset.onset_strength(y=y, **mel),
    }


def calls_of_scipy(s: Shape) -> Calls:
    from scipy.signal import ShortTimeFFT

    y, transform = signal(s), ShortTimeFFT(hann(s.n_fft).astype(np.float32), s.hop, 1.0, phase_shift=None)
    D = transform.stft(y)
    first = -transform.p_min

    def stft() -> Any:
        return transform.stft(y)[..., first : first + s.frames]

    return {"stft": stft, "istft": lambda: transform.istft(D, k1=s.samples)}


def calls_of_mlx(s: Shape) -> Calls:
    import mlx.core as mx

    y, window = mx.array(signal(s)), mx.array(hann(s.n_fft).astype(np.float32))
    frames = {"n_fft": s.n_fft, "hop_length": s.hop, "window": window}

    def done(x: Any) -> Any:
        mx.eval(x)
        return x

    def loss(y: Any) -> Any:
        return mx.square(mx.fft.istft(mx.fft.stft(y, pad_mode="constant", **frames), length=s.samples, **frames)).sum()

    D = done(mx.fft.stft(y, pad_mode="constant", **frames))
    return {
        "stft": lambda: done(mx.fft.stft(y, pad_mode="constant", **frames)),
        "istft": lambda: done(mx.fft.istft(D, length=s.samples, **frames)),
        "round_trip": lambda: done(mx.grad(loss)(y)),
    }


def calls_of_audioflux(s: Shape) -> Calls:
    import audioflux
    from audioflux.type import WindowType

    if s.n_fft & (s.n_fft - 1):
        return {}
    y = signal(s)
    transform = audioflux.STFT(s.n_fft.bit_length() - 1, WindowType.HANN, s.hop)
    transform.enable_padding(True)
    return {"stft": lambda: transform.stft(y)}


PEERS = {
    "spectro": ("spectro-mlx", calls_of_spectro),
    "torch": ("torch", calls_of_torch),
    "auvux": ("auvux-dsp", calls_of_auvux),
    "librosa": ("librosa", calls_of_librosa),
    "scipy": ("scipy", calls_of_scipy),
    "mx.fft": ("mlx", calls_of_mlx),
    "audioflux": ("audioflux", calls_of_audioflux),
}


def calls(name: str, shape: Shape) -> Calls:
    """What a peer can do at a shape: nothing where it is not installed or refuses."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return PEERS[name][1](shape)
    except ImportError:
        return {}


def version(name: str) -> str | None:
    """Of an installed peer."""
    try:
        return importlib.metadata.version(PEERS[name][0])
    except importlib.metadata.PackageNotFoundError:
        return "(source tree)" if name == "spectro" else None
