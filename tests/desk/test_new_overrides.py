"""Saving a form: what did not change stays, and another tutor's grade is never replaced without a word."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.desk.manual_grading import GradingDesk
from grader.desk.new_overrides import OutOfDate
from tests.desk.test_comment_bank import given


def save(
    desk: GradingDesk, points: dict[str, str], reason: str = "", by: str = "T", version: str = "", **more: list[int]
) -> None:
    """Save the form of the first submission at the question `why`."""
    name = desk.records.names(desk.batch)[0]
    typed = {check: (Decimal(text), reason) for check, text in points.items()}
    shown = version or desk.form_values("why", name).version
    desk.decide("why", [name], typed, by, more.get("comments", []), {name: shown})


def values(desk: GradingDesk) -> object:
    return desk.form_values("why", desk.records.names(desk.batch)[0])


def test_a_stored_grade_comes_back_with_its_words_and_comments(desk: GradingDesk) -> None:
    one = desk.add_comment("why", "Shares.", "sense", Decimal(1), "T")
    save(desk, {"sense": "1.5"}, "and more", comments=[one])
    found = desk.form_values("why", desk.records.names(desk.batch)[0])
    assert (found.points, found.reason, found.chosen) == ({"sense": "1.5"}, "and more", frozenset({one}))


def test_a_form_that_is_saved_again_changes_nothing(desk: GradingDesk) -> None:
    save(desk, {"sense": "1"}, "because")
    before = values(desk)
    save(desk, {"sense": "1.0"}, "because", by="U")
    assert values(desk) == before
    assert [override.by for override in desk.records.overrides()] == ["T"]


def test_a_line_that_is_not_touched_keeps_its_tutor_and_reason(desk: GradingDesk) -> None:
    save(desk, {"sense": "1"}, "because")
    save(desk, {"sense": "1", "length": "0"}, "too long", by="U", version="")
    assert {(override.check, override.by) for override in desk.records.overrides()} == {("sense", "U"), ("length", "U")}
    save(desk, {"sense": "2", "length": "0"}, "too long", by="V")
    assert {(override.check, override.by) for override in desk.records.overrides()} == {("sense", "V"), ("length", "U")}


def test_two_comments_add_up(desk: GradingDesk) -> None:
    numbers = [desk.add_comment("why", text, "sense", Decimal(1), "T") for text in ("Shares.", "Differs.")]
    save(desk, {}, comments=numbers)
    assert given(desk) == [("1", Decimal(2), "Shares.\nDiffers.")]


def test_a_second_tutor_learns_of_the_first_ones_grade_and_nothing_is_replaced(desk: GradingDesk) -> None:
    opened = desk.form_values("why", desk.records.names(desk.batch)[0]).version
    save(desk, {"sense": "2"}, "good", by="A", version=opened)
    with pytest.raises(OutOfDate, match="A has graded this since you opened the page"):
        save(desk, {"sense": "0"}, "bad", by="B", version=opened)
    assert given(desk) == [("1", Decimal(2), "good")]
    save(desk, {"sense": "0"}, "bad", by="B")
    assert given(desk) == [("1", Decimal(0), "bad")]


def test_a_form_that_is_sent_twice_is_saved_once_and_not_out_of_date(desk: GradingDesk) -> None:
    opened = desk.form_values("why", desk.records.names(desk.batch)[0]).version
    for by in ("A", "A", "B"):
        save(desk, {"sense": "2"}, "good", by=by, version=opened)
    assert [(override.by, override.points) for override in desk.records.overrides()] == [("A", Decimal(2))]


def test_a_grade_that_was_undone_meanwhile_is_noticed_too(desk: GradingDesk) -> None:
    save(desk, {"sense": "2"}, by="A")
    opened = desk.form_values("why", desk.records.names(desk.batch)[0]).version
    desk.undo("A")
    with pytest.raises(OutOfDate, match="was undone"):
        save(desk, {"sense": "0"}, by="B", version=opened)
