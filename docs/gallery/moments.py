"""Boil a song down to a vector, for a classifier.

Seven statistics of each band of eleven features: 518 numbers.
"""

import librosa
import numpy as np
from scipy import stats

y, sr = librosa.load("song.wav")
C = np.abs(librosa.cqt(y, sr=sr, tuning=None))
S = np.abs(librosa.stft(y))
cens = librosa.feature.chroma_cens(C=C)
mel = librosa.feature.melspectrogram(S=S**2, sr=sr)
features = {
    "zero_crossing_rate": librosa.feature.zero_crossing_rate(y),
    "chroma_cqt": librosa.feature.chroma_cqt(C=C),
    "chroma_cens": cens,
    "tonnetz": librosa.feature.tonnetz(chroma=cens),
    "chroma_stft": librosa.feature.chroma_stft(S=S**2, sr=sr),
    "rms": librosa.feature.rms(S=S),
    "spectral_centroid": librosa.feature.spectral_centroid(S=S, sr=sr),
    "spectral_bandwidth": librosa.feature.spectral_bandwidth(S=S, sr=sr),
    "spectral_contrast": librosa.feature.spectral_contrast(S=S, sr=sr),
    "spectral_rolloff": librosa.feature.spectral_rolloff(S=S, sr=sr),
    "mfcc": librosa.feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=20),
}
moments = (np.mean, np.std, stats.skew, stats.kurtosis, np.median, np.min, np.max)
vector = np.concatenate(
    [f(bands, axis=1) for bands in features.values() for f in moments]
)

print(len(vector), "numbers")
