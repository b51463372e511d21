"""Which transform and walk a launch uses: the measured choice where there is one, a good default otherwise."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import replace
from importlib.resources import files
from typing import Any

import mlx.core as mx

from .._floor import settings
from . import build, transform, tuned
from .synthesis import Walk
from .transform import Transform

RUNS = (4, 8, 16, 32)  # hops of output that a team of a stream makes


def analysis(n_fft: int, hop: int, epilogue: int, work: int) -> Transform:
    """Give the transform for `work` frames."""
    return _analysis(n_fft, hop, epilogue, max(1, work).bit_length())


def synthesis(n_fft: int, hop: int, work: int) -> tuple[Transform, Walk]:
    """Give the transform and the walk for `work` hops of output."""
    return _synthesis(n_fft, hop, max(1, work).bit_length())


def forget() -> None:
    """Look the choices up again, and the settings with them."""
    build.renew()
    _analysis.cache_clear()
    _synthesis.cache_clear()


@functools.lru_cache(maxsize=512)
def _analysis(n_fft: int, hop: int, epilogue: int, size: int) -> Transform:
    """Give the transform for about 2^size frames; filterbanks do best with two frames side by side."""
    stored = _recall("stft", n_fft, hop, epilogue, size)
    if stored:
        return _transform(stored)
    return transform.default(n_fft, 2 if epilogue == 2 and fits(n_fft) else 0, _threads())


@functools.lru_cache(maxsize=512)
def _synthesis(n_fft: int, hop: int, size: int) -> tuple[Transform, Walk]:
    """Give the transform and the walk for about 2^size hops of output."""
    stored = _recall("istft", n_fft, hop, 0, size)
    if stored:
        return _transform(stored), Walk(**stored["walk"])
    whole = transform.default(n_fft, 0, _threads())
    stream = stream_of(whole, hop)
    if stream is None:
        return whole, Walk(chunk=whole.threads * max(1, 2048 // whole.threads))
    run = 2 ** max(0, size - 10)  # about a thousand teams
    return stream, Walk(run=min(max(run, RUNS[0]), RUNS[-1]))


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
    for file in sorted(files(__package__).joinpath("kernels").iterdir(), key=lambda f: f.name):
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
    return f"{device_key()} {source_hash()} {op} {n_fft} {hop} {epilogue} {size}"


def untuned(op: str, n_fft: int, hop: int, epilogue: int, work: int) -> bool:
    """Whether nothing has been measured for a launch, and may be."""
    return not _recall(op, n_fft, hop, epilogue, work.bit_length()) and not settings.read("SPEC_MLX_TGX")


def _recall(op: str, n_fft: int, hop: int, epilogue: int, size: int) -> Any | None:
    return None if settings.read("SPEC_MLX_TGX") else tuned.recall(key(op, n_fft, hop, epilogue, size))


def _threads() -> int:
    return min(settings.read("SPEC_MLX_TGX") or transform.DEFAULT_THREADS, transform.MAX_THREADS)


def fits(n_fft: int) -> bool:
    return (
        transform.supported(n_fft)
        and bool(transform.radices_of(n_fft))
        and 8 * (n_fft + n_fft // 16) <= transform.BUDGET // 1.5
    )


def _transform(stored: dict[str, Any]) -> Transform:
    sizes: dict[str, Any] = {k: v for k, v in stored.items() if k != "walk"}
    return Transform(**sizes | {"radices": tuple(sizes["radices"])})
