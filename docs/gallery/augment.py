"""Change a recording, to train on more than one of it.

A voice at another rate, slower, higher, without its pauses, and muffled by a filter.
"""

import librosa
import numpy as np

voice, sr = librosa.load("voice.wav", sr=None)
voice = librosa.resample(voice, orig_sr=sr, target_sr=16000)
slower = librosa.effects.time_stretch(voice, rate=0.9)
higher = librosa.effects.pitch_shift(voice, sr=16000, n_steps=2)
spoken, (start, end) = librosa.effects.trim(voice, top_db=30)

frequencies = librosa.fft_frequencies(sr=16000, n_fft=512)
gain = 10 ** (np.interp(frequencies, [0, 2000, 8000], [0, -6, -24]) / 20)
D = librosa.stft(voice, n_fft=512)
muffled = librosa.istft(D * gain[:, None], length=len(voice))

print(
    f"{len(voice) / 16000:.1f} s, of which {len(spoken) / 16000:.1f} s are not silent"
)
