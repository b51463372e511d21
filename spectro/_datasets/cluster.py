"""The engine for more than one machine: Ray Data, the same stages as `map_batches`, written by Ray's Parquet writer."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .. import _cpu
from .._floor.checks import shown
from .._floor.extras import import_extra
from .._floor.folders import whole
from ..errors import ParameterError, first_line
from .parquet import Parquet, table_of
from .recipe import WHERE, Recipe
from .stages import Failure, Outcome, Row, Same, Sound, Task, computed, decoded, on_gpu

PREFIX = "_ray-"  # of folders that readers of Parquet pass over
OUTCOME = "outcome-*.json"


def check(format: str) -> None:
    """Find out before any work whether Ray can do it."""
    if format != "parquet":
        raise ParameterError(f"[{WHERE}] engine='ray' writes Parquet, got format={format!r}")
    import_extra("ray.data", WHERE, "engine='ray'")


def run(
    chunks: list[list[Task]], recipe: Recipe, results: Parquet, workers: int, address: str | None
) -> Iterator[Outcome]:
    """Do chunks of files as blocks of a Ray data set; what a stopped run has written is kept."""
    ray = import_extra("ray", WHERE)
    ours = not ray.is_initialized()
    if ours:
        _begin(ray, workers, address)
    stage = Path(tempfile.mkdtemp(prefix=PREFIX, dir=results.folder)).absolute()
    try:
        _execute(chunks, recipe, stage)
        yield from [_outcome(path) for path in stage.glob(OUTCOME)]
    except (ray.exceptions.RayError, OSError) as error:
        cause = getattr(error, "cause", None) or error
        if isinstance(cause, OSError):
            raise OSError(cause.errno, cause.strerror or first_line(cause)) from error
        raise RuntimeError(f"[{WHERE}] Ray stopped: {first_line(cause)}") from error
    finally:
        adopt(results.folder)
        if ours:
            ray.shutdown()


def _begin(ray: Any, workers: int, address: str | None) -> None:
    """Start Ray here, or join a cluster."""
    here = {"num_cpus": max(2, workers), "include_dashboard": False} if address is None else {"address": address}
    try:
        ray.init(log_to_driver=False, logging_level="ERROR", **here)
    except Exception as error:  # of many kinds, also plain ones
        if address is None:
            raise RuntimeError(f"[{WHERE}] Ray did not start: {first_line(error)}") from error
        said = f"address must be that of a Ray cluster, got {shown(address)}: {first_line(error)}"
        raise ParameterError(f"[{WHERE}] {said}") from error


def adopt(folder: Path) -> None:
    """Make the whole files that Ray has written parts of the results, and remove the others."""
    arrow, parquet = import_extra("pyarrow", WHERE), import_extra("pyarrow.parquet", WHERE)
    for stage in folder.glob(f"{PREFIX}*"):
        for file in stage.rglob("*.parquet"):
            try:
                rows = parquet.read_metadata(file.absolute()).num_rows  # stands at the end of a file
            except (arrow.ArrowInvalid, OSError):
                continue
            if rows:
                os.replace(file, folder / f"part-{uuid.uuid4().hex}.parquet")
        shutil.rmtree(stage, ignore_errors=True)


def _execute(chunks: list[list[Task]], recipe: Recipe, stage: Path) -> None:
    """Decode and compute all blocks, and write their rows."""
    data = import_extra("ray.data", WHERE)
    context = data.DataContext.get_current()
    context.enable_progress_bars = sys.stderr.isatty()
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    tasks = [{"path": t.path, "place": os.path.abspath(t.place), "known": ",".join(t.known)} for c in chunks for t in c]
    gpu = {"num_gpus": 1} if on_gpu() else {}
    one: dict[str, Any] = {"batch_size": None, "batch_format": "pyarrow"}
    rows = data.from_items(tasks, override_num_blocks=len(chunks))
    sounds = rows.map_batches(decode, fn_kwargs={"recipe": recipe}, **one)
    features = sounds.map_batches(compute, fn_kwargs={"recipe": recipe, "stage": str(stage)}, **one, **gpu)
    features.write_parquet(str(stage), use_dictionary=["recipe_hash"], write_statistics=False, compression="none")


def decode(batch: Any, recipe: Recipe) -> Any:
    """A stage: files to samples, or to what is there already, or to the sentence of a failure."""
    tasks = [Task(row["path"], row["place"], tuple(row["known"].split(","))) for row in batch.to_pylist()]
    found = list(decoded(tasks, recipe, bool))
    pa = import_extra("pyarrow", WHERE)
    sounds = [item if isinstance(item, Sound) else None for item in found]
    columns = {
        "path": [item.path for item in found],
        "content": ["" if isinstance(item, Failure) else item.content for item in found],
        "sentence": [item.sentence if isinstance(item, Failure) else None for item in found],
        "sr": pa.array([None if sound is None else float(sound.sr) for sound in sounds], pa.float64()),
        "y": pa.array([None if sound is None else sound.y for sound in sounds], pa.large_list(pa.float32())),
    }
    return pa.table({**columns, "sentence": pa.array(columns["sentence"], pa.string())})


def compute(batch: Any, recipe: Recipe, stage: str) -> Any:
    """A stage: samples to rows; what became of the files goes into a file beside them."""
    if not on_gpu() and _cpu.unavailable() is None:
        _cpu.set_threads(1)  # Ray has a process for each core
    rows: list[Row] = []
    done, same, failed = outcome = ({}, {}, {})  # type: tuple[dict[str, str], dict[str, str], dict[str, str]]
    for item in computed(_sounds(batch), recipe):
        if isinstance(item, Row):
            rows.append(item)
            done[item.path] = item.content
        elif isinstance(item, Failure):
            failed[item.path] = item.sentence
        else:
            same[item.path] = item.content
    with whole(Path(stage) / f"outcome-{uuid.uuid4().hex}.json") as file:
        file.write(json.dumps([*outcome, sum(row.duration for row in rows)]).encode())
    return table_of(rows, recipe)


def _sounds(batch: Any) -> Iterator[Sound | Same | Failure]:
    """What `decode` made of files."""
    columns = {name: batch.column(name) for name in batch.column_names}
    for i in range(batch.num_rows):
        path, content, sr = (columns[name][i].as_py() for name in ("path", "content", "sr"))
        if sr is not None:
            yield Sound(path, content, columns["y"][i].values.to_numpy().astype(np.float32, copy=False), sr)
        elif columns["sentence"][i].is_valid:
            yield Failure(path, columns["sentence"][i].as_py())
        else:
            yield Same(path, content)


def _outcome(path: Path) -> Outcome:
    return Outcome(*json.loads(path.read_text(encoding="utf-8")))
