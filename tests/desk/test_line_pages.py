"""Comments at lines in a browser: by a click on the line, by keyboard, and removed again."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin

from playwright.sync_api import Browser, expect

from grader.desk.manual_grading import GradingDesk
from grader.model import CellRun
from grader.results.output_folder import report_of, write_report
from tests.desk.conftest import Served
from tests.desk.test_desk import opened, ready


def test_a_line_gets_a_comment_by_click_and_by_key(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    name = desk.records.names(desk.batch)[0]
    run = CellRun(2, "ok", source="a = 1\nb = 2\nc = 3")
    write_report(replace(report_of(served.out, name), cells=(run,)), served.out)
    page = opened(browser, served)
    page.goto(urljoin(served.address, f"/question/why/{name}"))
    ready(page)
    page.fill("#reason", "Typed before.")
    page.press("#reason", "Escape")
    page.keyboard.press("c")
    frame = page.frame_locator("iframe")
    frame.locator(".source .row").nth(1).click()
    expect(page.locator('[name="line-place"]')).to_have_value("2:2")
    page.keyboard.type("Why two?")
    page.keyboard.press("Enter")
    expect(page.locator("#line-comments li")).to_contain_text("cell 2, line 2 · Tutor T: Why two?")
    expect(frame.locator(".source .by")).to_have_text("Tutor T: Why two?")
    page.locator("h1").click()
    page.keyboard.press("l")
    page.keyboard.type("2:9")
    page.keyboard.press("Tab")
    page.keyboard.type("Beyond.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("no line 9 in cell 2")
    expect(page.locator('[name="line-text"]')).to_have_value("Beyond.")
    page.get_by_role("button", name="Remove the comment at cell 2, line 2").click()
    expect(page.locator("#line-comments li")).to_have_count(0)
    expect(page.locator("#reason")).to_have_value("Typed before.")
    assert desk.report(name).line_comments == ()
