"""From findings to points."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from grader.desk.points import check_points
from grader.errors import GraderError
from grader.model import Finding, Override, Status
from grader.rubric.load import parse_rubric
from grader.scoring.overrides_csv import read_overrides, validate_overrides
from grader.scoring.score import apply_overrides, score

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


def test_a_mark_closes_what_is_open_and_overrides() -> None:
    override = Override("team", "two", Decimal("1.5"), "tutor", "half right")
    grade = apply_overrides(score(RUBRIC, findings(two=Status.needs_review)), [override])
    assert grade.total == Decimal("2.5")
    assert grade.questions[1].checks[1].override == override


def test_marks_are_read_and_mistakes_named(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_text("team,check,points,by,reason\nt,two,1.5,tutor,half\n", encoding="utf-8")
    assert read_overrides(path) == [Override("t", "two", Decimal("1.5"), "tutor", "half")]
    path.write_text("team,check,points,by,reason\nt,two,much,tutor,half\n", encoding="utf-8")
    with pytest.raises(GraderError, match=r"marks.csv:2: not a number"):
        read_overrides(path)
    path.write_text("team,check,points\nt,two,1\n", encoding="utf-8")
    with pytest.raises(GraderError, match="no by, reason"):
        read_overrides(path)


def test_thirds_and_eighths_are_not_rounded_away() -> None:
    text = "rubric: 1\ntitle: t\npoints: 1\nquestions:\n  - id: q\n    title: q\n    points: 1\n    checks:\n"
    eighths = "".join(f"      - {{kind: manual, id: c{n}, points: 0.125, guide: g}}\n" for n in range(8))
    grade = score(parse_rubric(text + eighths, "r.yaml"), [finding(f"c{n}", Status.passed, "1") for n in range(8)])
    assert grade.total == Decimal(1)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (Override("other", "two", Decimal(1), "t", "r"), "0 submissions have this team name"),
        (Override("team", "tow", Decimal(1), "t", "r"), "the rubric has no check tow"),
        (Override("team", "two", Decimal(3), "t", "r"), "which is worth 0 to 2"),
    ],
)
def test_marks_that_fit_nothing_are_an_error(override: Override, message: str) -> None:
    with pytest.raises(GraderError, match=message):
        validate_overrides([override], RUBRIC, ["team"])
    with pytest.raises(GraderError, match="2 submissions"):
        validate_overrides([Override("team", "two", Decimal(1), "t", "r")], RUBRIC, ["team", "team"])


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


def test_where_the_time_is_not_known_a_person_may_take_what_being_late_may_cost() -> None:
    unknown = [finding("time", Status.needs_review), finding("one", Status.passed, "1")]
    grade = score(LATE, unknown)
    [time] = grade.questions[0].checks
    assert (grade.total, time.max_effect) == (None, Decimal(-2))
    check_points(Decimal("-0.5"), time)
    with pytest.raises(GraderError, match="from -2 to 0"):
        check_points(Decimal(-3), time)
    assert apply_overrides(grade, [Override("T", "time", Decimal("-0.5"), "A", "late")]).total == Decimal("1.5")
