"""Analyze a file of any length in blocks.

Per-channel energy normalization of block after block, with the state carried along.
"""

import librosa
import numpy as np

sr = librosa.get_samplerate("song.wav")
blocks, state = [], None
for block in librosa.stream(
    "song.wav", block_length=64, frame_length=2048, hop_length=512
):
    S = librosa.feature.melspectrogram(y=block, sr=sr, center=False, power=1.0)
    P, state = librosa.pcen(S * 2**31, sr=sr, zi=state, return_zf=True)
    blocks.append(P)
joined = np.hstack(blocks)

# Picture
librosa.display.specshow(joined[:, :430], sr=sr, x_axis="time", y_axis="mel")
