"""Compute MFCC with their first and second differences.

What speech recognizers took for decades, and most tutorials begin with.
"""

import librosa
import numpy as np

voice, sr = librosa.load("voice.wav")
mel = librosa.feature.melspectrogram(y=voice, sr=sr, n_mels=64)
level = librosa.power_to_db(mel, ref=np.max)
mfcc = librosa.feature.mfcc(y=voice, sr=sr, n_mfcc=13)
first = librosa.feature.delta(mfcc)
second = librosa.feature.delta(mfcc, order=2)
features = np.concatenate([mfcc, first, second])

# Picture
librosa.display.specshow(level, sr=sr, x_axis="time", y_axis="mel")
