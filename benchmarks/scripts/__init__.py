"""The same programs once per library, as its users write them.

Each module has some of: `stft(y)` and `mel(y, sr)`, which take and give NumPy arrays; `describe(source, target)`, which
reads an audio file and saves its log-mel spectrogram and onset strength; and `separate(mix)`, which takes a chunk of
stereo through stft, a soft mask and istft. `prepare(y)` makes the library's own kind of array. Frames are
librosa's defaults.
"""
