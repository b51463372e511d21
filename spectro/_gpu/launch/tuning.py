"""Which FFT plan and run a launch uses: the measured choice where there is one, a good default otherwise."""

from __future__ import annotations

import functools
import hashlib
import itertools
import math
import platform
from dataclasses import asdict, replace
from importlib.resources import files
from typing import Any

import mlx.core as mx

from ..._floor import settings
from . import fft as transforms
from . import kinds, tuned
from .fft import FftPlan
from .kernel import PACKAGE

SETTINGS = (  # all that a launch may depend on
    "MLX_OLA_FUSE_NORM",
    "SPEC_MLX_TGX",
    "SPEC_MLX_AUTOTUNE",
    "SPEC_MLX_AUTOTUNE_PERSIST",
    "SPEC_MLX_AUTOTUNE_CACHE_PATH",
)
RUNS = (4, 8, 16, 32)  # hops of output that a transform's threads may make

# found by measuring on an H100 and an H200 in 2026
BUSY = 1024  # transforms that keep the device busy: runs grow where there are more
OCCUPANCY = 1.5  # groups that must find shared memory at once, for two frames side by side to pay

USUAL = 128  # threads of a transform: larger ones do best with runs that are longer yet


# A plan, and the run of a synthesis: hops that a transform makes; 0: frames, which a second launch adds.
Choice = tuple[FftPlan, int]
FIELDS = {*FftPlan.__dataclass_fields__, "run", "tried", "of"}  # of a choice as it is kept
_versions = itertools.count(1)
_version = 0  # of what was measured


def _current() -> int:
    return _version


WATCHED = (_current, *(settings.watched(name) for name in SETTINGS))


def state() -> tuple[Any, ...]:
    """What launches depend on beside their sizes: part of every key that a choice is kept under."""
    return tuple([watch() for watch in WATCHED])


def renew() -> None:
    """Have every launch chosen again."""
    global _version
    _version = next(_versions)


def analysis(n_fft: int, hop: int, epilogue: int, paired: bool, work: int) -> FftPlan:
    """Give the plan for `work` frames; `paired` says that the epilogue does best with two frames side by side."""
    return _analysis(n_fft, hop, epilogue, paired, max(1, work).bit_length(), state())


def synthesis(n_fft: int, hop: int, work: int) -> Choice:
    """Give the plan and the run for `work` hops of output."""
    return _synthesis(n_fft, hop, max(1, work).bit_length(), state())


@functools.lru_cache(maxsize=512)
def _analysis(n_fft: int, hop: int, epilogue: int, paired: bool, size: int, _: Any) -> FftPlan:
    measured = recall("stft", n_fft, hop, epilogue, size)
    return measured[0] if measured else usual_analysis(n_fft, paired)


@functools.lru_cache(maxsize=512)
def _synthesis(n_fft: int, hop: int, size: int, _: Any) -> Choice:
    return recall("istft", n_fft, hop, 0, size) or usual_synthesis(n_fft, hop, size)


def usual_analysis(n_fft: int, paired: bool) -> FftPlan:
    """Give the plan where nothing was measured."""
    return transforms.default(n_fft, 2 if paired and pairs_fit(n_fft) else 0, _threads())


def usual_synthesis(n_fft: int, hop: int, size: int) -> Choice:
    """Give the plan and the run where nothing was measured, for fewer than 2^size hops of output."""
    whole = transforms.default(n_fft, 0, _threads())
    stream = stream_of(whole, hop)
    if stream is None:
        return whole, 0
    large = stream.threads_per_transform > USUAL
    run = 2**size * (2 * -(-stream.threads_per_transform // USUAL) if large else 1) // BUSY
    return stream, min(max(run, RUNS[0]), RUNS[-1])


def streams(fft: FftPlan, hop: int) -> bool:
    """Whether a hop is a whole number of steps between the points of one thread."""
    last, n_fft = fft.radices[-1], fft.n_fft
    steps = n_fft % last == 0 and hop % (n_fft // last) == 0 and hop <= n_fft
    return steps and fft.frames_per_transform == 1 and not fft.convolved


def stream_of(fft: FftPlan, hop: int) -> FftPlan | None:
    """`fft` with its radices in an order that lets it stream; None where none does."""
    for last in sorted(set(fft.radices), key=lambda r: (r != fft.radices[-1], r)):
        rest = list(fft.radices)
        rest.remove(last)
        reordered = replace(fft, radices=(*rest, last))
        if streams(reordered, hop) and reordered.fits():
            return reordered
    return None


def pairs_fit(n_fft: int) -> bool:
    """Whether two frames of a size may be transformed side by side."""
    points = math.prod(transforms.radices_of(n_fft, kinds.current()))
    needed = transforms.POINT_BYTES * (points + points // transforms.BANKS)  # with padding against bank conflicts
    return points >= n_fft and needed <= transforms.SHARED_BYTES // OCCUPANCY


@functools.cache
def source_hash() -> str:
    """Of all kernel files: a choice measured on other kernels is not recalled."""
    digest = hashlib.sha256()
    for file in sorted(files(PACKAGE).joinpath("kernels").iterdir(), key=lambda f: f.name):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@functools.cache
def device_key() -> str:
    """Give the GPU, the MLX and the system that choices were measured with."""
    info: dict[str, Any] = {}
    if hasattr(mx, "device_info"):
        info = dict(mx.device_info())
    release = platform.mac_ver()[0]  # by which MLX picks the version of Metal; empty elsewhere
    system = f" macOS {release}" if release else ""
    return f"{info.get('device_name', 'device')} mlx {mx.__version__}{system}"  # type: ignore[attr-defined]


def key(op: str, n_fft: int, hop: int, epilogue: int, size: int) -> str:
    """Give the name that a choice is kept under."""
    return f"{device_key()} {source_hash()} {op} {n_fft} {hop} {epilogue} {size}"


def described(choice: Choice, tried: int, of: int) -> dict[str, Any]:
    """Give a choice as it is kept, with how many candidates of how many it was measured among."""
    fft, run = choice
    plain = {"radices": list(fft.radices), "twiddle_powers": int(fft.twiddle_powers)}
    return {**asdict(fft), **plain, "run": run, "tried": tried, "of": of}


def progress(op: str, n_fft: int, hop: int, epilogue: int, size: int) -> tuple[int, int]:
    """Tell how many candidates a choice was measured among, and how many there were to measure."""
    stored = tuned.recall(key(op, n_fft, hop, epilogue, size)) or {}
    return stored.get("tried", 0), stored.get("of", 0)


def recall(op: str, n_fft: int, hop: int, epilogue: int, size: int) -> Choice | None:
    """Give the choice that was measured, if any: what a file holds counts where a launch could be made of it."""
    if settings.read("SPEC_MLX_TGX"):
        return None
    stored = tuned.recall(key(op, n_fft, hop, epilogue, size))
    if stored is None or stored.keys() != FIELDS:
        return None
    if any(isinstance(value, list) != (name == "radices") for name, value in stored.items()):
        return None
    fields = {name: stored[name] for name in FftPlan.__dataclass_fields__}
    fft = FftPlan(**fields | {"radices": tuple(fields["radices"]), "twiddle_powers": bool(fields["twiddle_powers"])})
    if fft.n_fft != n_fft or not _is_sound(fft):
        return None
    fitting = _runs(fft, stored["run"], hop) if op == "istft" else stored["run"] == 0
    return (fft, stored["run"]) if fitting else None


def _is_sound(fft: FftPlan) -> bool:
    """Whether the radices make the size, and a group of that shape is possible."""
    folded = fft.frames_per_transform == 1 and fft.n_fft % 2 == 0
    counts = fft.threads_per_transform, fft.transforms_per_group
    return (
        (folded or fft.frames_per_transform == 2)
        and set(fft.radices) <= {*transforms.RADICES, *transforms.PRIMES}
        and (fft.points == fft.length or 2 * fft.length - 1 <= fft.points <= transforms.MOST_POINTS)
        and all(1 <= count <= transforms.MAX_THREADS for count in counts)
        and fft.fits()
    )


def _runs(fft: FftPlan, run: int, hop: int) -> bool:
    return run == 0 if stream_of(fft, hop) is None else run in RUNS and streams(fft, hop)


def _threads() -> int:
    """Threads of a group that a setting asks for; 0 where none does."""
    return min(settings.read("SPEC_MLX_TGX") or 0, transforms.USUAL_THREADS)
