"""Least squares with solutions that are not negative."""

from __future__ import annotations

import numpy as np

COLUMNS = 256  # solved at once: they stay in the cache
STEPS = 200
CHECKED = 10  # steps after which solved columns are put aside
ENOUGH = 1e-4  # of the norm of a column


def nnls(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """X >= 0 with a small |A X - B|: A (m, k), B (m, n) -> (k, n), for m <= k.

    From the least-squares solution, cut at zero, alternating projections onto A X = B and onto X >= 0, which Nesterov's
    momentum accelerates. Each column stops by itself at a small residual.
    """
    pseudo = np.linalg.pinv(A.astype(np.float64)).astype(np.float32)
    A, B = A.astype(np.float32), B.astype(np.float32)
    out = np.empty((A.shape[1], B.shape[1]), dtype=np.float32)
    for first in range(0, B.shape[1], COLUMNS):
        out[:, first : first + COLUMNS] = _solved(A, pseudo, B[:, first : first + COLUMNS])
    return out


def _solved(A: np.ndarray, pseudo: np.ndarray, B: np.ndarray) -> np.ndarray:
    """One block of columns; of each the best solution, as momentum may overshoot."""
    X = ahead = np.maximum(pseudo @ B, 0)
    best, least = X.copy(), np.full(B.shape[1], np.inf, dtype=np.float32)
    open_, inertia = np.arange(B.shape[1]), 1.0
    for step in range(STEPS):
        difference = A @ ahead - B
        later, grown = np.maximum(ahead - pseudo @ difference, 0), (1 + np.sqrt(1 + 4 * inertia**2)) / 2
        if step % CHECKED == 0:
            residual = np.linalg.norm(difference, axis=0)
            better = residual < least[open_]
            best[:, open_[better]], least[open_[better]] = ahead[:, better], residual[better]
            going = residual > ENOUGH * np.linalg.norm(B, axis=0)
            if not going.any():
                break
            open_, B, X, ahead, later = open_[going], B[:, going], X[:, going], ahead[:, going], later[:, going]
        ahead = np.maximum(later + np.float32((inertia - 1) / grown) * (later - X), 0)
        X, inertia = later, grown
    return best
