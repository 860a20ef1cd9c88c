"""Finding one's way in a browser and without a script: jump, who else is here, and what was saved meanwhile."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urljoin

from playwright.sync_api import Browser, expect

from grader.desk.manual_grading import GradingDesk
from tests.desk.conftest import Served
from tests.desk.test_desk import opened, ready
from tests.desk.visits import visitors


def test_search_leads_to_a_team_with_all_of_its_questions(desk: GradingDesk) -> None:
    [visitor] = visitors(desk.folder)
    name = desk.records.names(desk.batch)[1]
    page = visitor.get("/find?q=1000002")
    assert f'href="/team/{name}"' in page.text
    team = visitor.get(f"/team/{name}")
    assert f'href="/question/why/{name}"' in team.text
    assert "Team_1000002" in team.words
    assert "Nothing found." in visitor.get("/find?q=nobody").words
    assert "<html" not in visitor.get("/find?q=1000002", hx_request="true").text
    assert visitor.get("/team/nobody").status == 400


def test_two_tutors_at_one_submission_know_of_each_other(desk: GradingDesk) -> None:
    one, other = visitors(desk.folder, 2)
    name = desk.records.names(desk.batch)[0]
    here = f"/here/how/{name}?version={desk.form_values('how', name).version}"
    assert one.get(here).words == ""
    assert other.get(here).words == "Also open at: Tutor T"
    assert one.get("/here").words == "How: Tutor T"
    desk.decide("how", [name], {"method": (Decimal(1), "")}, "U")
    assert "Somebody has graded this since" in one.get(here).words


def test_a_team_is_reached_by_keyboard_at_the_same_question(browser: Browser, served: Served) -> None:
    page = opened(browser, served)
    page.get_by_role("link", name="How", exact=True).click()
    ready(page)
    page.keyboard.press("/")
    page.keyboard.type("1000007")
    expect(page.locator("#found li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Team_1000007")
    assert "/question/how/" in page.url


def test_a_tutor_sees_at_once_that_another_one_has_graded(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    name = desk.records.names(desk.batch)[0]
    page = opened(browser, served)
    page.goto(urljoin(served.address, f"/question/how/{name}"))
    page.fill("#reason", "Typed before.")
    desk.decide("how", [name], {"method": (Decimal("0.5"), "theirs")}, "Tutor U")
    expect(page.get_by_role("alert")).to_contain_text("Somebody has graded this since")
    page.locator('input[name="points:method"]').fill("1")
    page.locator('input[name="points:method"]').press("Enter")
    expect(page.get_by_text("Tutor U has graded this")).to_be_visible()
    expect(page.locator(".by")).to_contain_text("theirs")
    expect(page.locator("#reason")).to_have_value("Typed before.")
    page.get_by_role("link", name="Keep that grade and continue").click()
    expect(page.locator("h1")).not_to_have_text(desk.teams()[name])
    assert [override.points for override in desk.records.overrides()] == [Decimal("0.5")]


def test_the_history_of_a_line_is_beside_it(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    name = desk.records.names(desk.batch)[0]
    for points, by in (("0.5", "Tutor U"), ("1", "Tutor V")):
        desk.decide("how", [name], {"method": (Decimal(points), f"by {by}")}, by)
    desk.undo("Tutor V")
    page = opened(browser, served)
    page.goto(urljoin(served.address, f"/question/how/{name}"))
    page.get_by_text("History (2)").click()
    lines = page.locator(".check details li")
    expect(lines.nth(0)).to_contain_text("Tutor V: 1 (undone)")
    expect(lines.nth(1)).to_contain_text("Tutor U: 0.5 by Tutor U")
