"""Points of cases add up to those of the question, divided as otter does."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.importers.assignment import CannotImport, Case, LeftOut, with_points


@pytest.mark.parametrize(
    ("stated", "total", "expected"),
    [
        ([None, None], None, ["1/2", "1/2"]),
        ([None, None, None], 1, ["1/3", "1/3", "1/3"]),
        ([1, None, None], 2, ["1", "1/2", "1/2"]),
        ([1, None], None, ["1", "0"]),
        ([0, None], None, ["0", "1"]),
        ([0, 0], None, ["0", "0"]),
        ([2, 1], 3, ["2", "1"]),
        ([None], 0, ["0"]),
    ],
)
def test_points(stated: list[int | None], total: int | None, expected: list[str]) -> None:
    cases = [Case("", "", points=None if one is None else Fraction(one)) for one in stated]
    found = with_points(cases, None if total is None else Fraction(total))
    assert [case.points for case in found] == list(map(Fraction, expected))


def test_cases_with_more_points_than_the_question_are_refused() -> None:
    with pytest.raises(CannotImport, match="more points"):
        with_points([Case("", "", points=Fraction(2))], Fraction(1))


def test_what_is_left_out_is_a_line() -> None:
    assert str(LeftOut("cell 3", "it is no Python", "correct it")) == "cell 3: it is no Python; correct it"
