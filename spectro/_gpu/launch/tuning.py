"""Which transform and tiling a launch uses: the measured choice where there is one, a good default otherwise."""

from __future__ import annotations

import functools
import hashlib
import math
from dataclasses import fields, replace
from importlib.resources import files
from typing import Any, NamedTuple

import mlx.core as mx

from ..._floor import settings
from . import build, transform, tuned
from .transform import Transform


class Tiling(NamedTuple):
    """How groups share the output of a synthesis: `chunk` samples a group, or `run` hops of a stream."""

    chunk: int = 0
    run: int = 0


SPECTRUM, POWER, BANK = 0, 1, 2  # epilogues: what is kept of a spectrum
LARGEST_TILE = 2**16  # samples or hops that a choice may give a group
RUNS = (4, 8, 16, 32)  # hops of output that a team of a stream makes
# as measured on an H100 and an H200, MLX 0.32
CHUNK = 2048  # samples of output for a group that does not stream
TEAMS_LOG2 = 10  # a stream's hops are shared among about a thousand teams


def analysis(n_fft: int, hop: int, epilogue: int, work: int) -> Transform:
    """Give the transform for `work` frames."""
    return _analysis(n_fft, hop, epilogue, max(1, work).bit_length(), generation())


def synthesis(n_fft: int, hop: int, work: int) -> tuple[Transform, Tiling]:
    """Give the transform and the tiling for `work` hops of output."""
    return _synthesis(n_fft, hop, max(1, work).bit_length(), generation())


def generation() -> tuple[Any, ...]:
    """What a choice depends on beside its arguments: part of every key that one is kept under."""
    return build.generation, _group_threads(), _measured_ones()


_group_threads, _measured_ones = settings.watched("SPEC_MLX_TGX"), settings.watched("SPEC_MLX_AUTOTUNE")


def forget() -> None:
    """Look the choices up again, and the settings with them."""
    build.renew()
    _analysis.cache_clear()
    _synthesis.cache_clear()


@functools.lru_cache(maxsize=512)
def _analysis(n_fft: int, hop: int, epilogue: int, size: int, _: Any) -> Transform:
    """Give the transform for about 2^size frames; filterbanks do best with two frames side by side."""
    stored = _transform(_recall("stft", n_fft, hop, epilogue, size), n_fft)
    if stored is not None:
        return stored
    return transform.default(n_fft, 2 if epilogue == BANK and fits(n_fft) else 0, _threads())


@functools.lru_cache(maxsize=512)
def _synthesis(n_fft: int, hop: int, size: int, _: Any) -> tuple[Transform, Tiling]:
    """Give the transform and the tiling for about 2^size hops of output."""
    stored = _recall("istft", n_fft, hop, 0, size)
    chosen, tiling = _transform(stored, n_fft), _tiling(stored)
    if chosen is not None and tiling is not None and (tiling.chunk or streams(chosen, hop)):
        return chosen, tiling
    whole = transform.default(n_fft, 0, _threads())
    stream = stream_of(whole, hop)
    if stream is None:
        return whole, Tiling(chunk=whole.threads * max(1, CHUNK // whole.threads))
    run = 2 ** max(0, size - TEAMS_LOG2)
    return stream, Tiling(run=min(max(run, RUNS[0]), RUNS[-1]))


def streams(t: Transform, hop: int) -> bool:
    """Whether a hop is a whole number of steps between the points of one thread."""
    last = t.radices[-1]
    return t.each == 1 and t.n_fft % last == 0 and hop % (t.n_fft // last) == 0 and hop <= t.n_fft


def stream_of(t: Transform, hop: int) -> Transform | None:
    """`t` with its radices in an order that lets it stream; None where none does."""
    for last in sorted(set(t.radices), key=lambda r: (r != t.radices[-1], r)):
        rest = list(t.radices)
        rest.remove(last)
        turned = replace(t, radices=(*rest, last))
        if streams(turned, hop) and turned.bytes <= transform.BUDGET - 2048:
            return turned
    return None


@functools.cache
def source_hash() -> str:
    """Of all kernel files: a choice measured on other kernels is not recalled."""
    digest = hashlib.sha256()
    for file in sorted(files(__package__.rpartition(".")[0]).joinpath("kernels").iterdir(), key=lambda f: f.name):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@functools.cache
def device_key() -> str:
    """Give the GPU and the MLX that choices were measured with."""
    info: dict[str, Any] = {}
    if hasattr(mx, "device_info"):
        info = dict(mx.device_info())
    return f"{info.get('device_name', 'device')} mlx {mx.__version__}"  # type: ignore[attr-defined]


def key(op: str, n_fft: int, hop: int, epilogue: int, size: int) -> str:
    """Under which a choice is kept."""
    return f"{device_key()} {source_hash()} {op} {n_fft} {hop} {epilogue} {size}"


def untuned(op: str, n_fft: int, hop: int, epilogue: int, work: int) -> bool:
    """Whether nothing has been measured for a launch, and may be."""
    return _recall(op, n_fft, hop, epilogue, work.bit_length()) is None and not settings.read("SPEC_MLX_TGX")


def _recall(op: str, n_fft: int, hop: int, epilogue: int, size: int) -> Any | None:
    return None if settings.read("SPEC_MLX_TGX") else tuned.recall(key(op, n_fft, hop, epilogue, size))


def _threads() -> int:
    return min(settings.read("SPEC_MLX_TGX") or transform.DEFAULT_THREADS, transform.MAX_THREADS)


def fits(n_fft: int) -> bool:
    """Whether two frames side by side leave shared memory for what comes after them."""
    padded = n_fft + n_fft // 16  # complex points, and the gaps that keep banks apart
    return transform.supported(n_fft) and bool(transform.radices_of(n_fft)) and 8 * padded <= transform.BUDGET // 1.5


def _transform(stored: Any, n_fft: int) -> Transform | None:
    """A choice as `asdict` wrote it, if it is one that could have been written: files hold what others put there."""
    names = {field.name for field in fields(Transform)}
    sizes = {name: stored.get(name) for name in names} if isinstance(stored, dict) else {}
    radices, powers = sizes.get("radices"), sizes.get("powers")
    counts = [sizes.get(name) for name in ("n_fft", "each", "lanes", "teams")]
    if not (
        isinstance(radices, (list, tuple))
        and isinstance(powers, bool)
        and all(type(c) is int and c > 0 for c in counts)
    ):
        return None
    if not radices or not all(type(r) is int and r in transform.RADICES for r in radices):
        return None
    t = Transform(**{**sizes, "radices": tuple(radices)})  # type: ignore[arg-type]
    right = t.n_fft == n_fft and t.each in (1, 2) and 2 * math.prod(radices) == n_fft * t.each
    possible = right and t.threads <= transform.MAX_THREADS and t.bytes <= transform.BUDGET
    return t if possible else None


def _tiling(stored: Any) -> Tiling | None:
    """The tiling of a choice, if it is one."""
    sizes = stored.get("walk") if isinstance(stored, dict) else None
    if not isinstance(sizes, dict) or set(sizes) != set(Tiling._fields):
        return None
    if not all(type(size) is int and 0 <= size <= LARGEST_TILE for size in sizes.values()):
        return None
    return Tiling(**sizes) if sum(map(bool, sizes.values())) == 1 else None
