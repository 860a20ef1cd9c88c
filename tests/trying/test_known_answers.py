"""Answers with a known grade: agreement, silent differences, and reviews."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.rubric.load import parse_rubric
from grader.trying.known_answers import KnownAnswer, read_answers, try_answers

RUBRIC = parse_rubric(
    """\
rubric: 1
title: Words
points: 4
questions:
  - id: q
    title: A short answer
    points: 3
    answer: {number: ["1"]}
    checks:
      - {kind: expression, id: formula, points: 2, gives: y, names: {a: [], b: []}, equals: a + b,
         known: [{form: a - b, because: the sign is wrong, credit: 0}]}
      - {kind: word_limit, id: words, deducts: 0.5, most: 5}
      - {kind: manual, id: style, points: 1, guide: g}
  - id: drawing
    title: A drawing
    points: 1
    checks: [{kind: manual, id: drawing, points: 1, guide: g}]
""",
    "r.yaml",
)


@pytest.mark.parametrize(
    ("answer", "expected", "status", "points", "agreement"),
    [
        ("y = a + b", "full", "full", "2", "agrees"),
        ("y = a + b", "2", "full", "2", "agrees"),
        ("y = a + b", "wrong", "full", "2", "differs"),
        ("y = a - b", "wrong", "wrong", "0", "agrees"),
        ("y = a - b", "full", "wrong", "0", "differs"),
        ("y = a + b\n\nand that is all that I know", "partial", "partial", "1.5", "agrees"),
        ("y = a + b\n\nand that is all that I know", "1", "partial", "1.5", "differs"),
        ("I do not know.", "wrong", "review", None, "needs_review"),
        ("I do not know.", "review", "review", None, "agrees"),
        ("y = a - b", "review", "wrong", "0", "differs"),
    ],
)
def test_an_answer_is_graded_by_the_checks_that_read_it(
    answer: str, expected: str, status: str, points: str | None, agreement: str
) -> None:
    [one] = try_answers(RUBRIC, [KnownAnswer("q", answer, expected)], 1)
    assert (one.status, one.points, str(one.agreement)) == (
        status,
        None if points is None else Decimal(points),
        agreement,
    )


def test_csv_and_jsonl_give_the_same_answers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('question,answer,expected\nq,"y = a,\nor so",full\nq,b,0.5\n')
    (tmp_path / "a.jsonl").write_text(
        '{"question": "q", "answer": "y = a,\\nor so", "expected": "full"}\n\n'
        '{"question": "q", "answer": "b", "expected": 0.5}\n'
    )
    found = read_answers(tmp_path / "a.csv", RUBRIC)
    assert found == [KnownAnswer("q", "y = a,\nor so", "full"), KnownAnswer("q", "b", "0.5")]
    assert read_answers(tmp_path / "a.jsonl", RUBRIC) == found


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "question,answer\nq,a\n", "a.csv:1: missing column expected"),
        ("a.csv", "question,answer,expected\nx,a,full\n", "a.csv:2: no check reads an answer to a question 'x'"),
        ("a.csv", "question,answer,expected\ndrawing,a,full\n", "no check reads an answer to a question 'drawing'"),
        (
            "a.csv",
            "question,answer,expected\nq,a,good\n",
            "a.csv:2: expected is full, partial, wrong, review or points",
        ),
        ("a.csv", "question,answer,expected\nq,a,nan\n", "found 'nan'"),
        ("a.jsonl", "{}\n", "a.jsonl:1: expected an object with the keys question, answer, expected"),
        ("a.jsonl", "[1]\n", "a.jsonl:1: expected an object"),
    ],
)
def test_a_mistake_in_the_file_has_its_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(GraderError) as error:
        read_answers(tmp_path / name, RUBRIC)
    assert message in str(error.value)


def test_a_file_that_is_not_there_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="cannot be read"):
        read_answers(tmp_path / "no.csv", RUBRIC)
