"""Which transform and walk a launch uses: the measured choice where there is one, a good default otherwise."""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from importlib.resources import files
from typing import Any

import mlx.core as mx

from .. import _autotune, _settings
from .._plan import IstftPlan, StftPlan
from . import analysis as analyses
from . import build, transform
from . import synthesis as syntheses
from .analysis import Analysis, Epilogue
from .synthesis import Synthesis, Walk
from .transform import Transform

RUNS = (4, 8, 16, 32)
REPEATS = 8


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
    return transform.default(n_fft, 2 if epilogue == 2 and _fits(n_fft) else 0, _threads())


@functools.lru_cache(maxsize=512)
def _synthesis(n_fft: int, hop: int, size: int) -> tuple[Transform, Walk]:
    """Give the transform and the walk for about 2^size hops of output."""
    stored = _recall("istft", n_fft, hop, 0, size)
    if stored:
        return _transform(stored), Walk(**stored["walk"])
    whole = transform.default(n_fft, 0, _threads())
    stream = _stream_of(whole, hop)
    if stream is None:
        return whole, Walk(chunk=whole.threads * max(1, 2048 // whole.threads))
    run = 2 ** max(0, size - 10)  # about a thousand teams
    return stream, Walk(run=min(max(run, RUNS[0]), RUNS[-1]))


def streams(t: Transform, hop: int) -> bool:
    """Whether a hop is a whole number of steps between the points of one thread."""
    last = t.radices[-1]
    return t.each == 1 and t.n_fft % last == 0 and hop % (t.n_fft // last) == 0 and hop <= t.n_fft


def _stream_of(t: Transform, hop: int) -> Transform | None:
    """`t` with its radices in an order that lets it stream; None where none does."""
    for last in sorted(set(t.radices), key=lambda r: (r != t.radices[-1], r)):
        rest = list(t.radices)
        rest.remove(last)
        turned = replace(t, radices=(*rest, last))
        if streams(turned, hop) and turned.bytes <= transform.BUDGET - 2048:
            return turned
    return None


def tune_analysis(n_fft: int, hop: int, epilogue: int, work: int, launch: Callable[[Transform], mx.array]) -> None:
    """Measure analyses of one size."""
    _autotune.tune(
        _key("stft", n_fft, hop, epilogue, work.bit_length()),
        variants(n_fft),
        lambda t: seconds(lambda: launch(t)),
        asdict,
    )


def tune_synthesis(n_fft: int, hop: int, work: int, launch: Callable[[Transform, Walk], mx.array]) -> None:
    """Measure syntheses of one size."""
    candidates: list[tuple[Transform, Walk]] = []
    for t in variants(n_fft):
        stream = _stream_of(t, hop)
        if stream:
            candidates += [(stream, Walk(run=run)) for run in RUNS]
        else:
            candidates += [(t, Walk(chunk=t.threads * count)) for count in (4, 8, 16)]
    _autotune.tune(
        _key("istft", n_fft, hop, 0, work.bit_length()),
        candidates,
        lambda c: seconds(lambda: launch(*c)),
        lambda c: {**asdict(c[0]), "walk": c[1]._asdict()},
    )


def warmup(plan: StftPlan | IstftPlan, batch: int, length: int) -> None:
    """Measure launch sizes for an StftPlan or an IstftPlan on signals of this shape, where autotuning is on."""
    if not _settings.read("SPEC_MLX_AUTOTUNE") or not transform.supported(plan.n_fft):
        return
    window = mx.ones(plan.n_fft)
    if isinstance(plan, StftPlan):
        a, y = Analysis.of(plan, length), mx.random.normal((batch, length))
        mx.eval(window, y)
        e = Epilogue()
        tune_analysis(
            a.n_fft,
            a.hop,
            e.kind,
            batch * a.frames,
            lambda t: analyses.launch(a, t, e, batch, length)(y, window, *analyses.constants(a, t)),
        )
        forget()
        return
    s, frames = Synthesis.of(plan), 1 + length // plan.hop_length
    D = mx.random.normal((batch, frames, plan.n_fft // 2 + 1)).astype(mx.complex64)
    mx.eval(window, D)
    tune_synthesis(
        s.n_fft,
        s.hop,
        batch * s.hops,
        lambda t, walk: syntheses.launch(s, t, walk, batch, frames)(D, window, *syntheses.constants(s, t)),
    )
    forget()


def variants(n_fft: int) -> list[Transform]:
    """Give transforms worth measuring: one or two frames together, more or fewer teams and threads."""
    found = []
    for each in (1, 2) if n_fft % 2 == 0 else (2,):
        if not transform.radices_of(n_fft * each // 2) or (each == 2 and not _fits(n_fft)):
            continue
        base = transform.default(n_fft, each)
        for lanes in (base.lanes, 2 * base.lanes, base.lanes // 2):
            for teams in (1, 2, 4):
                t = replace(base, lanes=lanes, teams=teams)
                if 16 <= t.threads <= transform.MAX_THREADS and t.bytes <= transform.BUDGET and t.keep <= 32:
                    found.append(t)
    return list(dict.fromkeys(found)) or [transform.default(n_fft)]


def seconds(launch: Callable[[], mx.array]) -> float:
    """Time of one launch, of several evaluated together."""
    mx.eval(launch())
    start = time.perf_counter()
    mx.eval([launch() for _ in range(REPEATS)])
    return (time.perf_counter() - start) / REPEATS


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


def _key(op: str, n_fft: int, hop: int, epilogue: int, size: int) -> str:
    return f"{device_key()} {source_hash()} {op} {n_fft} {hop} {epilogue} {size}"


def _recall(op: str, n_fft: int, hop: int, epilogue: int, size: int) -> Any | None:
    return None if _settings.read("SPEC_MLX_TGX") else _autotune.recall(_key(op, n_fft, hop, epilogue, size))


def _threads() -> int:
    return min(_settings.read("SPEC_MLX_TGX") or transform.DEFAULT_THREADS, transform.MAX_THREADS)


def _fits(n_fft: int) -> bool:
    return (
        transform.supported(n_fft)
        and bool(transform.radices_of(n_fft))
        and 8 * (n_fft + n_fft // 16) <= transform.BUDGET // 1.5
    )


def _transform(stored: dict[str, Any]) -> Transform:
    sizes: dict[str, Any] = {k: v for k, v in stored.items() if k != "walk"}
    return Transform(**sizes | {"radices": tuple(sizes["radices"])})
