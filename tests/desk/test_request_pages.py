"""Regrade requests from the list to the report: beside the old decision, answered, and opened again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, expect

from grader.desk.manual_grading import GradingDesk
from grader.desk.publish import publish
from tests.desk.conftest import Served
from tests.desk.test_desk import opened
from tests.desk.visits import visitors

LIST = "team;question;request\nTeam_1000002;how;I <b>did</b> say $x^2$.\n"


def test_a_request_is_answered_with_the_points_that_it_is_about(desk: GradingDesk) -> None:
    name = desk.records.names(desk.batch)[1]
    desk.decide("how", [name], {"method": (Decimal("0.5"), "No method.")}, "Tutor U")
    [visitor] = visitors(desk.folder)
    assert "1 request is new." in visitor.post("/requests", list=LIST).words
    assert "1 regrade request is open." in visitor.get("/").words
    item = visitor.get(f"/question/how/{name}")
    assert "&lt;b&gt;did&lt;/b&gt;" in item.text
    assert "0.5 points then" in item.words
    assert "No method." in item.words, "the old decision is beside it"
    version = desk.form_values("how", name).version
    fields = {"answer:1": "You are right.", "points:method": "1", "reason": "Found it.", "version": version}
    visitor.post(f"/question/how/{name}", **fields)
    assert [override.points for override in desk.records.overrides()] == [Decimal(1)]
    assert "regrade request is open" not in visitor.get("/").words
    publish(desk)
    html = (desk.folder / "reports" / f"{name}.html").read_text()
    for words in (
        "Regrade request",
        "&lt;b&gt;did&lt;/b&gt;",
        "0.5 points then",
        "Answer by Tutor T:",
        "You are right.",
    ):
        assert words in html
    other = (desk.folder / "reports" / f"{desk.records.names(desk.batch)[0]}.html").read_text()
    assert "Regrade request" not in other


def test_a_request_is_answered_without_other_points_and_opened_again(desk: GradingDesk) -> None:
    name = desk.records.names(desk.batch)[1]
    [visitor] = visitors(desk.folder)
    visitor.post("/requests", list=LIST)
    visitor.post(f"/question/how/{name}", **{"answer:1": "It stays.", "points:method": ""})
    assert "It stays." in visitor.get("/requests").words
    assert desk.records.overrides() == []
    assert desk.report(name).regrades[0].answer == "It stays."
    assert "It stays." not in visitor.post("/requests/1/open", page="/requests").words
    assert desk.report(name).regrades == ()


def test_a_form_with_a_mistake_keeps_the_answer(desk: GradingDesk) -> None:
    name = desk.records.names(desk.batch)[1]
    [visitor] = visitors(desk.folder)
    visitor.post("/requests", list=LIST)
    page = visitor.post(f"/question/how/{name}", **{"answer:1": "Long words.", "points:method": "9"})
    assert page.status == 422
    assert ">Long words.</textarea>" in page.text
    assert desk.report(name).regrades == ()


def test_a_list_with_a_mistake_comes_back_as_it_was(desk: GradingDesk) -> None:
    [visitor] = visitors(desk.folder)
    page = visitor.post("/requests", list="team;question;request\nNobody;how;x")
    assert page.status == 422
    assert "Nobody names 0 submissions" in page.words
    assert "Nobody;how;x</textarea>" in page.text


def test_a_file_is_taken_in(browser: Browser, served: Served, tmp_path: Path) -> None:
    path = tmp_path / "requests.csv"
    path.write_text(LIST)
    page = opened(browser, served)
    page.goto(urljoin(served.address, "/requests"))
    page.get_by_label("or a file").set_input_files(path)
    page.get_by_role("button", name="Take in").click()
    expect(page.get_by_role("status")).to_contain_text("1 request is new.")
    page.get_by_role("link", name="Team_1000002").click()
    expect(page.locator("h1")).to_have_text("Team_1000002")
    expect(page.get_by_label("Answer (in the report)")).to_be_visible()
