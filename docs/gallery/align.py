"""Align two performances of one melody.

Dynamic time warping of their chroma; the path says where one is in the other.
"""

import librosa
import matplotlib.pyplot as plt

y1, sr = librosa.load("melody.wav", duration=12)
y2, _ = librosa.load("melody_faster.wav", duration=10)
X1 = librosa.feature.chroma_stft(y=y1, sr=sr, n_fft=4410, hop_length=2205, norm=2.0)
X2 = librosa.feature.chroma_stft(y=y2, sr=sr, n_fft=4410, hop_length=2205, norm=2.0)
costs, path = librosa.sequence.dtw(X1, X2, metric="cosine")
pairs = librosa.frames_to_time(path[::-1], sr=sr, hop_length=2205)
clicks = librosa.clicks(times=pairs[::10, 0], sr=sr, length=len(y1))
mix = y1 + 0.3 * clicks

# Picture
plt.plot(pairs[:, 0], pairs[:, 1])
plt.xlabel("Time in the first (s)")
plt.ylabel("in the second (s)")
