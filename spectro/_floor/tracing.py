"""What MLX does not say of its traces: whether sizes may change, and whether an array is being differentiated.

In a trace for arrays of any size, `mx.compile` and `mx.export_function` with `shapeless=True`, MLX keeps the sizes that
its first call had, in silence, wherever Python computed with them. So all that plans with sizes refuses such a trace.
`tracing.h` is the same for C++.
"""

from __future__ import annotations

import io
from typing import Any

import mlx.core as mx

from ..errors import ParameterError


def sizes_are_open() -> bool:
    """Whether MLX traces for arrays of any size: it then keeps sums that are none, and nothing else tells."""
    with io.StringIO() as graph:
        mx.export_to_dot(graph, mx.sum(mx.zeros((1,)), axis=0, keepdims=True))
        return "Sum" in graph.getvalue()


def is_differentiated(x: mx.array) -> bool:
    """Whether a gradient is taken with respect to what an array was made of: MLX then keeps how even values came."""
    if not mx.issubdtype(x.dtype, mx.inexact):
        return False
    made = mx.negative(mx.concatenate([x.reshape(-1)[:1], mx.zeros((1,), dtype=x.dtype)]))
    mx.eval(made)
    with io.StringIO() as graph:
        mx.export_to_dot(graph, made)
        return "Negative" in graph.getvalue()


def refuse(where: str) -> None:
    """Say that a function cannot be traced for arrays of any size."""
    raise ParameterError(
        f"[{where}] sizes must be known, but shapeless=True hides them from all calls but the first; leave it out of "
        "mx.compile or mx.export_function, which then trace once for each size"
    )


def refuse_open_sizes(where: str) -> None:
    """Refuse a trace for arrays of any size."""
    if sizes_are_open():
        refuse(where)


def sized(where: str, x: Any) -> Any:
    """Give an array whose sizes are computed with: MLX's, that is, in no trace for arrays of any size."""
    if isinstance(x, mx.array):
        refuse_open_sizes(where)
    return x
