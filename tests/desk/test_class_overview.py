"""The overview of a course: difficulty and discrimination of questions, and none of these with too few submissions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from grader.desk.class_overview import MIN, class_overview, correlation
from grader.desk.manual_grading import GradingDesk
from grader.model import Status


def test_progress_totals_and_questions_follow_the_overrides(desk: GradingDesk) -> None:
    names = desk.records.names(desk.batch)
    before = class_overview(desk)
    assert (before.count, before.complete, before.questions[0].mean) == (4, 0, None)
    desk.decide("why", names, {"sense": (Decimal(2), ""), "length": (Decimal(0), "")}, "T")
    desk.decide("how", names[:2], {"method": (Decimal("0.5"), "")}, "T")
    after = class_overview(desk)
    assert (after.count, after.complete) == (4, 2)
    assert dict(after.bars)["60–70"] == 2
    assert sum(count for _, count in after.bars) == 2
    assert [(q.certain, round(q.mean or 0, 3), q.discrimination) for q in after.questions] == [
        (4, 0.667, None),
        (2, 0.5, None),
    ]


def test_what_fails_most_has_its_commonest_finding_and_the_teams(desk: GradingDesk) -> None:
    names = desk.records.names(desk.batch)
    with desk.records.writing() as tables:
        for name, message in zip(names, ("long", "long", "empty"), strict=False):
            row = tables.submissions.summary(name)
            assert row is not None
            checks = [
                replace(one, status=Status.failed, message=message) if one.check == "length" else one
                for one in row.checks
            ]
            tables.submissions.put(replace(row, checks=tuple(checks)))
    [failing] = class_overview(desk).failing
    assert (failing.count, failing.message, failing.with_it) == (3, "long", 2)
    assert [name for name, _ in failing.names] == names[:3]


@pytest.mark.parametrize(
    ("own", "rest", "value"),
    [
        (range(MIN), range(MIN), 1.0),
        (range(MIN), range(MIN, 0, -1), -1.0),
        (range(MIN - 1), range(MIN - 1), None),
        ([1] * MIN, range(MIN), None),
        (range(MIN), [1] * MIN, None),
    ],
    ids=["with the rest", "against it", "too few", "all the same", "the rest the same"],
)
def test_a_correlation_needs_enough_that_differ(own: list[float], rest: list[float], value: float | None) -> None:
    found = correlation(list(own), list(rest))
    assert found == (None if value is None else pytest.approx(value))
