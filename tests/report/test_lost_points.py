"""The first screen: what cost points, with what depends on it, and what is open."""

from __future__ import annotations

from decimal import Decimal

from grader.model import Finding, Override, Status
from grader.report.lost_points import first_screen
from grader.rubric.load import parse_rubric
from grader.scoring.score import apply_overrides, score

RUBRIC = parse_rubric(
    """\
rubric: 1
title: Example
points: 7
questions:
  - id: q
    title: Question
    points: 4
    checks:
      - {kind: manual, id: base, points: 1, guide: g}
      - {kind: manual, id: middle, points: 1, guide: g}
      - {kind: manual, id: top, points: 2, guide: g}
  - {id: r, title: Other, points: 3, checks: [{kind: manual, id: other, points: 3, guide: g}]}
  - {id: b, title: More, points: 1, bonus: true, checks: [{kind: manual, id: extra, points: 1, guide: g}]}
""",
    "r.yaml",
)


def found(check: str, status: Status, because: str = "", credit: int = 0) -> Finding:
    return Finding(check, "manual", "", check.title(), status, "m", credit=Decimal(credit), because=because)


CHAIN = [
    found("base", Status.failed),
    found("middle", Status.skipped, "base"),
    found("top", Status.skipped, "middle"),
]


def test_skipped_checks_count_with_the_one_that_failed_first() -> None:
    first = first_screen(
        score(RUBRIC, [*CHAIN, found("other", Status.passed, credit=1), found("extra", Status.failed)])
    )
    [lost] = first.what_cost
    assert (lost.scored.finding.check, lost.points, lost.skipped) == ("base", Decimal(4), ("Middle", "Top"))
    assert (first.earned, first.lost, first.open) == (Decimal(3), Decimal(4), Decimal(0))
    assert first.not_graded == ()


def test_a_skipped_check_that_a_tutor_graded_stands_by_itself() -> None:
    grade = score(RUBRIC, [*CHAIN, found("other", Status.needs_review), found("extra", Status.needs_review)])
    first = first_screen(apply_overrides(grade, [Override("T", "top", Decimal(1), "Tutor", "partly")]))
    assert [(one.scored.finding.check, one.points) for one in first.what_cost] == [
        ("base", Decimal(2)),
        ("top", Decimal(1)),
    ]
    assert (first.earned, first.lost, first.open) == (Decimal(1), Decimal(3), Decimal(3))
    assert [(question.id, points) for question, points in first.not_graded] == [("r", Decimal(3)), ("b", Decimal(1))]


def test_full_points_leave_the_first_screen_empty() -> None:
    every = [found(check, Status.passed, credit=1) for check in ("base", "middle", "top", "other", "extra")]
    first = first_screen(score(RUBRIC, every))
    assert (first.what_cost, first.not_graded, first.lost, first.earned) == ((), (), Decimal(0), Decimal(7))
