"""What PyTorch and torchaudio compute, written in float64 NumPy: the transform layer's independent answers."""

from __future__ import annotations

import numpy as np


def window64(name: str = "hann", win: int = 512, n_fft: int | None = None, periodic: bool = True) -> np.ndarray:
    """A cosine window, in the middle of n_fft samples."""
    n_fft = win if n_fft is None else n_fft
    a = {"hann": 0.5, "hamming": 0.54, "rect": 1.0}[name]
    period = win if periodic else max(win - 1, 1)
    samples = a - (1 - a) * np.cos(2 * np.pi * np.arange(win) / period) if win > 1 else np.ones(1)
    return centered64(samples, n_fft)


def centered64(samples: np.ndarray, n_fft: int) -> np.ndarray:
    left = (n_fft - len(samples)) // 2
    return np.pad(np.asarray(samples, dtype=np.float64), (left, n_fft - len(samples) - left))


def stft64(x: np.ndarray, n_fft: int, hop: int, window: np.ndarray, center: bool = True) -> np.ndarray:
    """(B, T) -> (B, F, N), a frame at a time."""
    x = np.asarray(x, dtype=np.float64)
    if center:
        x = np.pad(x, ((0, 0), (n_fft // 2, n_fft // 2)), mode="reflect")
    n_frames = 1 + (x.shape[1] - n_fft) // hop
    return np.stack([np.fft.rfft(x[:, t * hop : t * hop + n_fft] * window) for t in range(n_frames)], axis=-1)


def envelope64(window: np.ndarray, hop: int, n_frames: int) -> np.ndarray:
    """The overlap-added squared window, from the first sample of the first frame."""
    total = np.zeros(len(window) + hop * (n_frames - 1))
    for t in range(n_frames):
        total[t * hop : t * hop + len(window)] += window**2
    return total


def istft64(
    z: np.ndarray, n_fft: int, hop: int, window: np.ndarray, center: bool = True, length: int | None = None
) -> np.ndarray:
    """(B, F, N) -> (B, length): overlap-add over its envelope, zero where that is at most 1e-11."""
    frames = np.fft.irfft(np.asarray(z, dtype=np.complex128), n=n_fft, axis=1) * window[:, None]
    n_frames = z.shape[-1]
    start = n_fft // 2 if center else 0
    length = n_fft + (n_frames - 1) * hop - 2 * start if length is None else length
    added = np.zeros((len(z), max(n_fft + hop * (n_frames - 1), start + length)))
    envelope = np.zeros(added.shape[1])
    envelope[: n_fft + hop * (n_frames - 1)] = envelope64(window, hop, n_frames)
    for t in range(n_frames):
        added[:, t * hop : t * hop + n_fft] += frames[:, :, t]
    y = np.where(envelope > 1e-11, added / np.where(envelope > 1e-11, envelope, 1), 0)
    return y[:, start : start + length]


def mel_of_hz(hz: np.ndarray, scale: str) -> np.ndarray:
    hz = np.asarray(hz, dtype=np.float64)
    if scale == "htk":
        return 2595 * np.log10(1 + hz / 700)
    return np.where(hz < 1000, hz * 3 / 200, 15 + 27 * np.log(np.maximum(hz, 1e-9) / 1000) / np.log(6.4))


def hz_of_mel(mel: np.ndarray, scale: str) -> np.ndarray:
    if scale == "htk":
        return 700 * (10 ** (mel / 2595) - 1)
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))


def fbanks64(
    n_freqs: int, f_min: float, f_max: float, n_mels: int, rate: int, norm: str | None = None, scale: str = "htk"
) -> np.ndarray:
    """torchaudio.functional.melscale_fbanks: (n_freqs, n_mels)."""
    bins = np.linspace(0, rate // 2, n_freqs)
    points = hz_of_mel(np.linspace(*mel_of_hz([f_min, f_max], scale), n_mels + 2), scale)
    bank = np.zeros((n_freqs, n_mels))
    for m, (low, top, high) in enumerate(zip(points[:-2], points[1:-1], points[2:], strict=True)):
        bank[:, m] = np.maximum(0, np.minimum((bins - low) / (top - low), (high - bins) / (high - top)))
        if norm == "slaney":
            bank[:, m] *= 2 / (high - low)
    return bank


def decibels64(x: np.ndarray, multiplier: float, top_db: float | None, axes: tuple[int, ...], ref: float = 1.0):
    """torchaudio.functional.amplitude_to_DB with amin 1e-10, its maximum over `axes`."""
    x = np.asarray(x, dtype=np.float64)
    db = multiplier * (np.log10(np.maximum(x, 1e-10)) - np.log10(max(ref, 1e-10)))
    return db if top_db is None else np.maximum(db, db.max(axis=axes, keepdims=True) - top_db)


def central_difference(loss, x: np.ndarray, where: tuple[int, ...], step: float = 1e-6) -> float:
    """d loss / d x[where] in float64; a complex step gives the derivative along it."""
    up, down = x.copy(), x.copy()
    up[where] += step
    down[where] -= step
    return (loss(up) - loss(down)) / (2 * abs(step))
