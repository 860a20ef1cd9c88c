"""Measure how much noise the reference removes, over seeds and configurations, and save it in a small file.

Each seed draws weights, curves and noise anew, so the spread is that of teams with a right solution.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from reference.distribution import name_of
from reference.many_seeds import run_together
from reference.noise import Training, run

CONFIGURATIONS = (
    Training(epochs=100),
    Training(hidden_size=20, epochs=100),
    Training(hidden_size=60, epochs=100),
    Training(hidden_size=70, epochs=100),
    Training(shift=3, epochs=100),
    Training(hidden_size=80, shift=5, epochs=100),
    Training(batch_size=5, epochs=100),
    Training(epochs=200),
    Training(epochs=300),
    Training(hidden_size=20, epochs=20, learning_rate=0.02),
)
AT_ONCE = 64  # seeds on a GPU
_KEY = re.compile(r"hidden (\d+), shift (\d+), epochs (\d+), batch (\d+), lr ([\d.e-]+)")


def key(training: Training) -> str:
    """Return the name of a configuration, see `reference.distribution.name_of`."""
    sizes = (training.hidden_size, training.shift, training.epochs, training.batch_size)
    return name_of(*sizes, training.learning_rate)


def configuration(name: str) -> Training:
    """Return the training with the name `key`.

    Raises:
        ValueError: the key is no name of a configuration.
    """
    if (found := _KEY.fullmatch(name)) is None:
        raise ValueError(f"not a configuration: {name!r}; one looks like {key(CONFIGURATIONS[0])!r}")
    hidden, shift, epochs, batch = map(int, found.groups()[:4])
    return Training(hidden, shift, epochs, batch, float(found[5]))


def reasonable(training: Training) -> bool:
    """Return whether a claimed configuration can be trained at all, in bounded time."""
    return (
        1 <= training.hidden_size <= 256
        and 0 <= training.shift < 80
        and 1 <= training.epochs <= 1000
        and 1 <= training.batch_size <= training.curves
        and 0 < training.learning_rate <= 1
    )


def trained(trainings: Iterable[Training], jobs: int = 1) -> Iterator[tuple[Training, float]]:
    """Train each configuration and yield it with the percentage removed, as they end; one thread for each job.

    On a GPU, all seeds of a configuration are trained at once.
    """
    todo = list(trainings)
    if torch.cuda.is_available():
        yield from _on_gpu(todo)
        return
    if jobs <= 1 or len(todo) == 1:
        for training in todo:
            yield training, _run(training)
        return
    with ProcessPoolExecutor(min(jobs, len(todo)), mp_context=get_context("spawn")) as pool:
        running = {pool.submit(_run, training): training for training in todo}
        for future in as_completed(running):
            yield running[future], future.result()


def _on_gpu(todo: Iterable[Training]) -> Iterator[tuple[Training, float]]:
    groups: dict[str, list[Training]] = {}
    for training in todo:
        groups.setdefault(key(training), []).append(training)
    for group in groups.values():
        for first in range(0, len(group), AT_ONCE):
            some = group[first : first + AT_ONCE]
            yield from zip(some, (round(percent, 4) for percent in run_together(some)), strict=True)


def _run(training: Training) -> float:
    torch.set_num_threads(1)
    return round(run(training), 4)


def missing(known: Mapping[str, Mapping[str, float]], names: Sequence[str], seeds: int) -> list[Training]:
    """Return the missing trainings for all seeds from 1 on of every configuration of `names`, the longest first."""
    todo = [
        replace(configuration(name), seed=seed)
        for seed in range(1, seeds + 1)
        for name in names
        if str(seed) not in known.get(name, {})
    ]
    return sorted(
        todo, key=lambda training: (-training.epochs * training.hidden_size / training.batch_size, training.seed)
    )


def made_with() -> dict[str, str]:
    """Return the versions and the model that the numbers depend on besides the seed."""
    return {"torch": torch.__version__, "numpy": np.__version__, "model": "reference.lstm:NoiseRemovalModel"}


def write(path: Path, found: Mapping[str, Mapping[str, float]]) -> None:
    """Write the complete file, in a fixed order."""
    ordered = {name: dict(sorted(found[name].items(), key=lambda item: int(item[0]))) for name in sorted(found)}
    part = path.with_suffix(".part")
    part.write_text(
        json.dumps({"made_with": made_with(), "percent_removed": ordered}, indent=1) + "\n", encoding="utf-8"
    )
    part.replace(path)
