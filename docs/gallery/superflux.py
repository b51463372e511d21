"""Find onsets, also under vibrato.

The flux of a fine mel spectrogram, each band compared with the loudest of its neighbors.
"""

import librosa
import matplotlib.pyplot as plt
import numpy as np

y, sr = librosa.load("song.wav", sr=44100, duration=10)
hop = int(librosa.time_to_samples(1 / 200, sr=sr))
S = librosa.feature.melspectrogram(
    y=y, sr=sr, n_fft=1024, hop_length=hop, fmin=27.5, fmax=16000, n_mels=138
)
S_db = librosa.power_to_db(S, ref=np.max)
flux = librosa.onset.onset_strength(S=S_db, sr=sr, hop_length=hop, lag=2, max_size=3)
onsets = librosa.onset.onset_detect(
    onset_envelope=flux, sr=sr, hop_length=hop, units="time"
)
times = librosa.times_like(flux, sr=sr, hop_length=hop)

# Picture
plt.plot(times, flux, linewidth=0.8)
plt.vlines(onsets, 0, flux.max(), color="C1", linewidth=0.8)
plt.xlabel("Time (s)")
