"""Measure the cost of training the reference and of judging claims: `python bench/training.py` writes `training.md`."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from grader.checks.base import CheckContext
from grader.checks.table_claims import TableClaims
from grader.grading.judge import judge_check
from grader.model import Answer, Evidence, Submission
from reference.lstm import NoiseRemovalModel
from reference.noise import Training, as_fast_as_possible, run

HERE = Path(__file__).resolve().parent
SUBMISSIONS = 100
TABLE = """| configuration | noise removed |
|---|---|
| Initial configuration | {0:.2f} % |
| Train for 200 epochs | {1:.2f} % |
| Batch size 5 | {2:.2f} % |
| Hidden size 70 | {3:.2f} % |
| Hidden size 80 and shift 5 | {4:.2f} % |
"""
WORK = (100, 200, 200, 100 * 70 / 40, 100 * 80 / 40)  # of each row, in epochs of the initial configuration


class Loop(nn.Module):
    """The model as the exercise describes it: one call of the cell for each step."""

    def __init__(self, model: NoiseRemovalModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        """Return the denoised curves, `(batch, seq, 1)`."""
        padded = nn.functional.pad(x, (0, 0, 0, self.model.shift))
        hidden, _ = self.model.first.step_by_step(padded)
        hidden, _ = self.model.second.step_by_step(hidden[:, self.model.shift :])
        cleaned: Tensor = self.model.linear(hidden)
        return cleaned


WAYS: dict[str, Callable[[NoiseRemovalModel], nn.Module]] = {
    "loop over the cell": Loop,
    "torch.lstm, weights mapped at every call": lambda model: model,
    "nn.LSTM, weights mapped once": as_fast_as_possible,
}


def timed(work: Callable[[], float]) -> tuple[float, float]:
    """Return the result of `work` and its CPU seconds."""
    begun = time.process_time()
    found = work()
    return found, time.process_time() - begun


def compare(runs: int, epochs: int) -> dict[str, list[tuple[float, float]]]:
    """Return percentage and CPU seconds of each way, interleaved, one seed for each run."""
    for prepare in WAYS.values():
        run(Training(hidden_size=4, epochs=1), prepare)  # torch loads modules at the first use
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    for seed in range(1, runs + 1):
        for name, prepare in WAYS.items():
            found[name].append(timed(partial(run, Training(epochs=epochs, seed=seed), prepare)))
            print(f"  seed {seed}, {name}: {found[name][-1][0]:.2f} %, {found[name][-1][1]:.1f} CPU s", flush=True)
    return found


def judging() -> float:
    """Return the CPU seconds of judging `SUBMISSIONS` tables of five claims, with the calibration read once."""
    initial = {"hidden_size": 40, "shift": 10, "epochs": 100, "batch_size": 10, "learning_rate": 0.01}
    check = TableClaims.model_validate(
        {"id": "t", "points": 2, "rows": 5, "initial": initial, "distribution": "noise-removal"}
    )
    tables = [TABLE.format(*(55 + 0.01 * number + 0.7 * row for row in range(5))) for number in range(SUBMISSIONS)]

    def judge() -> float:
        submission = Submission("t", "t", "")
        for text in tables:
            found = judge_check(check, CheckContext(submission, Evidence(answers={"q": Answer(text, "a.md")}), "q"))
            assert len(found.details) >= 2, found.message
        return 0.0

    return timed(judge)[1]


def main() -> None:
    """Measure and write `training.md`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=100)
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = compare(options.runs, options.epochs)
    loop = found["loop over the cell"]
    lines = [
        "# Cost of training the reference",
        "",
        f"Measured {datetime.datetime.now(datetime.UTC):%Y-%m-%d} by `python bench/training.py --runs {options.runs} "
        f"--epochs {options.epochs}` on {os.cpu_count()} cores, one used, Python {platform.python_version()}, torch "
        f"{torch.__version__}. Hidden size 40, batch 10, 200 curves; a new seed each run, all ways in turn.",
        "",
        "| way | CPU s a seed: median | minimum to maximum | the loop takes times this | farthest from its result |",
        "|---|---|---|---|---|",
    ]
    for name, results in found.items():
        seconds = [taken for _, taken in results]
        ratios = [slow / taken for (_, slow), (_, taken) in zip(loop, results, strict=True)]
        apart = max(abs(one - other) for (one, _), (other, _) in zip(loop, results, strict=True))
        lines.append(
            f"| {name} | {statistics.median(seconds):.1f} | {min(seconds):.1f} to {max(seconds):.1f} "
            f"| {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f}) | {apart:.2f} points |"
        )
    taken = judging()
    fast = statistics.median(seconds for _, seconds in found["nn.LSTM, weights mapped once"])
    every = SUBMISSIONS * sum(WORK) / options.epochs * fast
    lines += [
        "",
        f"Judging {SUBMISSIONS} submissions with five claims each took {taken:.2f} CPU s. Training each row by the "
        f"fastest way (work in proportion to epochs, steps and hidden size) would take {every:.0f}: "
        f"{100 * taken / every:.3f} % of it.",
        "",
    ]
    (HERE / "training.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
