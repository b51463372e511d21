"""Summarize speech, for a classifier of emotions.

Means over time of features of the voice, and its pitch.
"""

import librosa
import numpy as np

voice, sr = librosa.load("voice.wav", sr=None)
S = np.abs(librosa.stft(voice))
pitches, magnitudes = librosa.piptrack(S=S, sr=sr, fmin=70, fmax=400)
voiced = pitches[magnitudes > np.median(magnitudes[magnitudes > 0])]
mfcc = librosa.feature.mfcc(y=voice, sr=sr, n_mfcc=50)
features = [
    np.mean(librosa.feature.spectral_flatness(y=voice), axis=1),
    np.mean(librosa.feature.zero_crossing_rate(voice), axis=1),
    np.mean(librosa.feature.spectral_centroid(S=S, sr=sr), axis=1),
    np.mean(librosa.feature.rms(S=S), axis=1),
    np.mean(mfcc, axis=1),
    np.std(mfcc, axis=1),
    np.mean(librosa.feature.chroma_stft(S=S**2, sr=sr), axis=1),
    np.mean(librosa.feature.melspectrogram(y=voice, sr=sr), axis=1),
    np.mean(librosa.feature.spectral_contrast(S=S, sr=sr), axis=1),
]
vector = np.concatenate(features)
pitch = float(np.median(voiced))

print(f"{len(vector)} numbers, pitch about {pitch:.0f} Hz")
