"""Compute the spectrogram that a neural vocoder expects.

The filters come from the library, the rest is NumPy, as training code often has it.
"""

import librosa
import numpy as np

voice, sr = librosa.load("voice.wav", sr=None)
voice = librosa.util.normalize(voice) * 0.95
padded = np.pad(voice, (1024 - 256) // 2, mode="reflect")
D = librosa.stft(padded, n_fft=1024, hop_length=256, center=False)
filters = librosa.filters.mel(sr=sr, n_fft=1024, n_mels=80, fmin=0, fmax=8000)
log_mel = np.log(np.maximum(filters @ np.abs(D), 1e-5))

print("bands and frames:", log_mel.shape)
