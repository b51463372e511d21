"""Describe a song by a few numbers.

Its length, how noisy it is, and the pitch class that sounds most often.
"""

import librosa
import numpy as np

y, sr = librosa.load("song.wav")
seconds = librosa.get_duration(y=y, sr=sr)
crossings = librosa.feature.zero_crossing_rate(y)[0]
noisiness = np.sum(librosa.zero_crossings(y)) / len(y)
chroma = librosa.feature.chroma_cqt(y=y, sr=sr, hop_length=512)
loudest = np.argmax(chroma, axis=0)
most = int(np.argmax(np.bincount(loudest, minlength=12)))

print(f"{seconds:.1f} s, crosses zero at {noisiness:.1%} of the samples")
print("most often:", librosa.midi_to_note(60 + most, octave=False))
