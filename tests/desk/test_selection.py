"""Lists of submissions: every filter, alone and together, and nothing of an address is believed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.desk.assignments import assign_question
from grader.desk.manual_grading import GradingDesk
from grader.desk.selection import Filters, listed, selected


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), "1234"),
        (Filters(q="1000003"), "3"),
        (Filters(state="open"), "234"),
        (Filters(state="tutor"), "1"),
        (Filters(check="length", result="passed"), "1234"),
        (Filters(check="length", result="failed"), ""),
        (Filters(check="sense", state="tutor"), "1"),
        (Filters(check="sense", result="needs_review", state="open", q="1000002"), "2"),
        (Filters(mine="yes"), "12"),
    ],
)
def test_all_filters_have_to_fit(desk: GradingDesk, filters: Filters, found: str) -> None:
    names = desk.records.names(desk.batch)
    desk.decide("why", names[:1], {"sense": (Decimal(1), "")}, "T")
    with desk.records.writing() as tables:
        tables.assignments.put("why", dict.fromkeys(names[:2], "A") | dict.fromkeys(names[2:], "B"))
    rows = selected(desk, listed(desk, "why", filters.check), filters, "A")
    assert "".join(row.team[-1] for row in rows) == found


def test_the_points_are_those_of_the_check_that_the_list_is_about(desk: GradingDesk) -> None:
    assert {(row.earned, row.state, row.result) for row in listed(desk, "why", "length")} == {
        (Decimal(1), "automatic", "passed")
    }
    assert {(row.earned, row.state, row.result) for row in listed(desk, "why")} == {(None, "open", "")}
    assert listed(desk, "why", "method") == [], "a check of another question"


def test_filters_of_an_address_are_known_values_and_come_back() -> None:
    given = {"q": " a ", "state": "wrong", "check": "c", "result": "failed", "mine": "1", "more": "x"}
    filters = Filters.of(given)
    assert filters == Filters("a", "", "c", "failed", "yes")
    assert filters.address() == "?q=a&check=c&result=failed&mine=yes"
    assert filters.address(state="open", q="") == "?state=open&check=c&result=failed&mine=yes"
    assert Filters.of({"result": "failed"}) == Filters(), "a result needs a check"
    assert Filters().address() == "?"


def test_hidden_names_are_not_searched_nor_sorted_by(desk: GradingDesk) -> None:
    assign_question(desk, "why", ["A"])
    desk.shown.set_anonymous(True)
    rows = listed(desk, "why")
    assert [desk.shown.address(row.name) for row in rows] == ["~1", "~2", "~3", "~4"]
    assert selected(desk, rows, Filters(q="Team_"), "A") == []
    assert len(selected(desk, rows, Filters(q="submission 2"), "A")) == 1
