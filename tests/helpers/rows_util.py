"""Rows of the table of cases: `spectro.util`."""

from __future__ import annotations

from typing import Any

import numpy as np
from case import Case, case, normal, spectrum
from scipy.interpolate import interp1d


def util(name: str, variant: str = "", /, **call: Any) -> Case:
    """A row of a function of plain arrays, which NumPy's arrays go through in their own precision."""
    return case(f"util.{name}", variant, keeps=True, **call)


def host(name: str, variant: str = "", /, **call: Any) -> Case:
    """A row of a function that looks at values."""
    return case(f"util.{name}", variant, kind="host", by=(), **call)


COUNTS = np.array([[3.0, 1.0, 3.0, 2.0], [4.0, 4.0, 4.0, 4.0]])
BOUNDS = np.array([9.0, 4.0, 7.0])

READ = {"x1": normal(3, 4), "x1_pos": [0.0, 0.5, 1.0], "x2": normal(2, 4, seed=5), "x2_pos": [0.0, 1.5]}

BETWEEN = {"interp_pos": [-1.0, 0.3, 1.0, 1.4], "numpy_doubles": True, "halves": False}


def read_and_multiplied(x1: Any, x1_pos: Any, x2: Any, x2_pos: Any, interp_pos: Any = None) -> np.ndarray:
    """What librosa has since 1.0."""
    at = x1_pos if interp_pos is None else interp_pos
    first, second = (
        interp1d(places, x, axis=0, bounds_error=False, fill_value=0)(at) for x, places in ((x1, x1_pos), (x2, x2_pos))
    )
    return first * second


ROWS: list[Case] = [
    *(
        util("normalize", f"norm-{p}", S=normal(4, 5), channels=False, norm=p)
        for p in (np.inf, -np.inf, 1, 2, 0.5, 3.0)
    ),
    util("normalize", "count", S=normal(4, 5), channels=False, norm=0),
    util("normalize", "whole", S=normal(4, 5), channels=False, norm=2, axis=None),
    util("normalize", "filled", S=normal(4, 5), channels=False, norm=2, threshold=2.0, fill=True),
    util("normalize", "emptied", S=normal(4, 5), channels=False, norm=2, threshold=2.0, fill=False, axis=1),
    util("frame", x=normal(23), frame_length=5, hop_length=3),
    util("frame", "front", x=normal(23), frame_length=5, hop_length=3, axis=0),
    util("fix_length", "longer", data=normal(6, 5), size=7),
    util("fix_length", "shorter", data=normal(6, 5), size=3, axis=-2),
    util("pad_center", data=normal(6, 5), size=8),
    util("pad_center", "reflect", data=normal(6, 5), size=8, mode="reflect"),
    util("expand_to", x=normal(6), ndim=3, axes=1),
    util("sync", data=normal(4, 9), idx=[2, 5]),
    util("sync", "median", data=normal(4, 9), idx=[slice(0, 4), slice(2, 9)], aggregate=np.median),
    util("shear", X=normal(4, 5), factor=2),
    util("shear", "rows", X=normal(4, 5), factor=-1, axis=0),
    util("cyclic_gradient", data=normal(4, 5)),
    case("util.interp_broadcast", truth=read_and_multiplied, numpy_doubles=True, halves=False, **READ),
    case("util.interp_broadcast", "between", truth=read_and_multiplied, **BETWEEN, **READ),
    util("abs2", x=normal(4, 5)),
    util("abs2", "complex", x=spectrum(4, 5), halves=False),
    util("phasor", angles=normal(4, 5), halves=False),
    util("phasor", "mag", angles=normal(4, 5), mag=np.abs(normal(4, 5, seed=5)), halves=False),
    host("count_unique", data=COUNTS),
    host("is_unique", data=COUNTS),
    host("fix_frames", frames=BOUNDS, x_max=20),
    host("index_to_slice", idx=BOUNDS, idx_min=0, idx_max=20),
    host("valid_intervals", intervals=np.array([[0.0, 1.0], [1.0, 4.0]])),
]
