"""Nearly the same answers are graded together, and one that does not belong is taken out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Browser, expect

from grader.desk.group_grading import Groups, _different
from grader.desk.manual_grading import GradingDesk
from grader.results.results_database import ResultsDatabase
from tests.desk.conftest import TEAMS, Served
from tests.desk.test_desk import opened, ready


@pytest.mark.parametrize(
    ("first", "other", "more", "less"),
    [
        ("it is not so", "it is not so", "", ""),
        ("it is not so", "it is so", "", "not"),
        ("not a but b", "a but not b", "not", "not"),
        ("so so", "so", "", "so"),
        ("", "w " * 30, "w " * 24 + "…", ""),
    ],
    ids=["the same", "a word less", "another place", "said twice", "much"],
)
def test_what_differs_is_shown_in_whichever_way_it_does(first: str, other: str, more: str, less: str) -> None:
    assert _different(other.split(), first.split()) == (more, less)


def test_answers_are_together_as_long_as_they_wait(desk: GradingDesk) -> None:
    groups = Groups(desk)
    [group] = groups.of("why")
    assert [member.team[-1] for member in group.members] == ["1", "2", "3", "4"]
    assert [(member.more, member.less) for member in group.members] == [
        ("", ""), ("1", "0"), ("2", "0"), ("3", "0"),
    ]  # fmt: skip
    desk.decide("why", [group.members[0].name], {"sense": (Decimal(1), "x")}, "T")
    [smaller] = groups.of("why")
    assert [member.team[-1] for member in smaller.members] == ["2", "3", "4"]
    desk.decide("why", [member.name for member in smaller.members[1:]], {"sense": (Decimal(2), "y")}, "T")
    assert groups.of("why") == []
    assert {override.points for override in desk.records.overrides()} == {Decimal(1), Decimal(2)}
    desk.undo("T")
    assert len(groups.of("why")[0].members) == 3


def test_a_group_by_keyboard_without_its_outlier(browser: Browser, served: Served) -> None:
    page = opened(browser, served)
    page.get_by_role("link", name="Similar answers to Why").press("Enter")
    page.get_by_role("table").get_by_role("link").press("Enter")
    expect(page.locator("h1")).to_contain_text(f"{TEAMS} answers")
    ready(page)
    out = page.locator(".members li").nth(1).locator("label").inner_text().strip()
    for key in ("n", "x", "2"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"{TEAMS - 1} submissions were graded together")
    rows = list(ResultsDatabase(served.out).rows())
    assert [row.team for row in rows if any(c.check == "sense" and c.earned is None for c in row.checks)] == [out]
    assert len(ResultsDatabase(served.out).overrides()) == TEAMS - 1
