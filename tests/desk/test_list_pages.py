"""All submissions of a question: open ones, those of tutors, and those that were graded automatically."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urljoin

from playwright.sync_api import Browser, expect

from grader.desk.manual_grading import GradingDesk
from grader.desk.selection import listed
from tests.desk.conftest import TEAMS, Served
from tests.desk.test_desk import opened


def test_each_submission_is_listed_with_its_state(desk: GradingDesk) -> None:
    names = desk.records.names(desk.batch)
    desk.decide("how", names[:1], {"method": (Decimal(1), "")}, "T")
    rows = list(listed(desk, "how"))
    assert [row.name for row in rows] == names
    assert [(row.state, row.earned) for row in rows[:2]] == [("tutor", Decimal(1)), ("open", None)]


def test_all_submissions_have_an_order_of_their_own_in_each_question(desk: GradingDesk) -> None:
    names = set(desk.records.names(desk.batch))
    assert set(desk.everyone("why")) == set(desk.everyone("how")) == names
    assert len(desk.everyone("why")) == len(names)
    assert desk.everyone("nothing") == []


def test_a_graded_question_can_be_opened_again(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    names = desk.records.names(desk.batch)
    desk.decide("how", names, {"method": (Decimal(1), "seen")}, "T")
    page = opened(browser, served)
    page.get_by_role("link", name="How", exact=True).click()
    expect(page.get_by_role("rowheader")).to_have_count(TEAMS)
    page.get_by_role("link", name="needs review (0)").click()
    expect(page.get_by_text("No matching submissions.")).to_be_visible()
    page.goto(urljoin(served.address, "/list/how?q=1000003"))
    page.get_by_role("rowheader").get_by_role("link").click()
    expect(page.locator('input[name="points:method"]')).to_have_value("1")
    expect(page.locator("#reason")).to_have_value("seen")
    expect(page.get_by_text(f"of {TEAMS}")).to_be_visible()
