"""Front ends of models beside their formulas on other libraries: half a minute of speech's length, NumPy in and out."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import spectro

from .environment import cores, missing
from .shapes import hann
from .suite import Step
from .tables import Row, row
from .timing import error, medians

SR, SECONDS = 16000, 30
CLOSE = 1e-4  # of the peak: logarithms of bands far below the loudest show the rounding of float32
Calls = dict[str, Callable[[], Any]]


def steps(quick: bool) -> Iterator[Step]:
    """Whisper's and Kaldi's."""
    budget = 0.4 if quick else 2.5
    for name, calls in (("whisper", whisper), ("kaldi_fbank", kaldi_fbank)):
        yield Step(f"front_end {name}", functools.partial(measure, name, calls, budget))


def measure(name: str, calls: Callable[[np.ndarray], tuple[Calls, np.ndarray]], budget: float) -> list[Row]:
    """Seconds of all whose answer is right."""
    y = np.random.default_rng(5).standard_normal(SR * SECONDS, dtype=np.float32) / 10
    found, truth = calls(y)
    errors = {peer: error(call(), truth) for peer, call in found.items()}
    right = {peer: call for peer, call in found.items() if errors[peer] <= CLOSE}
    return [row("front_end", f"{name}, {SECONDS} s", medians(right, budget), errors, right=CLOSE)]


def whisper(y: np.ndarray) -> tuple[Calls, np.ndarray]:
    """Its reference formula on each library, and the answer in float64."""
    bank = np.array(spectro.filters.mel(sr=SR, n_fft=400, n_mels=80))

    def levels(nx: Any, S: Any) -> Any:
        level = nx.log10(nx.maximum(S, nx.asarray(1e-10)))
        return (nx.maximum(level, level.max() - 8.0) + 4.0) / 4.0

    found: Calls = {"spectro": lambda: spectro.presets.whisper(y)}
    if not missing("librosa"):
        import librosa

        frames = {"n_fft": 400, "hop_length": 160, "pad_mode": "reflect"}
        found["librosa"] = lambda: levels(np, bank @ np.abs(librosa.stft(y, **frames)[:, :-1]) ** 2)
    if not missing("torch"):
        import torch

        torch.set_num_threads(cores())
        x, weights, window = torch.from_numpy(y), torch.from_numpy(bank), torch.hann_window(400)

        def on_torch() -> Any:
            D = torch.stft(x, 400, 160, window=window, return_complex=True)
            return levels(torch, weights @ D[:, :-1].abs() ** 2)

        found["torch"] = on_torch
    padded = np.pad(y.astype(np.float64), 200, mode="reflect")
    D = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, 400)[::160][:-1] * hann(400))
    return found, levels(np, (np.abs(D) ** 2 @ bank.T.astype(np.float64)).T)


def kaldi_fbank(y: np.ndarray) -> tuple[Calls, np.ndarray]:
    """80 bands with the defaults; the package, which computes on one thread, is the only peer."""
    y = 32768 * y
    found: Calls = {"spectro": lambda: spectro.presets.kaldi_fbank(y)}
    if not missing("kaldi-native-fbank"):
        import kaldi_native_fbank as knf

        options = knf.FbankOptions()
        options.frame_opts.dither, options.mel_opts.num_bins = 0.0, 80

        def package() -> np.ndarray:
            stream = knf.OnlineFbank(options)
            stream.accept_waveform(SR, y)
            stream.input_finished()
            return np.stack([stream.get_frame(i) for i in range(stream.num_frames_ready)]).T

        found["kaldi-native-fbank"] = package
    frames = np.lib.stride_tricks.sliding_window_view(y.astype(np.float64), 400)[::160]
    frames = frames - frames.mean(-1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=-1)
    povey = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399)) ** 0.85
    P = np.abs(np.fft.rfft((frames - 0.97 * before) * povey, 512)) ** 2
    bins, corners = 1127 * np.log1p(np.arange(257) * SR / 512 / 700), 1127 * np.log1p(np.array([20, SR / 2]) / 700)
    center = np.linspace(*corners, 82)[1:-1, None]
    bank = np.maximum(0.0, 1 - np.abs(bins - center) / ((corners[1] - corners[0]) / 81))
    return found, np.log(np.maximum((P @ bank.T).T, 2.0**-23))
