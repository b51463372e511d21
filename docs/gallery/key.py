"""Find the key of a piece.

The chroma of its harmonic part, compared with the profiles of the 24 keys.
"""

import librosa
import numpy as np

MAJOR = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]
MINOR = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]

y, sr = librosa.load("chords.wav", duration=20)
harmonic, _ = librosa.effects.hpss(y)
chroma = librosa.feature.chroma_cqt(y=harmonic, sr=sr, bins_per_octave=24)
share = chroma.sum(axis=1)
scores = np.array(
    [
        [np.corrcoef(np.roll(profile, tonic), share)[0, 1] for tonic in range(12)]
        for profile in (MAJOR, MINOR)
    ]
)
mode, tonic = np.unravel_index(scores.argmax(), scores.shape)

name = librosa.midi_to_note(60 + int(tonic), octave=False)
print(name, ("major", "minor")[mode])
