"""Wrong answers made from right ones: which get all the points, and which questions count."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading.options import GradingOptions
from grader.rubric.load import read_rubric
from grader.rubric.schema import Rubric
from grader.trying.known_answers import FULL, KnownAnswer, answer_result
from grader.trying.wrong_answers import WrongAnswer, noticed, wrong_answers

RUBRIC = """\
rubric: 1
title: Words
points: 4
solution: solution.md
questions:
  - id: formula
    title: A formula
    points: 1
    answer: {number: ["1"]}
    checks: [{kind: expression, id: formula, points: 1, gives: y, names: {a: [], b: []}, equals: a + 2 b}]
  - id: words
    title: Words
    points: 1
    answer: {number: ["2"]}
    checks: [{kind: word_limit, id: words, points: 1, most: 50}]
  - id: other
    title: Another formula
    points: 2
    answer: {number: ["3"]}
    checks: [{kind: expression, id: other, points: 2, gives: y, names: {a: [], b: []}, equals: a - b}]
"""
SOLUTION = "# Question 1\n\n$y = a + 2 b$\n\n# Question 2\n\nA number: 7.\n\n# Question 3\n\n$y = b - a$\n"


@pytest.fixture
def rubric(tmp_path: Path) -> Rubric:
    (tmp_path / "solution.md").write_text(SOLUTION)
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    return read_rubric(tmp_path / "rubric.yaml")


def test_every_change_of_a_right_formula_is_noticed(rubric: Rubric) -> None:
    found = wrong_answers(rubric, GradingOptions(), 1)
    assert {one.question for one in found} == {"formula"}  # words have no formula; the third answer is not right
    assert [one.answer for one in found if one.survived] == []
    assert len(found) >= 6
    assert noticed(found) == (len(found), len(found))
    assert next(one.difference for one in found if "- 2 b" in one.answer) == "-$y = a + 2 b$\n+$y = a - 2 b$"


def test_a_check_that_believes_every_answer_lets_all_survive(rubric: Rubric, monkeypatch: pytest.MonkeyPatch) -> None:
    def believing(part: Rubric, known: KnownAnswer) -> object:
        return answer_result(part, KnownAnswer(known.question, "$y = a + 2 b$", FULL))

    monkeypatch.setattr("grader.trying.known_answers.answer_result", believing)
    found = [one for one in wrong_answers(rubric, GradingOptions(), 1) if one.question == "formula"]
    assert all(one.survived for one in found)
    assert noticed(found) == (0, len(found))


def test_nothing_is_made_where_no_question_asks_for_a_formula(rubric: Rubric) -> None:
    words_only = rubric.model_copy(update={"questions": rubric.questions[1:2]})
    assert wrong_answers(words_only, GradingOptions(), 1) == []


def test_noticed_counts_what_did_not_survive() -> None:
    made = [WrongAnswer("q", "a sign", "y = -a", survived) for survived in (False, True, False)]
    assert noticed(made) == (2, 3)
