"""What a report shows: everything that was found, the cells with their source, and no time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.grading.assemble import MAX_MODULES, MAX_SOURCE, make_report
from grader.model import (
    Answer,
    Cell,
    CellRun,
    Evidence,
    Finding,
    Grade,
    Mistake,
    Notice,
    NoticeCode,
    Place,
    Status,
    Submission,
)
from grader.rubric.load import parse_rubric
from tests.helpers import grade_of

RUBRIC = parse_rubric(
    """\
rubric: 1
title: Words
points: 1
language: de
execute: {seed: 7}
questions:
  - {id: q, title: Q, points: 1, checks: [{kind: manual, id: one, points: 1, guide: g}]}
""",
    "r.yaml",
)


def grade(status: Status = Status.needs_review) -> Grade:
    return grade_of(RUBRIC, [Finding("one", "manual", "q", "One", status, "m")])


def cells(*sources: str) -> tuple[Cell, ...]:
    return tuple(
        Cell(number, source, f"cell {number}", place=Place("a.ipynb", cell=number))
        for number, source in enumerate(sources, 1)
    )


def test_everything_that_was_found_is_in_the_report() -> None:
    submission = Submission("Team", "team.zip", "d", notices=(Notice(NoticeCode.damaged, "m"),))
    evidence = Evidence(answers={"q": Answer("text", "a.md")}, environment={"torch": "2"})
    report = make_report(submission, evidence, RUBRIC, grade())
    assert (report.team, report.source, report.digest, report.rubric) == ("Team", "team.zip", "d", "Words")
    assert (report.notices, report.answers) == (submission.notices, evidence.answers)
    assert (report.environment, report.seeds, report.language) == ({"torch": "2"}, {"seed": 7}, "de")
    assert (report.grade, report.pages) == (grade(), {})


def test_cells_have_their_source_and_place_and_no_time() -> None:
    """Two runs of one submission have to write the same bytes."""
    submission = Submission("t", "t.zip", "d", cells=cells("x = 1", "y = 2"))
    runs = (CellRun(1, "ok", seconds=1.25, text="1"), CellRun(3, "not run", seconds=2))
    report = make_report(submission, Evidence(runs), RUBRIC, grade())
    assert report.cells == (
        CellRun(1, "ok", text="1", source="x = 1", place=Place("a.ipynb", cell=1)),
        CellRun(3, "not run"),
    )


def test_modules_that_were_not_run_are_shown_to_tutors() -> None:
    mistake = Mistake(Place("train.py", line=2), "SyntaxError: expected ':'")
    others = (
        Cell(0, "y = 2", "plot.py", place=Place("plot.py")),
        Cell(0, "for", "train.py", place=Place("train.py"), mistake=mistake),
    )
    submission = Submission("t", "t.zip", "d", cells=cells("x = 1"), other_modules=others)
    shown = make_report(submission, Evidence((CellRun(1, "ok"),)), RUBRIC, grade()).cells
    assert shown[1:] == (
        CellRun(2, "not run", "plot.py: read, not run by itself", source="y = 2", place=Place("plot.py")),
        CellRun(3, "not run", "train.py, line 2: SyntaxError: expected ':'.", source="for", place=Place("train.py")),
    )
    many = replace(submission, other_modules=others * 100)
    assert len(make_report(many, Evidence(), RUBRIC, grade()).cells) == MAX_MODULES


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("x" * MAX_SOURCE, "x" * MAX_SOURCE),
        ("x" * (MAX_SOURCE + 1), "x" * MAX_SOURCE + "\n[the rest is left out]"),
        ("a\ud800", "a?"),
    ],
    ids=["as much as is kept", "more", "half a character"],
)
def test_a_source_is_cut_and_can_be_written(source: str, shown: str) -> None:
    submission = Submission("t", "t.zip", "d", cells=cells(source))
    [run] = make_report(submission, Evidence((CellRun(1, "ok"),)), RUBRIC, grade()).cells
    assert run.source == shown
