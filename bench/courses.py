"""What the example courses cost: `python bench/courses.py` writes its part of `bench/results.md`.

Each submission is graded by itself in one process. Printed are the CPU seconds of the grader, which compares, and of
the processes of the submission, for right and wrong ones, and for one check.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import zipfile
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measure import machine, write_part
from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade
from grader.ingest.discover import Source
from grader.rubric.load import read_rubric

ROOT = Path(__file__).resolve().parent.parent
COURSES = ("numpy-rnn", "attention", "image-classifier", "language-model")


def cost(path: Path, course: str, place: Path) -> tuple[float, float]:
    """Return the CPU seconds of the grader and of the submission's processes for one submission."""
    archive = place / f"{path.parent.name}-{path.stem}.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(path, "answer.py")
    rubric = read_rubric(ROOT / "rubrics" / course / "rubric.yaml")
    begun = time.process_time()
    done = grade(Source(archive.name, archive), rubric, GradingOptions())
    own = time.process_time() - begun
    return own, sum(float(record.get("time", 0)) for record in done.seconds["processes"])


def row(course: str, kind: str, costs: list[tuple[float, float]], checks: int) -> str:
    """Return one row of the table."""
    sums = [own + theirs for own, theirs in costs]
    own, theirs = (statistics.median(part) for part in zip(*costs, strict=True))
    return (
        f"| {course} | {kind} | {len(costs)} | {own:.2f} | {theirs:.2f} | {statistics.median(sums):.2f} "
        f"({min(sums):.2f} to {max(sums):.2f}) | {statistics.median(sums) / checks:.3f} |"
    )


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=8, help="submissions of each kind and course")
    each = parser.parse_args().each
    lines = [
        "## The example courses", "",
        f"{machine()}, by `python bench/courses.py`; one process, level as chosen by the machine.", "",
        "| course | kind | submissions | grader | its processes | CPU s: median (minimum to maximum) | for one check |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        for course in COURSES:
            checks = len(list(read_rubric(ROOT / "rubrics" / course / "rubric.yaml").checks()))
            files = {k: sorted((ROOT / "submissions" / course / k).glob("*.py"))[:each] for k in ("right", "wrong")}
            cost(files["right"][0], course, Path(place))  # the first one starts the warm process
            costs: dict[str, list[tuple[float, float]]] = {"right": [], "wrong": []}
            for right, wrong in zip(files["right"], files["wrong"], strict=True):
                costs["right"].append(cost(right, course, Path(place)))
                costs["wrong"].append(cost(wrong, course, Path(place)))
            for kind, found in costs.items():
                lines.append(row(course, kind, found, checks))
                print(lines[-1], flush=True)
    lines += [
        "",
        "The course image-classifier trains its reference five times for a threshold:",
        "here for each submission, in a run once.",
    ]
    write_part(ROOT / "bench" / "results.md", "courses", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
