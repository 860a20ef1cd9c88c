"""Fifty submissions in unusual dress lose no point to anything but a wrong value."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from grader.grading.options import GradingOptions
from grader.model import Report
from grader.results.output_folder import read_reports
from grader.rubric.load import read_rubric
from tests.batches import graded
from tests.grading.unusual_submissions import FOLDER, Unusual, unusual_submissions
from tests.shared_folder import made_once

EVERY = list(unusual_submissions())
ALLOWED = {"P": {"passed"}, "R": {"passed", "needs_review"}, "F": {"failed"}, "S": {"failed", "skipped"}}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them, graded once."""

    def make(folder: Path) -> None:
        (folder / "in").mkdir()
        for one in EVERY:
            one.write(folder / "in")
        graded([folder / "in"], read_rubric(FOLDER / "rubric.yaml"), folder / "out", GradingOptions(), jobs=2)

    return made_once(tmp_path_factory, "unusual", make) / "out"


@cache
def reports(folder: Path) -> dict[str, Report]:
    return {report.source: report for report in read_reports(folder)}


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_no_point_is_lost_to_anything_but_a_wrong_value(out: Path, one: Unusual) -> None:
    report = reports(out)[f"Team_{one.name}.zip"]
    found = [scored.finding for question in report.grade.questions for scored in question.checks]
    for letter, finding in zip(one.expected, found, strict=True):
        assert str(finding.status) in ALLOWED[letter], (finding.check, finding.message)


def test_most_are_decided_and_the_four_wrong_ones_are_found(out: Path) -> None:
    statuses = [s.finding.status for r in reports(out).values() for q in r.grade.questions for s in q.checks]
    assert len(EVERY) == len(reports(out)) == 50
    assert sum(status == "passed" for status in statuses) >= 165
    assert sum("F" in one.expected for one in EVERY) == 4
