"""Overrides that follow from a decision on equal answers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from grader.model import Finding, Grade, GroupDecision, Override, ScoredCheck, ScoredQuestion, Status
from grader.scoring.group_decisions import overrides_from_decisions

OPEN = Finding("two", "manual", "q", "two", Status.needs_review, "m", group="g")
DECISION = GroupDecision("two", "g", Decimal(1), "A Tutor", "r", max_effect="1")
DECISIONS = {("two", "g"): DECISION}


def grade(finding: Finding, points: str = "1") -> Grade:
    scored = ScoredCheck(finding, Decimal(points), None)
    question = ScoredQuestion("q", "Q", Decimal(points), False, None, Decimal(0), (scored,))
    return Grade(Decimal(points), None, Decimal(0), (question,), (finding.check,))


def test_a_decision_gives_its_points_and_has_no_team() -> None:
    [override] = overrides_from_decisions(grade(OPEN), DECISIONS)
    assert (override.team, override.check, override.points, override.by) == ("", "two", Decimal(1), "A Tutor")
    assert override.reason == "r"


def test_a_decision_counts_only_for_the_points_that_it_was_made_for() -> None:
    assert overrides_from_decisions(grade(OPEN, "2"), DECISIONS) == []
    older = {("two", "g"): replace(DECISION, max_effect="")}  # of a time when this was not kept
    assert len(overrides_from_decisions(grade(OPEN, "2"), older)) == 1


@pytest.mark.parametrize(
    "finding",
    [
        replace(OPEN, status=Status.failed),
        replace(OPEN, status=Status.passed),
        replace(OPEN, status=Status.skipped),
        replace(OPEN, group=""),
        replace(OPEN, group="other"),
        replace(OPEN, check="other"),
    ],
    ids=["failed", "passed", "skipped", "no group", "another group", "another check"],
)
def test_a_decision_is_for_unresolved_findings_of_its_check_and_group(finding: Finding) -> None:
    decisions = {**DECISIONS, ("two", ""): DECISION}
    assert overrides_from_decisions(grade(finding), decisions) == []


def test_a_group_decision_also_resolves_a_grader_error() -> None:
    assert len(overrides_from_decisions(grade(replace(OPEN, status=Status.error)), DECISIONS)) == 1


def test_an_override_for_the_team_itself_goes_before() -> None:
    own = Override("t", "two", Decimal(0), "B", "own")
    assert overrides_from_decisions(grade(OPEN), DECISIONS, [own]) == []
    assert len(overrides_from_decisions(grade(OPEN), DECISIONS, [replace(own, check="other")])) == 1
