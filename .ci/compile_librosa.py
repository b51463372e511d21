"""Have numba compile what the tests call of librosa, once for all of their processes, which begin with a copy."""

import warnings

import librosa
import numpy as np

warnings.simplefilter("ignore")
for dtype in (np.float32, np.float64):
    y = np.random.default_rng(0).standard_normal(8000).astype(dtype)
    frames = np.abs(y[:2000]).reshape(20, 100)
    envelope = librosa.onset.onset_strength(y=y)
    librosa.lpc(y, order=4)
    librosa.lpc(frames, order=2)
    librosa.yin(y, fmin=200, fmax=2000, sr=8000)
    librosa.pyin(y, fmin=200, fmax=2000, sr=8000)
    librosa.zero_crossings(y)
    librosa.feature.zero_crossing_rate(y)
    librosa.util.localmax(frames)
    librosa.util.localmin(frames)
    librosa.util.abs2(librosa.stft(y))
    librosa.util.phasor(y)
    librosa.util.peak_pick(envelope, pre_max=1, post_max=1, pre_avg=1, post_avg=1, delta=0.1, wait=1)
    librosa.onset.onset_detect(y=y, backtrack=True)
    librosa.beat.beat_track(y=np.tile(y, 4))
    librosa.beat.plp(y=np.tile(y, 4))
    librosa.sequence.dtw(frames, frames[:, ::2])
    librosa.sequence.dtw(frames, frames[:, ::2], subseq=True, global_constraints=True)
    librosa.sequence.rqa(frames[:, :20])
    librosa.sequence.rqa(frames[:, :20], knight_moves=False)
    odds = frames[:3] / frames[:3].sum(axis=0)
    librosa.sequence.viterbi(odds, librosa.sequence.transition_loop(3, 0.5))
    librosa.sequence.viterbi_discriminative(odds, librosa.sequence.transition_loop(3, 0.5))
    librosa.util.match_events(envelope, envelope)
    librosa.util.match_intervals(frames[:2].T.cumsum(axis=1), frames[:2].T.cumsum(axis=1), strict=False)
    librosa.cqt(y, n_bins=24)
    librosa.effects.time_stretch(y, rate=1.5)
    librosa.griffinlim(np.abs(librosa.stft(y)), n_iter=1)
    librosa.decompose.nn_filter(frames)
