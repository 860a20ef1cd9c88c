"""Grade a folder as the command does, and read its reports, for tests."""

from __future__ import annotations

from pathlib import Path

from grader.batch.grade_batch import grade_all
from grader.grading.options import GradingOptions
from grader.model import Report
from grader.results.output_folder import read_reports
from grader.rubric.schema import Rubric


def graded(paths: list[Path], rubric: Rubric, out: Path, options: GradingOptions, jobs: int = 1) -> list[Report]:
    """Grade `paths` into `out` and return the reports."""
    for _ in grade_all(paths, rubric, out, options, jobs):
        pass
    return read_reports(out)


def written(folder: Path) -> dict[str, bytes]:
    """What stands in an output folder and is the same in every run: pages, JSON, table."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix in (".html", ".json", ".csv")
        and path.name != "seconds.json"
        and "evidence" not in path.parts
    }
