"""`spectro extract` and `spectro features`: features of a data set, and of one file."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import numpy as np

from .._datasets.computing import features_of, tried
from .._datasets.extract import extract
from .._datasets.recipe import recipe_of
from .._floor.folders import check_folder, whole
from .files import read
from .outcome import FAILED, OK, complain


def run(options: argparse.Namespace) -> int:
    """Compute the features of a data set, and say in a line what became of it."""
    summary = extract(
        options.inputs,
        options.output,
        features=options.features,
        sr=options.sr,
        preset=options.preset,
        recipe=options.recipe,
        format=options.format,
        workers=options.workers,
        engine=options.engine,
        address=options.address,
    )
    print(json.dumps(summary._asdict()) if options.json else summary)
    if len(summary.failed) == 1:
        path, said = next(iter(summary.failed.items()))
        complain(said if path in said else f"{path}: {said}")
    return FAILED if summary.failed else OK


def run_one(options: argparse.Namespace) -> int:
    """Compute the features of one file, and write them."""
    recipe = recipe_of(options.features, options.sr, options.preset, options.recipe)
    named = options.output.endswith(".npz") and not os.path.isdir(options.output)
    path = Path(options.output) if named else Path(options.output) / f"{Path(options.file).stem}.npz"
    check_folder(path.parent)
    tried(recipe)
    y, sr = read(options.file, recipe.sr)
    found = features_of(recipe, np.asarray(y)[None], sr)[0]
    marks = {"sr": sr, "duration": len(y) / sr, "recipe": recipe.text}
    with whole(path) as file:
        np.savez(file, **marks, **found)  # type: ignore[arg-type]
    if options.json:
        shapes = {name: list(value.shape) for name, value in found.items()}
        print(
            json.dumps(
                {"file": options.file, "sr": sr, "duration": len(y) / sr, "features": shapes, "written": str(path)}
            )
        )
        return OK
    print(options.file)
    for name, value in found.items():
        print(f"  {name:<16} {' x '.join(map(str, value.shape)) or 'one number'}")
    print(f"  {'written':<16} {path}")
    return OK
