"""Features, effects and constant-Q transforms of a batch on the GPU, beside libraries that have them there."""

from __future__ import annotations

import contextlib
import functools
import importlib
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import mlx.core as mx
import numpy as np

import spectro

from .suite import Step
from .tables import Row, row
from .timing import error

SR, SIGNALS, SECONDS = 22050, 16, 30
TABLE = "device"
Call = Callable[[Any], Any]


class Case(NamedTuple):
    """A function of a batch of signals, what others call it, and the error that is still the same answer."""

    name: str
    ours: Call
    torch: Callable[[Any], Call] | None = None  # makes torchaudio's, of torchaudio
    nnaudio: Callable[[Any], Call] | None = None  # makes nnAudio's, of nnAudio.features
    right: float = 3e-5


def centroid_of_torchaudio(torchaudio: Any) -> Call:
    """Its frames are padded by reflection, so its answer is another one at the ends."""
    transform = torchaudio.transforms.SpectralCentroid(SR, n_fft=2048, hop_length=512).to("cuda")
    return lambda y: transform(y)


def griffinlim_of_torchaudio(torchaudio: Any) -> Call:
    """From random phases, as by default; ours begin so, too."""
    power = torchaudio.transforms.Spectrogram(2048, hop_length=512, power=1.0).to("cuda")
    back = torchaudio.transforms.GriffinLim(2048, n_iter=8, hop_length=512, power=1.0).to("cuda")
    return lambda y: back(power(y))


def cqt_of_nnaudio(nnaudio: Any) -> Call:
    """The method of nnAudio that is the faster one on a GPU."""
    layer = nnaudio.CQT1992v2(sr=SR, hop_length=512, fmin=32.70, n_bins=84, verbose=False).to("cuda")
    return lambda y: layer(y)


CASES = (
    Case("spectral_centroid", lambda y: spectro.feature.spectral_centroid(y=y, sr=SR), centroid_of_torchaudio),
    Case("spectral_bandwidth", lambda y: spectro.feature.spectral_bandwidth(y=y, sr=SR)),
    Case(
        "spectral_rolloff", lambda y: spectro.feature.spectral_rolloff(y=y, sr=SR), right=1e-2
    ),  # a bin, where sums tie
    Case("spectral_flatness", lambda y: spectro.feature.spectral_flatness(y=y)),
    Case("spectral_contrast", lambda y: spectro.feature.spectral_contrast(y=y, sr=SR), right=1e-4),
    Case("rms", lambda y: spectro.feature.rms(y=y)),
    Case("zero_crossing_rate", lambda y: spectro.feature.zero_crossing_rate(y)),
    Case("mfcc", lambda y: spectro.mfcc(y=y, sr=SR)),
    Case("chroma_stft", lambda y: spectro.feature.chroma_stft(y=y, sr=SR, tuning=0.0)),
    Case("hpss", lambda y: spectro.decompose.hpss(spectro.stft(y))[0]),
    Case(
        "griffinlim, 8 steps",
        lambda y: spectro.griffinlim(mx.abs(spectro.stft(y)), n_iter=8, init=None),
        griffinlim_of_torchaudio,
        right=1e-2,
    ),
    Case("cqt", lambda y: spectro.cqt(y, sr=SR, tuning=0.0), None, cqt_of_nnaudio, right=1e-4),
    Case("pcen", lambda y: spectro.pcen(spectro.melspectrogram(y=y, sr=SR) * 2.0**31, sr=SR)),
)


def steps(quick: bool) -> Iterator[Step]:
    """One for each function."""
    for case in CASES[:2] if quick else CASES:
        yield Step(f"functions {case.name}", functools.partial(measure, case))


@functools.lru_cache(maxsize=1)
def batch() -> np.ndarray:
    """Noise whose level falls and rises."""
    y = np.random.default_rng(0).standard_normal((SIGNALS, SECONDS * SR))
    return (y * (0.6 + 0.4 * np.sin(np.arange(y.shape[1]) * (2 * np.pi / SR)))).astype(np.float32)


def measure(case: Case) -> list[Row]:
    """Seconds of a call whose result is waited for: ours on the GPU and on this machine's CPU, and the others'."""
    y = mx.array(batch())
    truth = on_the_cpu(lambda: np.array(case.ours(mx.array(batch()[:1]))))
    errors = {"spectro": error(np.array(case.ours(y)[:1]), truth)}
    times = {"spectro": clock(lambda: mx.eval(case.ours(y)))}
    with spectro.use_backend("reference"), contextlib.suppress(RuntimeError):  # what MLX cannot launch
        times["spectro, reference"] = clock(lambda: mx.eval(case.ours(y)))
    times["spectro, CPU"] = on_the_cpu(lambda: clock(lambda: mx.eval(case.ours(y)), rounds=2))
    for name, module, maker in (
        ("torchaudio", "torchaudio", case.torch),
        ("nnAudio", "nnAudio.features", case.nnaudio),
    ):
        if maker is not None:
            times |= other(name, module, maker)
    mx.clear_cache()
    return [row(TABLE, case.name, times, errors, right=case.right)]


def other(name: str, module: str, maker: Callable[[Any], Call]) -> dict[str, float]:
    """Seconds of another library's function, which computes the same thing by a recipe of its own."""
    try:
        torch, library = importlib.import_module("torch"), importlib.import_module(module)
        if not torch.cuda.is_available():
            return {}
        y, call = torch.tensor(batch(), device="cuda"), maker(library)
    except (ImportError, OSError):
        return {}

    def run() -> None:
        call(y)
        torch.cuda.synchronize()

    with torch.no_grad():
        seconds = clock(run)
    torch.cuda.empty_cache()
    return {name: seconds}


def on_the_cpu(call: Callable[[], Any]) -> Any:
    """Call where MLX's default device is the CPU."""
    before = mx.default_device()
    mx.set_default_device(mx.cpu)
    try:
        return call()
    finally:
        mx.set_default_device(before)


def clock(run: Callable[[], Any], rounds: int = 10) -> float:
    """Seconds of one call, the median of several after two."""
    for _ in range(2):
        run()
    found = []
    for _ in range(rounds):
        begin = time.perf_counter()
        run()
        found.append(time.perf_counter() - begin)
    return statistics.median(found)
