"""The lines of a student's check: by question with points, and the last one says what to do next."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from grader.cli.check_lines import Result, finding_lines, last_lines, remark_lines
from grader.model import Cause, Finding, Status, say
from grader.rubric.load import parse_rubric
from grader.student.selfcheck import Remark

RUBRIC = parse_rubric(
    """\
rubric: 1
title: T
points: 3
submission: [{kind: members, id: members}]
questions:
  - {id: a, title: First, points: 2, checks: [{kind: word_limit, id: words, points: 2, most: 3}], answer: {number: ["1"]}}
  - {id: b, title: Second, points: 1, checks: [{kind: manual, id: reason, points: 1, guide: x}]}
""",
    "r.yaml",
)


def finding(
    check: str, status: Status, question: str = "a", credit: Decimal = Decimal(0), cause: Cause | None = None
) -> Finding:
    return Finding(check, "", question, "Title", status, say("Message."), say("Hint."), credit=credit, cause=cause)


def last(
    *findings: Finding, remarks: tuple[Remark, ...] = (), stopped: tuple[Remark, ...] = (), unnamed: bool = False
) -> tuple[int, str]:
    result = Result(findings, remarks, stopped)
    *_, line = last_lines(result, Decimal(2), Decimal(3), Path("w.ipynb"), unnamed)
    return result.exit_code, line.first + line.text


def test_findings_stand_below_their_question_with_the_points() -> None:
    several = (
        finding("members", Status.passed, ""), finding("words", Status.failed, credit=Decimal("0.5")), finding("reason", Status.needs_review, "b")
    )  # fmt: skip
    lines = [line.first + line.text for line in finding_lines(several, RUBRIC)]
    assert [line for line in lines if not line.startswith(" ")] == ["Submission", "First", "Second"]
    assert "  Failed        Title (1 of 2 points): Message." in lines
    assert "  Needs review  Title (1 point): Message." in lines
    assert sum("Hint." in line for line in lines) == 2


NOTE, MISSING = Remark(say("M.")), Remark(say("M."), prevents_run=True)
PASSED = finding("words", Status.passed)


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (last(PASSED), 0, "Nothing to do"),
        (last(PASSED, remarks=(Remark(say("M."), to_do=False),)), 0, "Nothing to do"),
        (last(PASSED, unnamed=True), 0, "Nothing to do: all checks that run here passed; to make the zip"),
        (last(PASSED, finding("reason", Status.needs_review, "b")), 0, "Nothing to do"),
        (last(PASSED, remarks=(NOTE,)), 0, "Next: look at the notes"),
        (last(finding("words", Status.failed)), 1, "Next: correct what failed"),
        (last(finding("words", Status.skipped)), 1, "Next: correct what failed"),
        (last(PASSED, stopped=(NOTE,)), 1, "Next: correct what failed"),
        (last(finding("words", Status.needs_review, cause=Cause.environment)), 2, "Next: one check could not run here"),
        (last(PASSED, remarks=(MISSING,)), 2, "Next: one check could not run here"),
        (last(finding("words", Status.error)), 3, "Next: Grader error means that the grader failed"),
    ],
)
def test_the_last_line_and_the_exit_code_say_what_to_do_next(given: tuple[int, str], code: int, words: str) -> None:
    assert given[0] == code
    assert given[1].startswith(words)


def test_remarks_are_one_line_each() -> None:
    [line] = remark_lines((Remark(say("A cell stopped."), say("Run it.")),), "en", "stopped")
    assert line.first + line.text == "stopped: A cell stopped. Run it."
