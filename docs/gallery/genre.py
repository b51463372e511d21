"""Make a table of hand-crafted features, to tell genres apart.

Features in time and frequency of a trimmed song, and its tempo.
"""

import librosa
import numpy as np

y, sr = librosa.load("song.wav")
frames = {"frame_length": 1024, "hop_length": 512}
bins = {"n_fft": 1024, "hop_length": 512}
y, _ = librosa.effects.trim(y, **frames)
features = [
    librosa.feature.spectral_centroid(y=y, sr=sr, **bins),
    librosa.feature.spectral_rolloff(y=y, sr=sr, **bins),
    librosa.feature.zero_crossing_rate(y, **frames),
    librosa.feature.rms(y=y, **frames),
    librosa.feature.spectral_contrast(y=y, sr=sr, **bins),
    librosa.feature.spectral_bandwidth(y=y, sr=sr, **bins),
    librosa.feature.spectral_flatness(y=y, **bins),
    librosa.feature.mfcc(y=y, sr=sr, n_mfcc=13, **bins),
]
table = np.vstack(features)
summary = np.stack([table.max(1), table.min(1), table.mean(1), table.std(1)])
tempo = librosa.feature.tempo(y=y, sr=sr)

print(f"{table.shape[0]} features in {table.shape[1]} frames, {tempo[0]:.1f} BPM")
