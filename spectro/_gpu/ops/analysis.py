"""What an analysis is: frames of a padded signal and what becomes of their spectra, and the launch that makes them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import mlx.core as mx

from ..._plans import DecibelPlan, SpectrogramPlan, StftPlan
from ..launch import build, fft, tuning
from ..launch.accepting import MOST, accepted
from ..launch.fft import FftPlan
from . import levels, program
from .frames import PAD_MODES
from .linear import Function, rows

SPECTRUM, POWER, BANK, REDUCED = range(4)  # epilogues
ARRAYS = {BANK: ("starts", "counts", "offsets", "weights"), REDUCED: ("program", "hertz", "weights")}  # of an epilogue
Table = tuple[mx.array, ...]


@dataclass(frozen=True)
class Analysis:
    """Frames of a padded signal, windowed and transformed, each bin times a weight."""

    n_fft: int
    hop: int
    padding: int
    frames: int
    pad_mode: str = "constant"
    edge: float = 1.0  # weight of bins 0 and n_fft / 2
    inner: float = 1.0

    @classmethod
    def of(cls, plan: StftPlan, n: int) -> Analysis:
        """Give the analysis that a plan makes of `n` samples."""
        return cls(plan.n_fft, plan.hop_length, plan.padding, plan.frames(n), plan.pad_mode)

    @property
    def bins(self) -> int:
        return self.n_fft // 2 + 1


@dataclass(frozen=True)
class Epilogue:
    """What becomes of a spectrum before it is written."""

    kind: int = SPECTRUM
    power: float = 2.0
    bands: int = 0  # or columns of features
    decibels: DecibelPlan | None = None  # without its `top_db`, which takes the whole outcome

    @classmethod
    def of(cls, plan: SpectrogramPlan) -> Epilogue:
        """Give the epilogue that a plan asks for."""
        if plan.bank is None:
            return cls(POWER, plan.power, 0, plan.decibels)
        return cls(BANK, plan.power, plan.bank.n_bands, plan.decibels)


WHOLE = Epilogue()


def chosen(a: Analysis, e: Epilogue, count: int) -> FftPlan:
    """Give the FFT plan for `count` signals; filterbanks do best with two frames side by side."""
    return tuning.analysis(a.n_fft, a.hop, e.kind, e.kind == BANK, count * a.frames)


def constants(plan: FftPlan, table: Table | None = None) -> list[mx.array]:
    """Give the kernel's arrays after the signal and the window."""
    return [build.twiddles(plan), *(table or ())]


def launch(a: Analysis, plan: FftPlan, e: Epilogue, count: int, n: int) -> build.Launch:
    """Give the launch for `count` signals of `n` samples."""
    width = e.bands or a.bins
    offset = build.offset_type(count * n, count * a.frames * a.bins)
    groups = -(-count * -(-a.frames // plan.frames_per_transform) // plan.transforms_per_group)
    kind = mx.complex64 if e.kind == SPECTRUM else mx.float32
    numbers = {**_numbers(a), **_numbers_of(e)}
    kernel = kernel_of(
        plan, e.kind, e.power, e.decibels is not None, offset, build.is_tiny(count * n), build.kinds(numbers)
    )
    return build.Launch(kernel, groups, plan.threads, (count, a.frames, width), kind, build.values(numbers))


def _numbers(a: Analysis) -> build.Numbers:
    """Give what an analysis tells its kernel at each launch."""
    cut = {"frames": a.frames, "hop": a.hop, "pad_left": a.padding, "pad_mode": PAD_MODES[a.pad_mode]}
    return {**cut, "edge_scale": float(a.edge), "inner_scale": float(a.inner)}


def _numbers_of(e: Epilogue) -> build.Numbers:
    """Give what an epilogue tells its kernel at each launch."""
    level = {} if e.decibels is None else levels.numbers(e.decibels)
    return {"power": float(e.power), "bands": e.bands, **level}


def fused(a: Analysis, plain: Function, e: Epilogue = WHOLE, table: Table | None = None) -> Function:
    """Give the function (y (..., n), window) -> (..., frames, width) of one launch; `plain` where it is refused."""

    @functools.lru_cache(maxsize=64)
    def prepared(count: int, n: int, _: object) -> tuple[build.Launch | None, list[mx.array]]:
        plan = chosen(a, e, count)
        wanted = launch(a, plan, e, count, n)
        return (wanted, constants(plan, table)) if _accepted(wanted, a, plan, e, table) else (None, [])

    def apply(y: mx.array, window: mx.array) -> mx.array:
        flat = rows(y, 1)
        run, rest = prepared(*flat.shape, tuning.state())
        if run is None:
            return plain(y, window)
        out = run(flat, window, *rest)
        return out if y.ndim == 2 else out.reshape(*y.shape[:-1], *out.shape[1:])

    return apply


def runs(a: Analysis, e: Epilogue, count: int, n: int, table: Table | None = None) -> bool:
    """Whether the device takes the launch for `count` signals of `n` samples."""
    plan = chosen(a, e, count)
    wanted = launch(a, plan, e, count, n)
    return count * a.frames * plan.threads_per_transform < MOST and _accepted(wanted, a, plan, e, table)


def _accepted(wanted: build.Launch, a: Analysis, plan: FftPlan, e: Epilogue, table: Table | None) -> bool:
    def small() -> tuple[build.Launch, list[mx.array]]:
        one = replace(a, frames=1)
        n = 1 if dict(wanted.kernel.defines)["TINY_INPUT"] else a.n_fft
        arrays = [mx.zeros((1, n)), mx.zeros(a.n_fft), *constants(plan, table)]
        return launch(one, plan, e, 1, n), arrays

    return has_room(plan, e.kind) and accepted(wanted, small)


def has_room(plan: FftPlan, kind: int) -> bool:
    """Whether shared memory holds what an epilogue adds up: in the half that magnitudes leave, or beside them."""
    if kind != REDUCED:
        return True
    halved = plan.frames_per_transform == 1 and not plan.split
    return 2 * plan.threads_per_transform <= plan.exchange_points if halved else plan.fits(8 * plan.threads)


@functools.lru_cache(maxsize=512)
def kernel_of(
    plan: FftPlan, kind: int, power: float, level: bool, offset: str, tiny: bool, numbers: tuple[tuple[str, str], ...]
) -> build.Kernel:
    """Give the kernel of an analysis; `tiny` inputs lie in another address space on Metal."""
    defines = {
        **fft.defines(plan),
        "EPILOGUE": kind,
        "ENDING": "features.h" if kind == REDUCED else "bank.h",
        "POWER_IS": {1.0: 1, 2.0: 2}.get(power, 0),
        "DECIBELS": int(level),
        "offset_t": offset,
        "TINY_INPUT": int(tiny),
        **(program.defines(plan.threads_per_transform) if kind == REDUCED else {}),
    }
    own = levels.HEADERS if level else program.HEADERS if kind == REDUCED else ()
    headers = ("fold.h", *own, "emit.h")
    names = ("y", "window", "twiddles", *ARRAYS.get(kind, ()))
    return build.Kernel("stft", names, tuple(defines.items()), headers, plan, numbers=numbers)
