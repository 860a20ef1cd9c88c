"""Measure a student's own check: `python bench/selfcheck.py` writes its part of `bench/results.md`.

Each run is a process of its own on a sample submission with the student pack of its rubric: seconds until the first
line appears, and until the end. A public training is the rubric's own, made public only to measure its cost.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measure import machine, write_part
from grader.rubric.load import read_rubric
from grader.student.student_pack import pack_rubric

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RUNS = 5


def seconds(submission: Path, rubric: Path) -> tuple[float, float]:
    """Return the seconds to the first line and to the end of one self-check."""
    command = [sys.executable, "-m", "grader", "check", str(submission), "--rubric", str(rubric)]
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        first = time.monotonic() - begun
        process.stdout.read()
    assert process.returncode in (0, 1)
    return first, time.monotonic() - begun


def with_training(text: str) -> str:
    """Return a rubric with its trained check, and those that it needs, public."""
    for name in ("cell-output", "lstm-output", "model-output", "model-noise"):
        text = text.replace(f"        id: {name}\n", f"        id: {name}\n        visibility: public\n")
    return text


def main() -> None:
    """Measure and write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, str(ROOT / "submissions" / "build.py"), str(folder)], check=True)
        rubric = ROOT / "rubrics" / "noise-removal.yaml"
        small, trained = folder / "n.student.yaml", folder / "trained.yaml"
        small.write_text(pack_rubric(read_rubric(rubric)), encoding="utf-8")
        trained.write_text(with_training(rubric.read_text(encoding="utf-8")), encoding="utf-8")
        sample = sorted((folder / "noise-removal").glob("*.zip"))[1]
        rows = []
        for title, path in (("the student pack", small), ("with a training of 20 epochs public", trained)):
            taken = [seconds(sample, path) for _ in range(RUNS)]
            first, whole = (statistics.median(column) for column in zip(*taken, strict=True))
            slowest = max(end for _, end in taken)
            rows.append(f"| {title} | {first:.2f} | {whole:.1f} | {slowest:.1f} |")
    head = "| self-check | first words, s | all, s | slowest of all, s |\n|---|---|---|---|"
    said = f"{machine()}; {RUNS} runs each, in a fresh process, medians."
    text = "\n".join(("## A student's own check", "", said, "", head, *rows))
    write_part(HERE / "results.md", "self-check", text)


if __name__ == "__main__":
    main()
