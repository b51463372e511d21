"""The operations: what each is planned by, what defines it, and which backends have a form of their own.

A backend's form lies in the package of its name, under the operation's, and says beside itself which plans and arrays
it takes (`supported_if`). The reference answers the rest, on every device.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import mlx.core as mx

from .. import _reference
from .._constants.banks import Bank
from .._plans import (
    DecibelPlan,
    DirectionPlan,
    DoubledPlan,
    DualPlan,
    FirstOrderPlan,
    FluxPlan,
    FramewisePlan,
    HalvedPlan,
    IstftPlan,
    MagnitudePlan,
    MedianPlan,
    ReducedPlan,
    ReductionsPlan,
    RephasePlan,
    SeparationPlan,
    SoftmaskPlan,
    SpectrogramPlan,
    StftPlan,
    VocoderPlan,
    WaveletPlan,
)


@dataclass(frozen=True)
class Operation:
    """One computation on arrays, frames-major: `reference(plan, *arrays)` defines it."""

    name: str
    plan: type
    reference: Callable[..., mx.array]
    fast: tuple[str, ...] = ()


OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("stft", StftPlan, _reference.stft, fast=("cpu", "gpu")),
        Operation("istft", IstftPlan, _reference.istft, fast=("cpu", "gpu")),
        Operation("spectrogram", SpectrogramPlan, _reference.spectrogram, fast=("cpu", "gpu")),
        Operation("filterbank", Bank, _reference.filterbank, fast=("cpu", "gpu")),
        Operation("decibels", DecibelPlan, _reference.decibels, fast=("cpu", "gpu")),
        Operation("flux", FluxPlan, _reference.flux, fast=("cpu", "gpu")),
        Operation("reduced", ReducedPlan, _reference.reduced, fast=("cpu", "gpu")),
        Operation("reductions", ReductionsPlan, _reference.reductions, fast=("cpu", "gpu")),
        Operation("framewise", FramewisePlan, _reference.framewise, fast=("cpu", "gpu")),
        Operation("first_order", FirstOrderPlan, _reference.first_order, fast=("cpu", "gpu")),
        Operation("magnitude", MagnitudePlan, _reference.magnitude, fast=("cpu", "gpu")),
        Operation("direction", DirectionPlan, _reference.direction, fast=("cpu", "gpu")),
        Operation("rephase", RephasePlan, _reference.rephase, fast=("cpu", "gpu")),
        Operation("vocoder", VocoderPlan, _reference.vocoder, fast=("cpu",)),
        Operation("running_median", MedianPlan, _reference.running_median, fast=("cpu", "gpu")),
        Operation("separation", SeparationPlan, _reference.separation, fast=("cpu", "gpu")),
        Operation("softmask", SoftmaskPlan, _reference.softmask, fast=("cpu", "gpu")),
        Operation("wavelets", WaveletPlan, _reference.wavelets, fast=("cpu", "gpu")),
        Operation("dual", DualPlan, _reference.dual, fast=("cpu", "gpu")),
        Operation("halved", HalvedPlan, _reference.halved, fast=("cpu", "gpu")),
        Operation("doubled", DoubledPlan, _reference.doubled, fast=("cpu", "gpu")),
    )
}


@contextlib.contextmanager
def registered(name: str, reference: Callable[..., mx.array], plan: Any = object) -> Iterator[Operation]:
    """Have one more operation inside a `with` block."""
    OPERATIONS[name] = Operation(name, plan, reference)
    try:
        yield OPERATIONS[name]
    finally:
        del OPERATIONS[name]
