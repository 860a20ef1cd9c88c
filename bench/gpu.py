"""Train the reference under many seeds on a GPU: `python bench/gpu.py` writes `bench/gpu.md`, where there is a GPU.

Compared are all seeds at once, one seed after the other on the GPU, and one CPU core, in turn, with the percentages
that each of them gets for the same seeds.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measure import machine, write_part
from reference.lstm import FusedNoiseRemovalModel
from reference.many_seeds import run_together
from reference.noise import Training, run

PAGE = Path(__file__).resolve().parent / "gpu.md"


def timed(trainings: list[Training], train: Callable[[list[Training]], list[float]]) -> tuple[float, list[float]]:
    """Return the seconds for one seed, and the percentages."""
    torch.cuda.synchronize()
    begun = time.perf_counter()
    percents = train(trainings)
    torch.cuda.synchronize()
    return (time.perf_counter() - begun) / len(trainings), percents


def one_by_one(trainings: list[Training]) -> list[float]:
    """Return the percentages of one seed after the other on the GPU."""
    return [run(training) for training in trainings]


def on_cpu(trainings: list[Training]) -> list[float]:
    """Return the percentages of one seed after the other on one core."""
    torch.set_num_threads(1)
    return [run(training, FusedNoiseRemovalModel) for training in trainings]


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=64, help="trained at once")
    parser.add_argument("--few", type=int, default=4, help="seeds of each run of the slower ways")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    if not torch.cuda.is_available():
        print("There is no GPU here; nothing is measured.")
        return
    base = Training(epochs=given.epochs)
    run_together([replace(base, epochs=1)])  # loads the libraries of the GPU
    ways = {
        "all at once": (run_together, given.seeds),
        "one by one": (one_by_one, given.few),
        "one core": (on_cpu, given.few),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    percents: dict[str, dict[int, float]] = {name: {} for name in ways}
    for number in range(given.runs):
        for name, (train, count) in ways.items():
            first = 1 + number * (given.few if count == given.few else 0)  # the same seeds for the ways to compare
            seeds = range(first, first + count)
            each, found = timed([replace(base, seed=seed) for seed in seeds], train)
            seconds[name].append(each)
            percents[name].update(zip(seeds, found, strict=True))
            print(f"{number + 1}/{given.runs} {name}: {each:.3f} s a seed", flush=True)
    text = report(given, seconds, percents)
    write_part(given.page, "gpu", text)
    print(text)


def report(given: argparse.Namespace, seconds: dict[str, list[float]], percents: dict[str, dict[int, float]]) -> str:
    """Return the measurements as Markdown."""
    counts = {"all at once": given.seeds}
    lines = [
        "# The reference's trainings on a GPU", "",
        f"{machine()}, {torch.cuda.get_device_name()}, torch {torch.__version__}, by `python bench/gpu.py`; "
        f"hidden size 40, batch 10, {given.epochs} epochs.", "",
        "| way | seeds a run | s a seed: median | minimum to maximum | farthest from one core, points |",
        "|---|---|---|---|---|",
    ]  # fmt: skip
    for name, values in seconds.items():
        same = percents["one core"].keys() & percents[name].keys()
        gap = max((abs(percents[name][seed] - percents["one core"][seed]) for seed in same), default=float("nan"))
        count = counts.get(name, given.few)
        spread = f"{min(values):.3f} to {max(values):.3f}"
        lines.append(f"| {name} | {count} | {statistics.median(values):.3f} | {spread} | {gap:.2f} |")
    means = [
        f"{statistics.mean(found.values()):.2f} % ({name}, {len(found)} seeds, standard deviation "
        f"{statistics.stdev(found.values()):.2f})"
        for name, found in percents.items()
    ]
    lines += ["", f"Noise removed: {'; '.join(means)}."]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
