"""The window's own overlap-add, which an inverse STFT divides by."""

from __future__ import annotations

import numpy as np


def window_envelope(window: np.ndarray, hop_length: int, n_frames: int) -> np.ndarray:
    """Sum the squared window of every frame: (n_fft,) -> (n_fft + hop_length * (n_frames - 1),) float64."""
    blocks = -(-window.size // hop_length)
    squares, sums = np.zeros((blocks, hop_length)), np.zeros((blocks + n_frames - 1, hop_length))
    squares.reshape(-1)[: window.size] = window.astype(np.float64) ** 2
    for block, row in enumerate(squares):  # a block of all frames at once: there are far fewer blocks than frames
        sums[block : block + n_frames] += row
    return sums.reshape(-1)[: window.size + hop_length * (n_frames - 1)]
