"""Measure the tempo and follow the beat.

The onset strength, its tempogram, the beats, and clicks to listen to them.
"""

import librosa
import matplotlib.pyplot as plt

y, sr = librosa.load("song.wav")
strength = librosa.onset.onset_strength(y=y, sr=sr)
tempogram = librosa.feature.tempogram(onset_envelope=strength, sr=sr)
periods = librosa.autocorrelate(strength, max_size=400)
tempo, beats = librosa.beat.beat_track(onset_envelope=strength, sr=sr)
times = librosa.frames_to_time(beats, sr=sr)
clicks = librosa.clicks(times=times, sr=sr, length=len(y))
mix = y + clicks

# Picture
librosa.display.specshow(tempogram, sr=sr, x_axis="time", y_axis="tempo")
plt.axhline(tempo[0], color="w", linestyle="--", linewidth=1)
