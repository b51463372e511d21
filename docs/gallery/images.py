"""Turn pieces of a recording into images for a network.

Mel and linear spectrograms of three-second pieces, in decibels, scaled to [0, 1].
"""

import librosa
import matplotlib.pyplot as plt
import numpy as np

y, sr = librosa.load("birds.wav")
size = 3 * sr
mels, linears = [], []
for start in range(0, len(y) - size + 1, size):
    piece = librosa.effects.preemphasis(y[start : start + size])
    S = librosa.feature.melspectrogram(
        y=piece, sr=sr, n_fft=1024, hop_length=size // 255, fmin=500, power=1.0
    )
    D = librosa.stft(piece, n_fft=1024, hop_length=size // 255, window="hamming")
    for image, images in ((S, mels), (librosa.magphase(D)[0], linears)):
        level = librosa.amplitude_to_db(image, ref=np.max, top_db=80)[::-1, :256]
        images.append((level - level.min()) / (level.max() - level.min()))
mels, linears = np.stack(mels), np.stack(linears)

# Picture
figure, axes = plt.subplots(1, 2, figsize=(6.4, 2.2))
for image, ax in zip((mels[1], linears[1]), axes):
    ax.imshow(image, aspect="auto")
    ax.set_axis_off()
