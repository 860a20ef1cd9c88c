"""Rubric items of a check: refused where they cannot work, and without an effect on findings and question keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.rubric.load import read_rubric
from grader.rubric.schema import Rubric

HEAD = "rubric: 1\ntitle: T\npoints: 2\nquestions:\n  - id: q\n    title: Q\n    points: 2\n    checks:\n      - "
RIGHT = "{points: 0, text: Right.}, {points: -0.5, text: No reason.}"


def read(folder: Path, items: str, more: str = "") -> Rubric:
    path = folder / "r.yaml"
    path.write_text(
        f"{HEAD}{{kind: manual, id: m, points: 2, guide: g{more}{f', items: [{items}]' if items else ''}}}\n"
    )
    return read_rubric(path)


def test_items_are_there_for_the_desk_as_they_were_written(tmp_path: Path) -> None:
    rubric = read(tmp_path, RIGHT, ", scoring: negative")
    assert json.loads(rubric.rubric_items) == {
        "m": {
            "question": "q",
            "scoring": "negative",
            "items": [{"text": "Right.", "points": "0"}, {"text": "No reason.", "points": "-0.5"}],
        }
    }


def test_a_check_with_items_asks_the_same_as_without(tmp_path: Path) -> None:
    with_items, without = read(tmp_path, RIGHT, ", scoring: negative"), read(tmp_path, "")
    assert with_items.question_keys() == without.question_keys()
    assert [check.question_key() for _, check in with_items.checks()] == [
        check.question_key() for _, check in without.checks()
    ]
    assert without.rubric_items == "{}"


@pytest.mark.parametrize(
    ("items", "more", "why"),
    [
        ("{points: 3, text: A}", "", "the item 'A' has 3 points; the check has 2"),
        ("{points: -2.5, text: A}", "", "the item 'A' has -2.5 points"),
        ("{points: 1, text: A}, {points: 0, text: A}", "", "a text of its own"),
        ("{points: 1, text: ' '}", "", "a text of its own"),
        ("{points: .nan, text: A}", "", "finite"),
        ("{points: 1}", "", "text"),
        ("{points: 1, text: A, key: 1}", "", "key"),
        ("", ", scoring: negative", "needs 'items'"),
        ("", ", scoring: both", "scoring"),
    ],
)
def test_items_that_cannot_work_are_mistakes_of_the_rubric(tmp_path: Path, items: str, more: str, why: str) -> None:
    with pytest.raises(GraderError, match=why):
        read(tmp_path, items, more)
