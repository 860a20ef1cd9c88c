"""Grade the same samples on an idle and on a busy machine: `python bench/busy.py` writes `bench/busy.md`.

Each sample is graded in turn without and with busy processes beside it, with a limit of CPU time for each cell and
request. Printed are the CPU and wall seconds of both runs, and every finding that differs.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import yaml

from bench.measure import machine
from grader.grading.assemble import GradedSubmission
from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade
from grader.ingest.discover import Source
from grader.lists.course_lists import read_intake
from grader.rubric.load import read_rubric

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = tuple(
    sorted(str(path.parent.relative_to(ROOT / "submissions")) for path in ROOT.glob("submissions/*/*/sample.yaml"))
)
PER_CORE = 15  # busy processes beside the grader


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """Run `count` processes that use all the CPU time they get."""
    started = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def graded(name: str, folder: Path, seconds: float) -> tuple[GradedSubmission, float]:
    """Grade one sample and return it with the wall seconds that it took."""
    rubric, _, _ = name.partition("/")
    sample: dict[str, Any] = yaml.safe_load((ROOT / "submissions" / name / "sample.yaml").read_text())
    options = GradingOptions(intake=read_intake(folder / rubric / "intake.csv").by_key, cell_cpu_seconds=seconds)
    begun = time.monotonic()
    done = grade(Source(sample["archive"], folder / rubric / sample["archive"]), RUBRICS[rubric], options)
    return done, time.monotonic() - begun


RUBRICS = {path.stem: read_rubric(path) for path in sorted((ROOT / "rubrics").glob("*.yaml"))}


def statuses(done: GradedSubmission) -> dict[str, str]:
    """Return the status of each check."""
    return {s.finding.check: str(s.finding.status) for q in done.report.grade.questions for s in q.checks}


def cpu(done: GradedSubmission) -> float:
    """Return the CPU seconds of the processes of the submission."""
    return sum(float(record.get("time", 0)) for record in done.seconds["processes"])


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--processes", type=int, default=PER_CORE * cores)
    parser.add_argument("--seconds", type=float, default=2.0, help="CPU seconds for each cell and request")
    given = parser.parse_args()
    spec = importlib.util.spec_from_file_location("build", ROOT / "submissions" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    sys.modules["build"] = build
    spec.loader.exec_module(build)
    lines = [
        "# Findings on a busy machine", "",
        f"{machine()}, by `python bench/busy.py`: {given.processes} busy processes beside the grader, all on",
        f"{cores} of these cores, {given.seconds:g} CPU seconds for each cell and request. The wall seconds depend on",
        "what else the machine did.", "",
        "| sample | CPU s idle | CPU s busy | wall s idle | wall s busy | findings that differ |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        build.build(Path(place))
        graded(SAMPLES[0], Path(place), given.seconds)  # the first one starts the warm process
        for name in SAMPLES:
            idle, idle_wall = graded(name, Path(place), given.seconds)
            with busy(given.processes):
                loaded, loaded_wall = graded(name, Path(place), given.seconds)
            before, after = statuses(idle), statuses(loaded)
            differ = [f"{check}: {before[check]}, {after[check]}" for check in before if before[check] != after[check]]
            numbers = f"{cpu(idle):.1f} | {cpu(loaded):.1f} | {idle_wall:.1f} | {loaded_wall:.1f}"
            lines.append(f"| {name} | {numbers} | {'; '.join(differ) or 'none'} |")
            print(lines[-1], flush=True)
            (ROOT / "bench" / "busy.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
