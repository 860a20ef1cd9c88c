"""Every submission of the example courses fails exactly where its course says so, and right ones pass every check.

`submissions/COURSE/expected.csv` names for each file the parts of the task that are wrong (`part`), the checks that
necessarily fail with them, as that part is used there (`follows`), the checks that may need review, as the weights of a
class are in a layout that is not read, or are other weights (`review`), the checks of a metric that such a mistake
brings near its threshold (`either`), and the points that the other checks lose.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from grader.checks.base import Check
from grader.grading.options import GradingOptions
from grader.model import Report, ScoredCheck
from grader.results.output_folder import read_reports
from grader.rubric.load import read_rubric
from grader.rubric.schema import Rubric
from tests.batches import graded
from tests.helpers import ROOT
from tests.shared_folder import made_once

COURSES = ("numpy-rnn", "attention", "language-model", "image-classifier")


def rows(course: str) -> list[dict[str, str]]:
    with (ROOT / "submissions" / course / "expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(text: str) -> set[str]:
    return {name for name in text.split(";") if name}


@cache
def rubric_of(course: str) -> Rubric:
    return read_rubric(ROOT / "rubrics" / course / "rubric.yaml")


@cache
def reports_in(folder: Path) -> dict[str, Report]:
    return {report.source: report for report in read_reports(folder)}


CASES = [(course, row) for course in COURSES for row in rows(course)]


@pytest.mark.parametrize("course", COURSES)
def test_a_course_has_enough_submissions_and_each_is_listed(course: str) -> None:
    listed = [row["file"] for row in rows(course)]
    folder = ROOT / "submissions" / course
    assert listed == sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*.py"))
    assert sum(name.startswith("right/") for name in listed) >= 8
    assert sum(name.startswith("wrong/") for name in listed) >= 12


@pytest.mark.parametrize("course", COURSES)
def test_every_part_has_a_check_with_a_wrong_submission(course: str) -> None:
    checks = {check.id for _, check in rubric_of(course).checks()}
    parts = set().union(*(names(row["part"]) for row in rows(course)))
    assert parts == checks
    assert all(names(row["follows"]) | names(row["review"]) | names(row["either"]) <= checks for row in rows(course))
    assert all(row["why"] for row in rows(course) if row["part"])


@pytest.mark.kernel
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("course", "row"), CASES, ids=[f"{course}/{row['file']}" for course, row in CASES])
def test_a_submission_fails_where_it_is_wrong_and_nowhere_else(
    course: str, row: dict[str, str], submissions: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = made_once(
        tmp_path_factory,
        f"graded-{course}",
        lambda folder: graded([submissions / course], rubric_of(course), folder, GradingOptions()),
    )
    report = reports_in(out)[Path(row["file"]).with_suffix(".zip").as_posix().replace("/", "-")]
    scored = {s.finding.check: s for question in report.grade.questions for s in question.checks}
    wrong, review = names(row["part"]) | names(row["follows"]), names(row["review"])
    either = names(row["either"])
    for check, one in scored.items():
        expected = {"failed" if check in wrong else "passed"} | ({"needs_review"} if check in review else set())
        expected |= {"failed", "passed"} if check in either else set()
        assert one.finding.status in expected, f"{check}: {one.finding.message}"
    lost = [lost_by(one) for check, one in scored.items() if check not in review | either]
    assert sum(lost, Decimal()) == Decimal(row["lost"])


def lost_by(scored: ScoredCheck) -> Decimal:
    """The points that a check earns less than it could, or that it deducts."""
    assert scored.earned is not None
    deducts = rubric_check(scored).deducts is not None
    return -scored.earned if deducts else scored.max_effect - scored.earned


def rubric_check(scored: ScoredCheck) -> Check:
    return next(
        check for course in COURSES for _, check in rubric_of(course).checks() if check.id == scored.finding.check
    )
