"""The stages for one submission: the overrides that count, and the result of a bug in the grader."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from grader.errors import GraderError
from grader.grading import pipeline
from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade, grade_safely, report_of_grader_error
from grader.ingest.discover import Source
from grader.ingest.unpacked import Unpacked
from grader.model import GroupDecision, Override, Report, Status, say
from grader.rubric.load import parse_rubric

RUBRIC = parse_rubric(
    """\
rubric: 1
title: Words
points: 2
questions:
  - id: why
    title: Why
    points: 2
    answer: {number: ["1"]}
    checks:
      - {kind: word_limit, id: length, points: 1, most: 5}
      - {kind: manual, id: sense, points: 1, guide: "Does it make sense?"}
""",
    "r.yaml",
)
SOURCE = Source("Team_1000101.zip", content=Unpacked(files={"answers.md": b"# Exercise 1\nTwo words\n"}))


def statuses(report: Report) -> dict[str, Status]:
    return {s.finding.check: s.finding.status for q in report.grade.questions for s in q.checks}


def test_a_submission_is_opened_judged_and_scored() -> None:
    graded = grade(SOURCE, RUBRIC)
    assert statuses(graded.report) == {"length": Status.passed, "sense": Status.needs_review}
    assert (graded.report.grade.certain, graded.report.grade.total) == (Decimal(1), None)
    assert graded.report.answers["why"].text.strip() == "Two words"


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({}, "1.5"),
        ({"team": "Another team"}, None),
        ({"digest": "of another submission"}, None),
    ],
    ids=["of the team", "of another team", "of another submission"],
)
def test_an_override_counts_for_its_team_and_submission(changes: dict[str, str], total: str | None) -> None:
    report = grade(SOURCE, RUBRIC).report
    given: dict[str, Any] = {"team": report.team, "digest": report.digest, **changes}
    override = Override(check="sense", points=Decimal("0.5"), by="A. Tutor", reason="half", **given)
    found = grade(SOURCE, RUBRIC, GradingOptions(overrides=[override])).report.grade.total
    assert found == (None if total is None else Decimal(total))


def test_a_group_decision_counts_for_teams_without_an_override() -> None:
    report = grade(SOURCE, RUBRIC).report
    [finding] = [s.finding for q in report.grade.questions for s in q.checks if s.finding.check == "sense"]
    assert finding.group
    decisions = {("sense", finding.group): GroupDecision("sense", finding.group, Decimal(1), "A. Tutor", "good")}
    assert grade(SOURCE, RUBRIC, GradingOptions(decisions=decisions)).report.grade.total == Decimal(2)
    own = Override(report.team, "sense", Decimal(0), "B. Tutor", "own")
    assert grade(SOURCE, RUBRIC, GradingOptions(decisions=decisions, overrides=[own])).report.grade.total == Decimal(1)


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Let the stage that runs a submission raise."""

    def set_up(error: Exception) -> None:
        def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr(pipeline, "run_and_ask", fail)

    return set_up


def test_a_bug_of_the_grader_is_an_error_of_every_check_and_costs_nothing(
    raising: Callable[[Exception], None],
) -> None:
    raising(ZeroDivisionError("in the grader"))
    report = grade_safely(SOURCE, RUBRIC, GradingOptions()).report
    assert set(statuses(report).values()) == {Status.error}
    assert (report.grade.total, set(report.grade.unresolved)) == (None, {"length", "sense"})
    [notice] = report.notices
    assert (notice.serious, "ZeroDivisionError" in str(notice.message)) == (True, True)
    assert "in the grader" not in str(notice.message)  # may hold words of the submission


def test_an_error_that_the_user_can_correct_ends_the_batch(raising: Callable[[Exception], None]) -> None:
    raising(GraderError("the disk is full"))
    with pytest.raises(GraderError, match="the disk is full"):
        grade_safely(SOURCE, RUBRIC, GradingOptions())


def test_an_override_resolves_a_submission_that_was_not_opened_but_no_other_one() -> None:
    team = grade(SOURCE, RUBRIC).report.team
    override = Override(team, "sense", Decimal(1), "A. Tutor", "read")
    for one, unresolved in (
        (override, ("length",)),
        (Override(**{**vars(override), "digest": "d"}), ("length", "sense")),
    ):
        assert (
            report_of_grader_error(
                SOURCE, RUBRIC, GradingOptions(overrides=[one]), say("It failed.")
            ).report.grade.unresolved
            == unresolved
        )
