"""Split a song into tones, strokes and a residual.

Harmonic-percussive separation with a margin: what is clearly neither is left over.
"""

import librosa
import numpy as np

y, sr = librosa.load("song.wav", duration=15)
D = librosa.stft(y)
harmonic, percussive = librosa.decompose.hpss(D, margin=3.0)
residual = D - (harmonic + percussive)
parts = [
    librosa.istft(part, length=len(y)) for part in (harmonic, percussive, residual)
]
power = [float(np.mean(part**2)) for part in parts]

for name, value in zip(("tones", "strokes", "residual"), power):
    print(f"{name:9}{value / np.mean(y**2):.1%} of the power")
