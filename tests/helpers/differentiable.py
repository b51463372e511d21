"""Differentiable calls beside the same computation by librosa or NumPy in float64."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import librosa
import mlx.core as mx
import numpy as np

import spectro

SR = 8000
STEP = 1e-6  # of the central differences: small for the kinks of |x| and max, large for float64 rounding


class Case(NamedTuple):
    """A call in one array: ours on MLX, the truth on NumPy in float64, the point."""

    ours: Callable[[mx.array], mx.array]
    truth: Callable[[np.ndarray], np.ndarray]
    x: np.ndarray


def normal(*shape: int, seed: int = 3) -> np.ndarray:
    """Noise whose values are exact in float32."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32).astype(np.float64)


def as_complex(parts: Any) -> Any:
    """(2, ...) real and imaginary parts as one complex array: derivatives then follow no convention."""
    return parts[0] + 1j * parts[1]


def as_real(out: Any) -> Any:
    """Complex results as real and imaginary parts on a new first axis."""
    if isinstance(out, mx.array):
        return mx.stack([out.real, out.imag]) if out.dtype == mx.complex64 else out
    return np.stack([out.real, out.imag]) if np.iscomplexobj(out) else out


@functools.cache
def point_and_jacobian(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The truth at the case's point (*out), and its central differences (x.size, *out)."""
    case = CASES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = []
        for i in range(case.x.size):
            step = np.zeros(case.x.size)
            step[i] = STEP * max(1.0, abs(case.x.flat[i]))
            step = step.reshape(case.x.shape)
            rise = as_real(case.truth(case.x + step)) - as_real(case.truth(case.x - step))
            rows.append(rise / (2 * step.flat[i]))
        return np.asarray(as_real(case.truth(case.x))), np.stack(rows)


def gradient_of(case: Case, weights: np.ndarray, x: mx.array) -> mx.array:
    """Gradient of the weighted sum of the results."""
    return mx.grad(lambda x: (as_real(case.ours(x)) * mx.array(weights, dtype=mx.float32)).sum())(x)


def _same(name: str, x: np.ndarray, **options: Any) -> Case:
    """A function whose first argument is the array, called alike in both packages."""
    ours = functools.partial(getattr(spectro, name), **options)
    return Case(ours, functools.partial(getattr(librosa, name), **options), x)


def _stft(n: int = 61, **options: Any) -> Case:
    return _same("stft", normal(n), **{"n_fft": 16, "hop_length": 5, **options})


def _istft(frames: int = 7, **options: Any) -> Case:
    options = {"n_fft": 16, "hop_length": 5, **options}
    x = normal(2, options["n_fft"] // 2 + 1, frames)
    return Case(lambda x: spectro.istft(as_complex(x), **options), lambda x: librosa.istft(as_complex(x), **options), x)


def _window(size: int, **options: Any) -> Case:
    """The STFT by its window."""
    y, options = normal(50, seed=5), {"n_fft": 16, "hop_length": 5, **options}
    single = mx.array(y, dtype=mx.float32)
    x = normal(size)
    return Case(lambda w: spectro.stft(single, window=w, **options), lambda w: librosa.stft(y, window=w, **options), x)


def _inverse_window(size: int, **options: Any) -> Case:
    """The inverse STFT by its window, which also stands in the envelope."""
    options = {"n_fft": 16, "hop_length": 5, **options}
    D = as_complex(normal(2, 9, 7)).astype(np.complex64)
    x = 1.5 + 0.1 * normal(size)
    return Case(
        lambda w: spectro.istft(mx.array(D), window=w, **options),
        lambda w: librosa.istft(D.astype(np.complex128), window=w, **options),
        x,
    )


def _magphase(part: int, power: float) -> Case:
    def call(package: Any) -> Callable[[Any], Any]:
        return lambda x: package.magphase(as_complex(x), power=power)[part]

    return Case(call(spectro), call(librosa), normal(2, 5, 4))


MEL = {"sr": SR, "n_fft": 32, "hop_length": 8, "n_mels": 5}


def _mel(n: int = 70, **options: Any) -> Case:
    options = {**MEL, **options}
    return Case(
        lambda y: spectro.melspectrogram(y=y, **options),
        lambda y: librosa.feature.melspectrogram(y=y, dtype=np.float64, **options),
        normal(n),
    )


def _mel_window() -> Case:
    y = normal(70, seed=5)
    single = mx.array(y, dtype=mx.float32)
    return Case(
        lambda w: spectro.melspectrogram(y=single, window=w, **MEL),
        lambda w: librosa.feature.melspectrogram(y=y, window=w, dtype=np.float64, **MEL),
        1 + 0.1 * normal(32),
    )


def _mel_of_s() -> Case:
    options = {"sr": SR, "n_fft": 32, "n_mels": 5}
    return Case(
        lambda S: spectro.melspectrogram(S=S, **options),
        lambda S: librosa.feature.melspectrogram(S=S, dtype=np.float64, **options),
        np.abs(normal(17, 4)),
    )


def _mfcc(**options: Any) -> Case:
    options = {**MEL, "n_mels": 6, "n_mfcc": 4, **options}
    return Case(
        lambda y: spectro.mfcc(y=y, **options),
        lambda y: librosa.feature.mfcc(y=y, dtype=np.float64, **options),
        normal(70),
    )


def _mfcc_of_s(**options: Any) -> Case:
    return Case(
        lambda S: spectro.mfcc(S=S, n_mfcc=4, **options),
        lambda S: librosa.feature.mfcc(S=S, n_mfcc=4, **options),
        normal(6, 4),
    )


def _decibels(name: str, **options: Any) -> Case:
    return _same(name, np.abs(normal(6, 5)) + 1e-3, **options)


def _reference() -> Case:
    """Decibels by an array `ref`."""
    S = np.abs(normal(6, 5, seed=5)) + 1e-3
    single = mx.array(S, dtype=mx.float32)
    return Case(
        lambda ref: spectro.power_to_db(single, ref=ref, top_db=None),
        lambda ref: 10 * np.log10(S / ref),
        np.array([0.5, 1.0, 1.5, 2.0, 3.0]),
    )


def _onset(**options: Any) -> Case:
    options = {**MEL, **options}
    feature = functools.partial(librosa.feature.melspectrogram, dtype=np.float64)
    return Case(
        lambda y: spectro.onset_strength(y=y, **options),
        lambda y: librosa.onset.onset_strength(y=y, feature=feature, **options),
        normal(90),
    )


def _onset_of_s(name: str = "onset_strength", **options: Any) -> Case:
    call = getattr(librosa.onset, name)
    return Case(
        lambda S: getattr(spectro, name)(S=S, sr=SR, **options),
        lambda S: call(S=S, sr=SR, **options),
        20 * normal(6, 9),
    )


def _onset_reference() -> Case:
    """The onset strength by its reference spectrogram."""
    S = 20 * normal(6, 9, seed=5)
    single = mx.array(S, dtype=mx.float32)
    return Case(
        lambda ref: spectro.onset_strength(S=single, ref=ref, sr=SR),
        lambda ref: librosa.onset.onset_strength(S=S, ref=ref, sr=SR),
        20 * normal(6, 9),
    )


def _sumsquare() -> Case:
    options = {"n_frames": 5, "hop_length": 5, "n_fft": 16, "win_length": 11}
    return Case(
        lambda w: spectro.filters.window_sumsquare(window=w, **options),
        lambda w: librosa.filters.window_sumsquare(window=w, dtype=np.float64, **options),
        1 + 0.1 * normal(11),
    )


HERTZ = np.array([60.0, 440.0, 998.0, 1003.0, 3500.0])
PADDINGS = ("constant", "edge", "reflect", "symmetric", "linear_ramp")

CASES: dict[str, Case] = {
    **{f"stft-{mode}": _stft(pad_mode=mode) for mode in PADDINGS},
    **{f"stft-short-{mode}": _stft(n=5, pad_mode=mode) for mode in PADDINGS},
    "stft-one-sample": _stft(n=1, pad_mode="reflect"),
    "stft-uncentred": _stft(center=False),
    "stft-win-length": _stft(win_length=11),
    "stft-odd": _stft(n_fft=15, pad_mode="reflect"),
    "stft-gap": _stft(hop_length=23),
    "stft-kaiser": _stft(window=("kaiser", 4.0)),
    "stft-n_fft-1": _stft(n=9, n_fft=1, hop_length=1, window="boxcar"),
    "stft-window": _window(16),
    "stft-window-short": _window(11, win_length=11),
    "stft-window-odd": _window(15, n_fft=15),
    "stft-window-gap": _window(16, hop_length=23, pad_mode="reflect"),
    "istft": _istft(),
    "istft-uncentred": _istft(center=False, window="hamming"),
    "istft-win-length": _istft(win_length=11),
    "istft-odd": _istft(n_fft=15),
    "istft-n_fft-1": _istft(n_fft=1, hop_length=1, window="boxcar"),
    "istft-gap": _istft(hop_length=23),
    "istft-shorter": _istft(length=20),
    "istft-longer": _istft(length=45, window="hamming"),
    "istft-window": _inverse_window(16),
    "istft-window-short": _inverse_window(11, win_length=11),
    "istft-window-uncentred": _inverse_window(16, center=False),
    **{f"magnitude-power-{power}": _magphase(0, power) for power in (1, 2, 0.5)},
    "phase": _magphase(1, 1),
    **{f"mel-power-{power}": _mel(power=power) for power in (1.0, 2.0, 0.5)},
    "mel-reflect-short": _mel(n=11, pad_mode="reflect"),
    "mel-win-length": _mel(win_length=21),
    "mel-odd": _mel(n_fft=31, n_mels=4),
    "mel-gap": _mel(hop_length=40, htk=True, norm=None),
    "mel-window": _mel_window(),
    "mel-of-S": _mel_of_s(),
    "mfcc": _mfcc(),
    "mfcc-lifter": _mfcc(lifter=3, dct_type=3),
    "mfcc-of-S": _mfcc_of_s(lifter=5),
    **{
        f"{name}-{key}": _decibels(name, **options)
        for name in ("power_to_db", "amplitude_to_db")
        for key, options in {
            "number": {"ref": 0.3},
            "clipped": {"top_db": 6.0},
            "max": {"ref": np.max, "top_db": None},
            "amax": {"ref": np.amax},
            "mean": {"ref": np.mean, "top_db": 10.0},
            "median": {"ref": np.median},
        }.items()
    },
    "power_to_db-array": _reference(),
    "db_to_power": _same("db_to_power", normal(4, 3), ref=2.0),
    "db_to_amplitude": _same("db_to_amplitude", normal(4, 3), ref=2.0),
    "onset": _onset(),
    "onset-lag": _onset(lag=2, max_size=3, center=False),
    "onset-of-S": _onset_of_s(max_size=2),
    "onset-of-S-detrend": _onset_of_s(detrend=True),
    "onset-of-S-median": _onset_of_s(aggregate=np.median),
    "onset-ref": _onset_reference(),
    "onset-channels": _onset_of_s("onset_strength_multi", channels=[0, 2, 6]),
    "onset-bands": _onset_of_s("onset_strength_multi", aggregate=False),
    "window_sumsquare": _sumsquare(),
    "hz_to_mel": _same("hz_to_mel", HERTZ),
    "hz_to_mel-htk": _same("hz_to_mel", HERTZ, htk=True),
    "mel_to_hz": _same("mel_to_hz", HERTZ / 60),
    "mel_to_hz-htk": _same("mel_to_hz", HERTZ / 60, htk=True),
    "hz_to_midi": _same("hz_to_midi", HERTZ),
    "midi_to_hz": _same("midi_to_hz", HERTZ / 60),
    "samples_to_time": _same("samples_to_time", HERTZ, sr=SR),
}
