"""Rows of the table of cases: front ends of models, and their published formulas in float64."""

from __future__ import annotations

import functools
import warnings
from typing import Any

import librosa
import numpy as np
from case import Case, case, normal


def framed(y: np.ndarray, length: int, hop: int) -> np.ndarray:
    """Frames of a signal: (..., t, length)."""
    return np.lib.stride_tricks.sliding_window_view(y, length, axis=-1)[..., ::hop, :]


def padded(y: np.ndarray, width: int, mode: str) -> np.ndarray:
    """A signal with samples on both sides."""
    return np.pad(y, [(0, 0)] * (y.ndim - 1) + [(width, width)], mode=mode)


def hann(n: int, symmetric: bool = False) -> np.ndarray:
    """The Hann window."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / (n - symmetric))


@functools.cache
def bank_of(**options: Any) -> np.ndarray:
    """librosa's filterbank."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of bands without a bin
        return librosa.filters.mel(dtype=np.float64, **options)


def slaney(P: np.ndarray, sr: float, n_fft: int, n_mels: int, fmax: float | None = None) -> np.ndarray:
    """Bands of spectra (..., t, f) by librosa's filterbank: (..., n_mels, t)."""
    return banded(P, bank_of(sr=sr, n_fft=n_fft, n_mels=n_mels, fmax=fmax))


def banded(P: np.ndarray, bank: np.ndarray) -> np.ndarray:
    """Bands of spectra (..., t, f): (..., bands, t)."""
    return (P @ bank.T).swapaxes(-1, -2)


def of_whisper(y: np.ndarray, n_mels: int = 80, pad_or_trim: bool = False) -> np.ndarray:
    """The formula of Whisper's `log_mel_spectrogram`, a signal at a time."""
    if pad_or_trim:
        y = np.pad(y[:480000], (0, max(0, 480000 - y.size)))
    D = np.fft.rfft(framed(padded(y, 200, "reflect"), 400, 160) * hann(400))[..., :-1, :]
    level = np.log10(np.maximum(slaney(np.abs(D) ** 2, 16000, 400, n_mels), 1e-10))
    return (np.maximum(level, level.max() - 8.0) + 4.0) / 4.0


def of_tacotron2(y: np.ndarray) -> np.ndarray:
    """The formula of Tacotron 2's `TacotronSTFT`."""
    D = np.fft.rfft(framed(padded(y, 512, "reflect"), 1024, 256) * hann(1024))
    return np.log(np.maximum(slaney(np.abs(D), 22050, 1024, 80, 8000.0), 1e-5))


def of_hifigan(y: np.ndarray, fmax: float | None = 8000.0) -> np.ndarray:
    """The formula of HiFi-GAN's `mel_spectrogram`."""
    D = np.fft.rfft(framed(padded(y, 384, "reflect"), 1024, 256) * hann(1024))
    return np.log(np.maximum(slaney(np.sqrt(np.abs(D) ** 2 + 1e-9), 22050, 1024, 80, fmax), 1e-5))


def mel(f: Any) -> Any:
    """HTK's mel scale with its natural logarithm."""
    return 1127 * np.log(1 + np.asarray(f) / 700)


@functools.cache
def drawn_in_mel(sr: float, n_fft: int, bands: int, low: float, high: float) -> np.ndarray:
    """Triangles on the mel axis, a weight at a time; the first and the last bin have none."""
    weights, step = np.zeros((bands, n_fft // 2 + 1)), (mel(high) - mel(low)) / (bands + 1)
    for m in range(bands):
        left, right = mel(low) + m * step, mel(low) + (m + 2) * step
        for k in range(1, n_fft // 2):
            at = mel(k * sr / n_fft)
            if left < at < right:
                weights[m, k] = min(at - left, right - at) / step
    return weights


def of_vggish(y: np.ndarray) -> np.ndarray:
    """The formula of VGGish's `mel_features`."""
    D = np.fft.rfft(framed(y, 400, 160) * hann(400), 512)
    return np.log(banded(np.abs(D), drawn_in_mel(16000, 512, 64, 125.0, 7500.0)) + 0.01)


def of_nemo(
    y: np.ndarray, n_mels: int = 80, preemphasis: float = 0.97, normalize: str | None = "per_feature"
) -> np.ndarray:
    """The formula of NeMo's `FilterbankFeatures`, of the frames that it counts."""
    x = np.concatenate([y[..., :1], y[..., 1:] - preemphasis * y[..., :-1]], axis=-1)
    D = np.fft.rfft(framed(padded(x, 256, "constant"), 512, 160) * np.pad(hann(400, True), 56))[..., :-1, :]
    level = np.log(slaney(np.abs(D) ** 2, 16000, 512, n_mels) + 2.0**-24)
    if normalize is None:
        return level
    return (level - level.mean(-1, keepdims=True)) / (level.std(-1, ddof=1, keepdims=True) + 1e-5)


def of_torchaudio(y: np.ndarray, n_mels: int = 128, n_fft: int = 400) -> np.ndarray:
    """The formula of torchaudio's `MelSpectrogram`, with its defaults."""
    D = np.fft.rfft(framed(padded(y, n_fft // 2, "reflect"), n_fft, n_fft // 2) * hann(n_fft))
    return banded(np.abs(D) ** 2, bank_of(sr=16000, n_fft=n_fft, n_mels=n_mels, htk=True, norm=None))


EPSILON = 2.0**-23


def of_kaldi(y: np.ndarray, mfcc: bool = False, **options: Any) -> np.ndarray:
    """The steps of Kaldi's documentation, with its defaults but for 80 bands: (..., rows, t)."""
    own = {"num_mel_bins": 23, "use_energy": True} if mfcc else {"num_mel_bins": 80, "use_energy": False}
    o: dict[str, Any] = {"sr": 16000, "snip_edges": True, "window_type": "povey", "raw_energy": True, "num_ceps": 13}
    o |= {"htk_compat": False, "use_power": True, "preemphasis_coefficient": 0.97, **own, **options}
    length, shift = int(o["sr"] * 0.025), int(o["sr"] * 0.01)
    if not o["snip_edges"]:
        count, first = (y.shape[-1] + shift // 2) // shift, shift // 2 - length // 2
        y = padded(y, length, "symmetric")[..., length + first :][..., : (count - 1) * shift + length]
    centered = framed(y, length, shift)
    centered = centered - centered.mean(-1, keepdims=True)
    before = np.concatenate([centered[..., :1], centered[..., :-1]], axis=-1)
    windowed = (centered - o["preemphasis_coefficient"] * before) * window_of_kaldi(o["window_type"], length)
    n_fft = 2 ** int(np.ceil(np.log2(length)))
    S = np.abs(np.fft.rfft(windowed, n_fft)) ** (2 if o["use_power"] else 1)
    rows = np.log(np.maximum(banded(S, drawn_in_mel(o["sr"], n_fft, o["num_mel_bins"], 20.0, o["sr"] / 2)), EPSILON))
    energy = np.log(np.maximum(((centered if o["raw_energy"] else windowed) ** 2).sum(-1), EPSILON))[..., None, :]
    rows = cepstra(rows, o["num_ceps"], energy if o["use_energy"] else None, o["htk_compat"]) if mfcc else rows
    if o["use_energy"] and not mfcc:
        rows = np.concatenate([rows, energy] if o["htk_compat"] else [energy, rows], axis=-2)
    return rows


def window_of_kaldi(name: str, n: int) -> np.ndarray:
    """Kaldi's windows."""
    return {"povey": hann(n, True) ** 0.85, "hamming": 0.08 + 0.92 * hann(n, True), "rectangular": np.ones(n)}[name]


def cepstra(rows: np.ndarray, count: int, energy: np.ndarray | None, htk_compat: bool) -> np.ndarray:
    """The orthonormal DCT of logarithms (..., bands, t), liftered: (..., count, t)."""
    n, k = rows.shape[-2], np.arange(count)
    basis = np.sqrt(2 / n) * np.cos(np.pi / n * k[:, None] * (np.arange(n) + 0.5))
    basis[0] /= np.sqrt(2)
    C = np.einsum("km,...mt->...kt", basis * (1 + 11 * np.sin(np.pi * k / 22))[:, None], rows)
    first = C[..., :1, :] * (np.sqrt(2) if htk_compat else 1) if energy is None else energy
    return np.concatenate([C[..., 1:, :], first] if htk_compat else [first, C[..., 1:, :]], axis=-2)


def of_kaldi_mfcc(y: np.ndarray, **options: Any) -> np.ndarray:
    """Kaldi's coefficients."""
    return of_kaldi(y, mfcc=True, **options)


TRUTHS = {
    "whisper": of_whisper,
    "tacotron2": of_tacotron2,
    "hifigan": of_hifigan,
    "vggish": of_vggish,
    "nemo": of_nemo,
    "torchaudio_mel": of_torchaudio,
    "kaldi_fbank": of_kaldi,
    "kaldi_mfcc": of_kaldi_mfcc,
}


def _of(name: str, variant: str = "", **call: Any) -> Case:
    return case(f"presets.{name}", variant, truth=TRUTHS[name], **call)


ROWS: list[Case] = [
    _of("whisper", y=normal(350)),
    _of("tacotron2", y=normal(520)),
    _of("hifigan", y=normal(520)),
    _of("vggish", y=normal(565)),
    _of("nemo", y=normal(480), n_mels=20, normalize=None),
    _of("nemo", "standardized", y=normal(480), n_mels=20, halves=False),  # whose sum has no slope
    _of("torchaudio_mel", y=normal(200), n_mels=6, n_fft=64),
    _of("kaldi_fbank", y=1000 * normal(565), use_energy=True, compiled=True),
    _of("kaldi_mfcc", y=1000 * normal(400), snip_edges=False, use_energy=False),
]
