"""Show which parts of a song are alike.

Features of each beat, a few beats stacked, and the recurrence matrix of all pairs.
"""

import librosa
import matplotlib.pyplot as plt
import numpy as np

y, sr = librosa.load("song.wav")
hop = 1024
harmonic, percussive = librosa.effects.hpss(y)
tempo, beats = librosa.beat.beat_track(y=percussive, sr=sr, hop_length=hop)
C = np.abs(librosa.cqt(harmonic, sr=sr, hop_length=hop))
chroma = librosa.feature.chroma_cqt(C=C, sr=sr, hop_length=hop)
tonnetz = librosa.feature.tonnetz(chroma=chroma)
mel = librosa.feature.melspectrogram(y=y, sr=sr, hop_length=hop)
mfcc = librosa.feature.mfcc(S=librosa.power_to_db(mel, ref=np.max), n_mfcc=14)
of_beats = librosa.util.sync(np.vstack([mfcc, tonnetz]), beats)
stacked = librosa.feature.stack_memory(of_beats, n_steps=3)
R = librosa.segment.recurrence_matrix(stacked, width=3, mode="affinity", sym=True)

# Picture
plt.figure(figsize=(3.2, 3.2))
librosa.display.specshow(R, x_axis="s", y_axis="s", cmap="magma_r")
plt.xlabel("Beat")
plt.ylabel("Beat")
