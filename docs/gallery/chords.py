"""Prepare a song for a network that names chords.

The logarithm of its constant-Q transform, in pieces of ten seconds.
"""

import librosa
import numpy as np

y, sr = librosa.load("chords.wav")
pieces = [
    librosa.cqt(
        y[start : start + 10 * sr],
        sr=sr,
        n_bins=144,
        bins_per_octave=24,
        hop_length=2048,
    )
    for start in range(0, len(y), 10 * sr)
]
level = np.log(np.abs(np.concatenate(pieces, axis=1)) + 1e-6)

# Picture
librosa.display.specshow(
    level, sr=sr, hop_length=2048, bins_per_octave=24, x_axis="time", y_axis="cqt_hz"
)
