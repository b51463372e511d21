"""Rows of the table of cases: the top level: signals, levels, phases."""

from __future__ import annotations

import librosa
import numpy as np
from case import FRAMES, SR, Case, case, constant, counted, levels, normal, unit

HERTZ = np.array([60.0, 440.0, 998.0, 1003.0, 3500.0])
BLOCKS = np.array([[0.0, 3.0], [7.0, 40.0]])
COMPRESSED = np.float32(0.4 * np.tanh(normal(5, 6))).astype(np.float64)
PLACES = np.array([0.01, 0.02])


def beside(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The mean of the channels of one of 7 samples, and one of 9."""
    return np.stack([np.pad(left.mean(axis=0), (0, 2)), right])


def over(left: np.ndarray, right: np.ndarray, downmix: bool) -> np.ndarray:
    """Half of two channels, with half of one of 7 samples on the right."""
    return np.stack([left[0], left[1] + np.pad(right, (0, 2))]) / 2


ROWS: list[Case] = [
    constant("tone", frequency=440, sr=SR, length=9),
    constant("tone", "seconds", frequency=440, sr=SR, duration=0.01, phi=0.3),
    constant("chirp", fmin=60, fmax=3500, sr=SR, length=50),
    constant("chirp", "linear", fmin=60, fmax=3500, sr=SR, duration=0.01, linear=True, phi=0.3),
    constant("chirp", "level", fmin=60, fmax=60, sr=SR, length=9),
    constant("cqt_frequencies", n_bins=9, fmin=0.5, tuning=0.1),
    case("clicks", kind="host", times=PLACES, sr=SR, length=500),
    case("clicks", "frames", kind="host", frames=np.array([1.0, 2.0]), click=normal(2, 9), hop_length=5, sr=SR),
    case("to_mono", y=normal(3, 7), channels=False, keeps=True, truth=lambda y: librosa.to_mono(y)),
    case("to_stereo", left=normal(3, 7), right=normal(9), keeps=True, truth=beside),
    case("to_stereo", "channels", left=normal(2, 9), right=normal(7), downmix=False, keeps=True, truth=over),
    case("mu_compress", x=COMPRESSED, quantize=False, keeps=True),
    counted("mu_compress", "quantized", x=COMPRESSED, mu=15),
    case("mu_expand", x=COMPRESSED, quantize=False, keeps=True),
    case("mu_expand", "quantized", x=5 * COMPRESSED, mu=15, keeps=True),
    case("lpc", y=normal(90), order=4, keeps=True),
    case("griffinlim", S=levels(9, 7), n_iter=2, init=None, **FRAMES),
    case("griffinlim", "classic", S=levels(9, 7), n_iter=2, init=None, momentum=0.0, win_length=11, **FRAMES),
    case("pcen", S=levels(6, 9), b=0.3),
    case("pcen", "power-0", S=levels(6, 9), power=0, time_constant=0.1, max_size=3, max_axis=-2),
    case("pcen", "bias-0", S=levels(6, 9), bias=0, b=0.2, axis=-2),
    case("pcen", "state", S=levels(6, 9), b=0.3, zi=levels(6, 1), channels=False),
    case("perceptual_weighting", S=levels(5, 4), frequencies=HERTZ, by=("S",)),
    *(unit(f"{kind}_weighting", frequencies=HERTZ) for kind in "ABCD"),
    unit("Z_weighting", frequencies=HERTZ, by=()),
    unit("frequency_weighting", frequencies=HERTZ, min_db=-10, further={"kind": "C"}),
    unit("multi_frequency_weighting", frequencies=HERTZ, kinds="ADC", min_db=None),
    unit("hz_to_octs", frequencies=HERTZ, tuning=0.1),
    unit("octs_to_hz", octs=HERTZ / 1024, tuning=0.1, bins_per_octave=24),
    unit("A4_to_tuning", A4=HERTZ),
    unit("tuning_to_A4", tuning=HERTZ / 1024, bins_per_octave=24),
    counted("blocks_to_frames", blocks=BLOCKS, block_length=6),
    counted("blocks_to_samples", blocks=BLOCKS, block_length=6, hop_length=5),
    unit("blocks_to_time", blocks=BLOCKS, block_length=6, hop_length=5, sr=SR, by=()),
    case("zero_crossings", y=normal(90), by=(), halves=False, truth=lambda y: librosa.zero_crossings(y)),
    case("feature.inverse.mfcc_to_mel", mfcc=normal(4, 3), n_mels=6, truth=librosa.feature.inverse.mfcc_to_mel),
    case(
        "feature.inverse.mfcc_to_mel",
        "lifter",
        mfcc=normal(4, 3),
        n_mels=3,
        lifter=5,
        ref=2.0,
        truth=librosa.feature.inverse.mfcc_to_mel,
    ),
]
