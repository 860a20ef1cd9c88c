"""A tutor's overrides as CSV: read, and checked against rubric and teams."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.model import Override
from grader.rubric.load import parse_rubric
from grader.scoring.overrides_csv import read_overrides, validate_overrides

RUBRIC = parse_rubric(
    """\
rubric: 1
title: Example
points: 3
questions:
  - id: q
    title: A question
    points: 3
    checks:
      - {kind: manual, id: one, points: 1, guide: g}
      - {kind: manual, id: two, points: 2, guide: g}
""",
    "r.yaml",
)


def test_overrides_are_read_and_mistakes_named(tmp_path: Path) -> None:
    path = tmp_path / "overrides.csv"
    path.write_text("team,check,points,by,reason\nt,two,1.5,tutor,half\n", encoding="utf-8")
    assert read_overrides(path) == [Override("t", "two", Decimal("1.5"), "tutor", "half")]
    path.write_text("team,check,points,by,reason\nt,two,much,tutor,half\n", encoding="utf-8")
    with pytest.raises(GraderError, match=r"overrides.csv:2: not a number"):
        read_overrides(path)
    path.write_text("team,check,points\nt,two,1\n", encoding="utf-8")
    with pytest.raises(GraderError, match="missing column by, reason"):
        read_overrides(path)
    path.write_text('team,check,points,by,reason\nt,one,1,tutor,"right\nt,two,0,tutor,wrong\n', encoding="utf-8")
    with pytest.raises(GraderError, match="csv:2: a quotation mark is not closed"):
        read_overrides(path)
    path.write_text("team;check;points;by;reason\nt;two;0,5;tutor;half\n;;;;\n", encoding="cp1252")
    assert read_overrides(path) == [Override("t", "two", Decimal("0.5"), "tutor", "half")]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (Override("other", "two", Decimal(1), "t", "r"), "0 submissions have this team name"),
        (Override("team", "tow", Decimal(1), "t", "r"), "the rubric has no check tow"),
        (Override("team", "two", Decimal(3), "t", "r"), "which allows 0 to 2"),
    ],
)
def test_overrides_that_fit_nothing_are_an_error(override: Override, message: str) -> None:
    with pytest.raises(GraderError, match=message):
        validate_overrides([override], RUBRIC, ["team"])
    with pytest.raises(GraderError, match="2 submissions"):
        validate_overrides([Override("team", "two", Decimal(1), "t", "r")], RUBRIC, ["team", "team"])
