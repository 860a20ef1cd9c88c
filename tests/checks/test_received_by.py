"""Deadlines: to the second, across changes of clocks, with grace, steps and extensions; and what is lost."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from grader.checks.received_by import ReceivedBy
from grader.lists.timezones import local_time
from grader.model import Extension, Finding, Loss, Override, Status
from grader.report.i18n import translated
from grader.rubric.load import parse_rubric
from grader.rubric.schema import Rubric
from grader.scoring.overrides_csv import validate_overrides
from grader.scoring.score import apply_overrides, score
from tests.helpers import context, finding_of, make

DUE = "2025-01-29T23:59:59+01:00"
STEPS = [{"hours": 24, "percent": 10}, {"hours": 48, "points": 3}]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "status", "loss"),
    [
        (DUE, "passed", None),
        ("2025-01-29T23:00:00+00:00", "passed", None),
        ("2025-01-30T00:09:59+01:00", "passed", None),
        ("2025-01-30T00:10:00+01:00", "failed", ("0", "10")),
        ("2025-01-30T23:59:59+01:00", "failed", ("0", "10")),
        ("2025-01-31T00:00:00+01:00", "failed", ("3", "0")),
        ("2025-01-31T23:59:59+01:00", "failed", ("3", "0")),
        ("2025-02-01T00:00:00+01:00", "failed", ("0", "100")),
        (None, "needs_review", None),
    ],
    ids=["on time", "another zone", "grace's end", "a second after grace", "first step's end", "second step",
         "second step's end", "beyond", "unknown"],
)  # fmt: skip
def test_each_boundary(received: str | None, status: str, loss: tuple[str, str] | None) -> None:
    check = make("received_by", due=DUE, grace_minutes=10, late=STEPS)
    verdict = check.judge(context(received=at(received) if received else None))
    assert verdict.status == status
    found = verdict.loss and (str(verdict.loss.points), str(verdict.loss.percent))
    assert found == loss


def test_after_the_last_step_it_may_stay() -> None:
    check = make("received_by", due=DUE, late=STEPS, beyond="last")
    assert check.judge(context(received=at("2025-03-01T00:00:00+01:00"))).loss == Loss(Decimal(3), Decimal(0), "earned")


@pytest.mark.parametrize(
    ("local", "zone", "problem"),
    [
        ("2025-03-30T02:30:00", "Europe/Berlin", "does not exist"),
        ("2025-10-26T02:30:00", "Europe/Berlin", "exists twice"),
        ("2025-10-26T02:30:00", "Europe/Nowhere", "unknown time zone"),
        ("2025-10-26T02:30:00", "", "has no offset"),
        ("2025-10-26T02:30:00+01:00", "Europe/Berlin", "keep one"),
    ],
    ids=["clocks forward", "clocks back", "zone", "no zone", "both"],
)
def test_a_moment_that_is_not_one(local: str, zone: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        make("received_by", due=local, zone=zone)


@pytest.mark.parametrize(
    ("received", "hours"),
    [("2025-03-30T01:59:59+00:00", 1), ("2025-03-30T02:00:00+00:00", 2), ("2025-03-30T02:00:01+00:00", 0)],
    ids=["an hour", "a second more", "beyond"],
)
def test_hours_are_those_that_pass_when_clocks_change(received: str, hours: int) -> None:
    """Due at 01:59:59 local time; two hours later on the clock is one hour later in truth."""
    steps = [{"hours": 1, "points": 1}, {"hours": "1.0003", "points": 2}]
    check = make("received_by", due="2025-03-30T01:59:59", zone="Europe/Berlin", late=steps)
    loss = check.judge(context(received=at(received))).loss
    assert loss is not None
    assert loss.points == hours


@pytest.mark.parametrize(
    ("extension", "status"),
    [
        (Extension(at("2025-01-31T12:00:00+01:00"), None, "A. Tutor", "ill"), "passed"),
        (Extension(None, Decimal(12), "A. Tutor", "ill"), "failed"),
        (Extension(None, Decimal("36.1"), "A. Tutor", "ill"), "passed"),
        (Extension(at("2025-01-01T12:00:00+01:00"), None, "A. Tutor", "ill"), "failed"),
        (Extension(None, None, "", ""), "needs_review"),
    ],
    ids=["until", "hours too few", "hours", "earlier than due", "members differ"],
)
def test_more_time_for_a_team(extension: Extension, status: str) -> None:
    received = at("2025-01-31T12:00:00+01:00")
    verdict = make("received_by", due=DUE).judge(context(received=received, extension=extension))
    assert verdict.status == status
    assert "ill" not in str(verdict.message)


def test_the_message_names_both_times_the_delay_and_the_loss() -> None:
    check = make("received_by", due=DUE, late=STEPS)
    verdict = check.judge(context(received=at("2025-01-31T01:01:59+01:00")))
    assert str(verdict.message) == (
        "Received 2025-01-31 01:01:59 +0100; due 2025-01-29 23:59:59 +0100. That is 1 day 1 hour 2 minutes late. "
        "Points lost: 3."
    )
    assert translated(verdict.message, "de") == (
        "Eingegangen: 2025-01-31 01:01:59 +0100; Frist: 2025-01-29 23:59:59 +0100. "
        "Verspätung: 1 Tag 1 Stunde 2 Minuten. Verlorene Punkte: 3."
    )


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"late": [{"hours": 24}]}, "either 'percent' or 'points'"),
        ({"late": [{"hours": 24, "percent": 1, "points": 1}]}, "either 'percent' or 'points'"),
        ({"late": [{"hours": 48, "percent": 1}, {"hours": 24, "percent": 2}]}, "in order"),
        ({"late": STEPS, "deducts": 1}, "exclude each other"),
    ],
    ids=["neither", "both", "order", "deducts"],
)
def test_steps_that_do_not_fit_are_named(keys: dict[str, Any], problem: str) -> None:
    assert problem in make("received_by", due=DUE, **keys).mistake_in_keys()


RUBRIC = """
rubric: 1
title: Words
points: 10
submission:
  - {kind: archive_name, id: name, deducts: 1, authors: [1, 3], student_id: "[0-9]+"}
  - {kind: received_by, id: received, due: 2025-01-29T23:59:59+01:00, OF, late: [{hours: 24, percent: 10}]}
questions:
  - id: a
    title: A
    points: 6
    answer: {number: ["1"]}
    checks: [{kind: word_limit, id: words, points: 6, most: 10}]
  - id: b
    title: B
    points: 4
    answer: {number: ["2"]}
    checks: [{kind: manual, id: person, points: 4, guide: "Good?"}]
"""


def rubric(of: str = "of: earned") -> Rubric:
    return parse_rubric(RUBRIC.replace("OF", of), "words.yaml")


def findings(name: str = "passed", words: str = "passed", person: str = "needs_review") -> list[Finding]:
    check = next(check for _, check in rubric().checks() if isinstance(check, ReceivedBy))
    late = finding_of(check, "x").__class__  # the type of what a check gives
    verdict = check.judge(context(received=at("2025-01-30T12:00:00+01:00")))
    made = {"name": name, "words": words, "person": person}
    found = [late(c, c, "", c, Status(s), "", credit=Decimal(s == "passed")) for c, s in made.items()]
    return [*found, late("received", "received_by", "", "Received", verdict.status, "", loss=verdict.loss)]


def overrides(points: str) -> list[Override]:
    return [Override("T", "person", Decimal(points), "A. Tutor", "good")]


@pytest.mark.parametrize(
    ("of", "found", "points", "total"),
    [
        ("of: earned", findings(), "4", "9"),
        ("of: earned", findings(), "1.5", "6.75"),
        ("of: earned", findings(name="failed"), "4", "8.1"),
        ("of: maximum", findings(), "4", "9"),
        ("of: maximum", findings(words="failed"), "4", "3"),
        ("of: maximum", findings(words="failed"), "0.5", "0"),
    ],
    ids=["all", "rounded", "after another deduction", "of all", "of all, less earned", "never below nothing"],
)
def test_a_share_is_taken_when_everything_else_is_known(of: str, found: list[Finding], points: str, total: str) -> None:
    late = rubric(of)
    found = [
        one if one.loss is None else one.__class__(**{**vars(one), "loss": Loss(Decimal(0), Decimal(10), late_of(of))})
        for one in found
    ]
    at_first = score(late, found)
    assert at_first.total is None
    assert apply_overrides(at_first, overrides(points)).total == Decimal(total)
    again = apply_overrides(apply_overrides(at_first, overrides("0")), overrides(points))
    assert again.total == Decimal(total)


def late_of(of: str) -> Any:
    return of.removeprefix("of: ")


def test_the_loss_has_a_line_of_its_own_and_a_tutor_may_waive_it() -> None:
    grade = apply_overrides(score(rubric(), findings()), overrides("4"))
    [submission] = [question for question in grade.questions if question.id == "submission"]
    [line] = [scored for scored in submission.checks if scored.finding.check == "received"]
    assert (line.earned, line.max_effect) == (Decimal("-1.00"), Decimal("-1"))
    waived = apply_overrides(
        grade, [*overrides("4"), Override("T", "received", Decimal(0), "A. Tutor", "the platform was down")]
    )
    assert waived.total == Decimal(10)


@pytest.mark.parametrize(("points", "fine"), [("0", True), ("-10", True), ("1", False), ("-11", False)])
def test_the_points_that_a_tutor_may_take_for_lateness(points: str, fine: bool) -> None:
    from grader.errors import GraderError

    override = Override("T", "received", Decimal(points), "A. Tutor", "why")
    if fine:
        validate_overrides([override], rubric(), ["T"])
    else:
        with pytest.raises(GraderError, match="allows -10 to 0"):
            validate_overrides([override], rubric(), ["T"])


def test_steps_belong_to_the_submission() -> None:
    from grader.errors import RubricError

    text = RUBRIC.replace("OF", "of: earned").replace(
        "checks: [{kind: word_limit",
        f"checks: [{{kind: received_by, due: {DUE}, late: [{{hours: 1, percent: 1}}]}}, {{kind: word_limit",
    )
    with pytest.raises(RubricError, match="move the check to 'submission'"):
        parse_rubric(text, "words.yaml")


def test_a_local_time_is_the_same_moment_when_it_is_written_down_again() -> None:
    check = make("received_by", due="2025-07-29T23:59:59", zone="Europe/Berlin", late=STEPS)
    again = ReceivedBy.model_validate(check.model_dump(mode="json"))
    assert again.due == at("2025-07-29T23:59:59+02:00")
    assert again.late == check.late  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("received", "status"),
    [
        ("2025-01-29T23:59:59+01:00", "passed"),
        ("2025-01-30T00:00:00+01:00", "failed"),
        ("2025-01-29T22:59:59+00:00", "passed"),
        ("2025-01-29T23:00:00+00:00", "failed"),
        (None, "needs_review"),
    ],
)
def test_received_by_to_the_second_and_across_zones(received: str | None, status: str) -> None:
    when = datetime.fromisoformat(received) if received else None
    check = make("received_by", due="2025-01-29T23:59:59+01:00")
    assert check.judge(context(received=when)).status == status


def test_received_late_says_how_late() -> None:
    check = make("received_by", due="2025-01-29T23:59:59+01:00")
    verdict = check.judge(context(received=datetime.fromisoformat("2025-01-31T01:02:59+01:00")))
    assert "1 day 1 hour 3 minutes late" in str(verdict.message)


@pytest.mark.parametrize(
    ("due", "status"),
    [
        ("2025-10-26T03:00:00+01:00", "passed"),
        ("2025-10-26T02:45:00+02:00", "needs_review"),
        ("2025-10-26T01:00:00+02:00", "failed"),
    ],
    ids=["both in time", "one in time", "both late"],
)
def test_a_time_that_clocks_showed_twice(due: str, status: str) -> None:
    received = local_time(datetime(2025, 10, 26, 2, 30), "Europe/Berlin", doubled=True)
    verdict = make("received_by", due=due, deducts=1).judge(context(received=received))
    assert verdict.status == status
    assert ("2025-10-26 02:30:00 +0200" in str(verdict.message)) is (status == "needs_review")
