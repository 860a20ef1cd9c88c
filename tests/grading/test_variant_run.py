"""A variant is asked without its notebook, and the worst of its findings counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading.options import GradingOptions
from grader.grading.solution import solution_source, tried_part
from grader.grading.variant_run import VariantRun, worst
from grader.model import Evidence, Finding, Status
from tests.small_course import RUBRIC, SOLUTION, course


def run_of(folder: Path, solution: str) -> VariantRun:
    rubric, options = tried_part(course(folder, RUBRIC.replace("solution.py", "variant.py"))), GradingOptions()
    (folder / "variant.py").write_text(solution)
    submission = options.open(solution_source(rubric), rubric)
    return VariantRun(submission, rubric, options.limits(rubric), Evidence(), options.sandbox)


def finding(status: Status) -> Finding:
    return Finding(status, "outputs", "q", "title", status, "message")


def test_a_variant_is_judged_from_its_definitions(tmp_path: Path) -> None:
    run = run_of(tmp_path, SOLUTION.replace("* factor", "+ factor"))
    assert [(one.check, one.status) for one in run.findings()] == [("centred", "passed"), ("scaled", "failed")]
    assert run.cells == {}


def test_nothing_is_asked_after_the_status_that_decides(tmp_path: Path) -> None:
    run = run_of(tmp_path, SOLUTION.replace("x - x", "x + x"))
    assert [one.check for one in run.findings(until=Status.failed)] == ["centred"]


@pytest.mark.kernel
def test_a_variant_that_cannot_be_read_to_the_end_is_run_as_a_whole(tmp_path: Path) -> None:
    run = run_of(tmp_path, SOLUTION.replace("    return torch.relu", "    open(__file__)\n    return torch.relu"))
    assert [(one.check, one.status) for one in run.findings()] == [("centred", "passed"), ("scaled", "needs_review")]
    assert len(run.cells) == 1


def test_a_failure_counts_before_a_review() -> None:
    every = [finding(status) for status in (Status.passed, Status.needs_review, Status.failed)]
    assert worst(every) is every[2]
    assert worst(every[:2]) is every[1]
    assert worst(every[:1]) is None
