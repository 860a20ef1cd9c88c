"""From findings to points."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.manual import Manual
from grader.desk.points import check_points
from grader.errors import GraderError
from grader.model import OPEN, Finding, Override, Status, Text
from grader.rubric.load import parse_rubric
from grader.scoring.score import apply_overrides, score
from tests.helpers import grade_of, regraded

LABEL = Manual.label
RUBRIC = parse_rubric(
    """\
rubric: 1
title: Example
points: 3
questions:
  - id: q
    title: A question
    points: 3
    answer: {number: ["1"]}
    checks:
      - {kind: manual, id: one, points: 1, guide: g}
      - {kind: manual, id: two, points: 2, guide: g}
      - {kind: word_limit, id: words, most: 100, deducts: 0.5}
      - {kind: mentions, id: note, concepts: {a: [b]}}
""",
    "r.yaml",
)


def finding(check: str, status: Status, credit: str = "0") -> Finding:
    return Finding(check, "kind", "q", check, status, "message", credit=Decimal(credit))


def findings(**status: Status) -> list[Finding]:
    chosen = {"one": Status.passed, "two": Status.passed, "words": Status.passed, "note": Status.passed} | status
    return [finding(name, state, "1" if state is Status.passed else "0") for name, state in chosen.items()]


def test_everything_passed_is_the_full_sum() -> None:
    grade = score(RUBRIC, findings())
    assert (grade.total, grade.certain, grade.unresolved) == (Decimal(3), Decimal(3), ())


@pytest.mark.parametrize(
    ("lines", "titles"),
    [
        ("{kind: manual, id: one, points: 3, guide: g}", ["A question"]),
        ("{kind: manual, id: one, points: 3, guide: g, title: Own}", ["Own"]),
        ("{kind: manual, id: one, points: 1, guide: g}, {kind: manual, id: two, points: 2, guide: g}", [LABEL, LABEL]),
    ],
    ids=["alone", "with a title", "two would look the same"],
)
def test_a_line_for_tutors_has_the_title_of_its_question(lines: str, titles: list[Text]) -> None:
    head = "rubric: 1\ntitle: T\npoints: 3\nquestions:\n  - {id: q, title: A question, points: 3, checks: ["
    rubric = parse_rubric(f"{head}{lines}]}}\n", "r.yaml")
    found = [
        Finding(check.id, "manual", "q", check.title or check.label, Status.needs_review, "Not graded yet.")
        for _, check in rubric.checks()
    ]
    assert [scored.finding.title for scored in score(rubric, found).questions[1].checks] == titles


@pytest.mark.parametrize("status", [Status.needs_review, Status.error])
def test_an_open_check_leaves_no_total(status: Status) -> None:
    grade = score(RUBRIC, findings(two=status))
    assert grade.total is None
    assert grade.certain == Decimal(1)
    assert grade.unresolved == ("two",)


def test_a_failed_limit_deducts_and_a_note_never_counts() -> None:
    assert score(RUBRIC, findings(words=Status.failed)).total == Decimal("2.5")
    assert score(RUBRIC, findings(note=Status.failed)).total == Decimal(3)


def test_a_question_never_falls_below_zero() -> None:
    failed = findings(one=Status.failed, two=Status.failed, words=Status.failed)
    assert score(RUBRIC, failed).total == Decimal(0)


def test_credit_is_a_share_of_the_points() -> None:
    half = [finding("two", Status.failed, "0.25") if f.check == "two" else f for f in findings()]
    assert score(RUBRIC, half).total == Decimal("1.5")


def test_an_override_resolves_a_check_and_replaces_points() -> None:
    override = Override("team", "two", Decimal("1.5"), "tutor", "half right")
    grade = apply_overrides(score(RUBRIC, findings(two=Status.needs_review)), [override])
    assert grade.total == Decimal("2.5")
    assert grade.questions[1].checks[1].override == override


def test_thirds_and_eighths_are_not_rounded_away() -> None:
    text = "rubric: 1\ntitle: t\npoints: 1\nquestions:\n  - id: q\n    title: q\n    points: 1\n    checks:\n"
    eighths = "".join(f"      - {{kind: manual, id: c{n}, points: 0.125, guide: g}}\n" for n in range(8))
    grade = score(parse_rubric(text + eighths, "r.yaml"), [finding(f"c{n}", Status.passed, "1") for n in range(8)])
    assert grade.total == Decimal(1)


LATE = parse_rubric(
    """\
rubric: 1
title: Example
points: 2
submission:
  - {kind: received_by, id: time, due: 2025-01-29T23:59:59+01:00, late: [{hours: 24, percent: 10}]}
questions:
  - {id: q, title: A question, points: 2, answer: {number: ["1"]}, checks: [{kind: manual, id: one, points: 2, guide: g}]}
""",
    "late.yaml",
)


def test_without_a_submission_time_a_tutor_may_take_the_loss_for_lateness() -> None:
    unknown = [finding("time", Status.needs_review), finding("one", Status.passed, "1")]
    grade = score(LATE, unknown)
    [time] = grade.questions[0].checks
    assert (grade.total, time.max_effect) == (None, Decimal(-2))
    check_points(Decimal("-0.5"), time)
    with pytest.raises(GraderError, match="the range is -2 to 0"):
        check_points(Decimal(-3), time)
    assert apply_overrides(grade, [Override("T", "time", Decimal("-0.5"), "A", "late")]).total == Decimal("1.5")


def test_part_credit_is_rounded_half_up() -> None:
    grade = score(RUBRIC, [finding("one", Status.failed, "0.125"), *findings()[1:]])
    assert grade.questions[1].checks[0].earned == Decimal("0.13")


def test_an_override_above_the_points_leaves_the_check_unresolved() -> None:
    grade = grade_of(RUBRIC, findings(), [Override("t", "two", Decimal("2.5"), "A Tutor", "r")])
    assert (grade.unresolved, grade.total) == (("two",), None)


CHECKS = ("one", "two", "words", "note")
CASES = st.fixed_dictionaries(
    {name: st.tuples(st.sampled_from(list(Status)), st.sampled_from(["0", "0.125", "0.5", "1"])) for name in CHECKS}
)
OVERRIDES = st.dictionaries(st.sampled_from(CHECKS[:2]), st.sampled_from(["0", "0.25", "1"]))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(CASES, OVERRIDES, st.randoms())
def test_laws_of_points(case: dict[str, tuple[Status, str]], points: dict[str, str], random: Random) -> None:
    """Within 0 and the maximum; unresolved means no total; no order matters; overrides are applied once and taken back."""
    judged = (Status.passed, Status.failed)
    found = [finding(name, status, credit if status in judged else "0") for name, (status, credit) in case.items()]
    overrides = [Override("t", name, Decimal(value), "A Tutor", "r") for name, value in points.items()]
    machine, whole = grade_of(RUBRIC, found), grade_of(RUBRIC, found, overrides)
    for grade in (machine, whole):
        assert 0 <= grade.certain <= RUBRIC.points
        assert (grade.total is None) == bool(grade.unresolved)
        assert grade.total in (None, grade.certain)
        assert all(question.certain >= 0 for question in grade.questions)
    unresolved = {check for check, (status, _) in case.items() if status in OPEN}
    assert set(machine.unresolved) == unresolved
    assert set(whole.unresolved) == unresolved - points.keys()
    shuffled = found[:]
    random.shuffle(shuffled)
    assert grade_of(RUBRIC, shuffled, overrides[::-1]) == whole
    assert regraded(machine, overrides) == regraded(regraded(machine, overrides), overrides) == whole
    assert regraded(whole, []) == machine
