"""Nearly the same answers are graded together, and one that does not belong is taken out."""

from __future__ import annotations

from decimal import Decimal

from playwright.sync_api import Browser, expect

from grader.desk.group_grading import Groups
from grader.desk.manual_grading import GradingDesk
from grader.results.results_database import ResultsDatabase
from tests.desk.conftest import LAST, TEAMS, Served
from tests.desk.test_desk import opened, ready


def test_answers_are_together_as_long_as_they_wait(desk: GradingDesk) -> None:
    groups = Groups(desk)
    [group] = groups.of("why")
    assert sorted(member.team[-1] for member in group.members) == ["1", "2", "3", "4"]
    words = [LAST[int(member.team[-1]) - 1] for member in group.members]
    assert [(m.more, m.less) for m in group.members] == [("", ""), *((word, words[0]) for word in words[1:])]
    teams = [member.team for member in group.members]
    desk.decide("why", [group.members[0].name], {"sense": (Decimal(1), "x")}, "T")
    [smaller] = groups.of("why")
    assert [member.team for member in smaller.members] == teams[1:]
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
    for key in ("n", "x", "h"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"{TEAMS - 1} submissions were graded together")
    rows = list(ResultsDatabase(served.out).rows())
    assert [row.team for row in rows if any(c.check == "sense" and c.earned is None for c in row.checks)] == [out]
    assert len(ResultsDatabase(served.out).overrides()) == TEAMS - 1
