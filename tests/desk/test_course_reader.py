"""What is read over all submissions: who needs a tutor, who has had one, and what the lines of a question are."""

from __future__ import annotations

from decimal import Decimal

from grader.desk.manual_grading import GradingDesk


def test_graded_and_open_submissions_of_a_question(desk: GradingDesk) -> None:
    names = desk.records.names(desk.batch)
    assert (desk.graded_by_people("how"), desk.open_in("how")) == (set(), set(names))
    desk.decide("how", names[:1], {"method": (Decimal(1), "")}, "T")
    desk.decide("why", names[1:2], {"length": (Decimal(0), "")}, "T")
    assert (desk.graded_by_people("how"), desk.open_in("how")) == ({names[0]}, set(names[1:]))
    assert desk.graded_by_people("why") == set(), "its other line still needs review"
    assert set(desk.queue("how")) == set(names)


def test_lines_are_the_checks_with_points_and_all_of_them_are_checks(desk: GradingDesk) -> None:
    assert list(desk.lines("why")) == list(desk.checks("why")) == ["length", "sense"]
    assert desk.checks("nothing") == {}
    assert str(desk.title_of("why")) == "Why"
