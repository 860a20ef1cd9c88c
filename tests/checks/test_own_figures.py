"""Figures that a notebook printed when it was run, beside stored ones and those of the text."""

from __future__ import annotations

import json

from grader.checks.base import CheckContext
from grader.checks.own_figures import OwnFigures
from grader.grading.judge import judge_check
from grader.ingest.notebooks import read_notebook
from grader.model import Answer, CellRun, Evidence, Finding, Submission, Table

CHECK = OwnFigures.model_validate({"id": "figures"})


def finding(answer: str, printed: str, stored: str = "") -> Finding:
    output = [{"output_type": "stream", "name": "stdout", "text": [stored]}]
    notebook = {"cells": [{"cell_type": "code", "source": "run()", "outputs": output if stored else []}]}
    cells, _, _ = read_notebook("exercise.ipynb", json.dumps(notebook).encode())
    submission = Submission("Team Muster", "muster.zip", "", cells=tuple(cells))
    evidence = Evidence(answers={"q": Answer(answer, "answers.md")}, cells=(CellRun(1, "ok", text=printed),))
    return judge_check(CHECK, CheckContext(submission, evidence, "q"))


def rows(found: Finding) -> list[tuple[str, ...]]:
    [table] = [detail for detail in found.details if isinstance(detail, Table)]
    return [tuple(map(str, row)) for row in table.rows]


def test_each_figure_is_reproduced_or_not_and_never_costs_a_point() -> None:
    found = finding("We removed 58.51 % and 70.20 % of the noise.", "noise removed: 58.49\n", "noise removed: 58.51\n")
    assert found.status == "passed"
    assert rows(found) == [
        ("58.51 %", "yes", "yes", "reproduced (58.49 %)"),
        ("70.2 %", "yes", "-", "not printed; the nearest is 58.49 %"),
    ]
    assert str(found.message) == "1 of 2 reported numbers were reproduced by the rerun."


def test_a_stored_output_by_itself_proves_nothing() -> None:
    [row] = rows(finding("", "", "removed 93.70 % of the noise"))
    assert row == ("93.7 %", "-", "yes", "no percentage was printed")


def test_figures_that_nothing_was_run_for_are_not_reproduced() -> None:
    submission = Submission("Team Muster", "muster.zip", "")
    evidence = Evidence(answers={"q": Answer("We removed 58.51 % of the noise.", "answers.md")})
    found = judge_check(CHECK, CheckContext(submission, evidence, "q"))
    assert found.status == "needs_review"
    assert str(found.message) == "Nothing was run, so the reported numbers could not be compared."


def test_without_figures_there_is_nothing_to_compare() -> None:
    assert "Neither the text nor a stored output" in str(finding("It went well.", "done").message)


def test_a_percentage_in_the_name_of_a_picture_is_not_reported_by_the_text() -> None:
    assert "Neither the text nor a stored output" in str(finding("![removed 58.51 %](removed-58.51%.png)", "").message)
