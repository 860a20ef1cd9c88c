"""A tutor at the desk: by keyboard only, two at once, and against attacks by a submission or another page."""

from __future__ import annotations

import http.client
import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Literal
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, FloatRect, Locator, Page, expect

from grader.desk.manual_grading import GradingDesk
from grader.model import CellRun
from grader.results.output_folder import report_of, write_report
from grader.results.results_database import ResultsDatabase
from tests.desk.conftest import TEAMS, Served
from tests.helpers import ROOT


def opened(browser: Browser, served: Served) -> Page:
    page = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
    served.visit(page)
    return page


def ready(page: Page) -> None:
    """Wait until the page listens to keys."""
    page.locator("body[data-ready]").wait_for()


def follow(page: Page, button_or_link: Locator) -> None:
    """Click, and wait for the page that comes: what is read afterwards is never that of the old one."""
    with page.expect_navigation():
        button_or_link.click()


def test_ten_submissions_of_two_questions_by_keyboard_only(browser: Browser, served: Served) -> None:
    page = opened(browser, served)
    for question, key in (("Why", "h"), ("How", "f")):
        expect(page.get_by_role("row", name=question).get_by_role("cell").first).to_have_text(str(TEAMS))
        while page.evaluate("document.activeElement.textContent") != question:
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        for left in range(TEAMS, 0, -1):
            expect(page.get_by_text(f" {left} remaining")).to_be_visible()
            ready(page)
            page.keyboard.press(key)
            page.keyboard.press("r")
            page.keyboard.type(f"reason {left}")
            page.keyboard.press("Escape")
            page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Nothing is left to grade in")
    rows = list(ResultsDatabase(served.out).rows())
    assert {(row.certain, row.total) for row in rows} == {(Decimal(3), Decimal(3))}
    page.goto(urlsplit(served.address)._replace(path="/publish", query="").geturl())
    page.get_by_role("button", name="Publish all reports").press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"{TEAMS} reports changed")
    for row in rows:
        html = (served.out / "reports" / f"{row.name}.html").read_text()
        assert html.count("Graded by Tutor T") == 3  # at two items, and on the first screen where one cost a point
        assert report_of(served.out, row.name).grade.total == Decimal(3)
    assert (served.out / "exports" / "points.csv").read_text().count(",3,") == TEAMS
    assert (served.out / "exports" / "result.json").read_text().count('"total": "3') == TEAMS
    with sqlite3.connect(served.out / "grader.sqlite") as store:
        overrides = store.execute("SELECT by, points, reason FROM overrides").fetchall()
    assert len(overrides) == 2 * TEAMS
    assert {(by, points) for by, points, _ in overrides} == {("Tutor T", "1")}
    assert (None, *sorted({reason for _, _, reason in overrides})[:2]) == (None, "reason 1", "reason 10")


def test_a_finding_is_overridden_and_taken_back(browser: Browser, served: Served) -> None:
    page = opened(browser, served)
    follow(page, page.get_by_role("link", name="Why", exact=True))
    team = page.locator("h1").inner_text()
    page.locator('input[name="points:length"]').fill("0")
    page.locator("#reason").fill("copied from the sheet")
    page.get_by_role("button", name=re.compile("Save")).click()

    expect(page.locator("h1")).not_to_have_text(team)

    def earned() -> Decimal | None:
        [row] = [row for row in ResultsDatabase(served.out).rows() if row.team == team]
        return next(check.earned for check in row.checks if check.check == "length")

    assert earned() == 0
    ready(page)
    page.keyboard.press("u")
    expect(page.locator("h1")).to_have_text(team)
    assert earned() == 1
    [row] = [row for row in ResultsDatabase(served.out).rows() if row.team == team]
    assert [one.why for one in ResultsDatabase(served.out).history(row.name)] == [
        "graded",
        "graded by Tutor T",
        "undone by Tutor T",
    ]


def test_points_beyond_the_limits_are_reported_and_not_saved(browser: Browser, served: Served) -> None:
    page = opened(browser, served)
    page.get_by_role("link", name="How", exact=True).click()
    for given, told in (("1.5", "the range is 0 to 1"), ("much", "is not a number"), ("", "Enter points")):
        page.locator('input[name="points:method"]').fill(given)
        page.get_by_role("button", name=re.compile("Save")).click()
        expect(page.get_by_role("alert")).to_contain_text(told)
    assert ResultsDatabase(served.out).overrides() == []


def test_two_browsers_get_different_submissions_in_an_order_of_no_meaning(browser: Browser, served: Served) -> None:
    first, second = opened(browser, served), opened(browser, served)
    seen = []
    for page in (first, second):
        follow(page, page.get_by_role("link", name="How", exact=True))
        seen.append(page.locator("h1").inner_text())
    assert seen[0] != seen[1]
    names = [f"Team_{1000001 + number}" for number in range(TEAMS)]
    for _ in range(TEAMS - 1):
        ready(first)
        with first.expect_navigation():
            first.keyboard.press("n")
        seen.append(first.locator("h1").inner_text())
    order = [seen[0], *seen[2:]]
    assert sorted(order) == names
    assert order != names


def test_a_published_total_is_not_changed_without_confirmation(browser: Browser, served: Served) -> None:
    page = opened(browser, served)
    publish = urlsplit(served.address)._replace(path="/publish", query="").geturl()
    for points, confirm in (("0.5", False), ("1", True)):
        for question in ("Why", "How"):
            row = next(ResultsDatabase(served.out).rows())
            page.goto(urlsplit(publish)._replace(path=f"/question/{question.lower()}/{row.name}").geturl())
            for field in page.locator('input[name^="points:"]').all():
                field.fill(points)
            follow(page, page.get_by_role("button", name=re.compile("Save")))
        page.goto(publish)
        if confirm:
            changed = page.get_by_role("region", name="Published totals that have changed").get_by_role("row").nth(1)
            expect(changed.get_by_role("cell")).to_have_text(["1.5", "3"])
            page.get_by_role("checkbox", name="old totals").check()
        page.get_by_role("checkbox", name="not fully graded").check()
        page.get_by_role("button", name="Publish all reports").click()
        expect(page.get_by_role("status")).to_contain_text("Published")


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> $\\href{javascript:alert(3)}{x}$ [a](javascript:alert(4)) "
    "<iframe src='http://127.0.0.1:9/frame'></iframe><form action='http://127.0.0.1:9/f'><button>x</button></form>"
)


@pytest.mark.parametrize("served", [HOSTILE], indirect=True)
def test_a_hostile_answer_shows_no_dialog_and_asks_for_nothing(browser: Browser, served: Served) -> None:
    page = browser.new_context().new_page()
    dialogs: list[str] = []
    asked: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    refused: list[str] = []
    page.on("dialog", dismiss)
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served.address)
    page.get_by_role("link", name="Why", exact=True).click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("onerror=alert(2)")).to_be_visible()
    page.get_by_role("link", name="Report").click()
    expect(page.get_by_text("onerror=alert(2)").first).to_be_visible()
    page.goto(urljoin(served.address, "/groups/why"))
    page.get_by_role("table").get_by_role("link").click()
    expect(page.locator(".members li")).to_have_count(TEAMS)
    expect(page.frame_locator("iframe").get_by_text("onerror=alert(2)")).to_be_visible()
    assert refused == []
    assert dialogs == []
    own = urlsplit(served.address).netloc
    assert {urlsplit(url).netloc for url in asked} == {own}
    assert any("/answer/" in url for url in asked)


def test_code_stands_beside_what_it_printed_and_does_not_run(browser: Browser, served: Served) -> None:
    name = next(ResultsDatabase(served.out).rows()).name
    run = CellRun(1, "ok", text="printed", source=f"x = 1  # {HOSTILE}\u202e\x1b[31m</blockquote></details>")
    write_report(replace(report_of(served.out, name), cells=(run,)), served.out)
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    dialogs: list[str] = []
    asked: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served.address)
    page.goto(urljoin(served.address, f"/question/why/{name}"))
    frame = page.frame_locator("iframe")
    page.keyboard.press("c")
    source, printed = frame.locator(".source"), frame.get_by_text("printed", exact=True)
    expect(source).to_have_text(f"x = 1  # {HOSTILE}</blockquote></details>")

    def places() -> tuple[FloatRect, FloatRect]:
        left, right = source.bounding_box(), printed.bounding_box()
        assert left is not None
        assert right is not None
        return left, right

    left, right = places()
    assert left["x"] + left["width"] <= right["x"]
    page.set_viewport_size({"width": 390, "height": 844})
    left, right = places()
    assert left["y"] + left["height"] <= right["y"]
    assert dialogs == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(served.address).netloc}


def asked_plainly(served: Served, method: str, path: str, **headers: str) -> tuple[int, str]:
    where = urlsplit(served.address)
    connection = http.client.HTTPConnection(where.netloc, timeout=20)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_who_has_no_token_or_comes_from_elsewhere_is_refused(browser: Browser, served: Served) -> None:
    assert asked_plainly(served, "GET", "/")[0] == 403
    assert asked_plainly(served, "GET", "/?token=wrong")[0] == 403
    assert asked_plainly(served, "GET", "/static/desk.js")[0] == 403
    assert asked_plainly(served, "GET", "/", Host="evil.example")[0] == 421
    page = opened(browser, served)
    [cookie] = page.context.cookies()
    assert cookie["httpOnly"] is True
    assert cookie["sameSite"] == "Strict"
    name = next(ResultsDatabase(served.out).rows()).name
    own = {"Cookie": f"{cookie['name']}={cookie['value']}"}
    assert asked_plainly(served, "GET", "/", **own)[0] == 200
    status, words = asked_plainly(served, "POST", f"/question/how/{name}", **own)
    assert (status, "session has expired" in words) == (400, True)
    assert asked_plainly(served, "POST", "/publish", Sec_Fetch_Site="cross-site", **own)[0] == 403
    assert asked_plainly(served, "GET", "/question/how/nobody", **own)[0] == 400
    assert ResultsDatabase(served.out).overrides() == []


def test_a_folder_without_results_is_a_message(tmp_path: object) -> None:
    from tests.cli.test_app import run

    done = run("desk", str(tmp_path), "--no-browser")
    assert done.returncode == 2
    assert "no graded submissions" in done.stderr


def serious(page: Page) -> list[str]:
    """Return the serious findings of axe-core on a page."""
    found = Axe().run(page, options={"iframes": False}).response["violations"]  # the desk's own frames run no script
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(
    ("scheme", "width"),
    [("light", 390), ("dark", 390), ("light", 640)],
    ids=["phone, light", "phone, dark", "a laptop at 200 %"],
)
def test_every_page_is_accessible_and_fits_the_window(
    browser: Browser, served: Served, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.goto(served.address)
    base = urlsplit(served.address)._replace(query="")
    name = next(ResultsDatabase(served.out).rows()).name
    folder = served.out.as_uri()
    desk = GradingDesk(served.out)
    comment = desk.add_comment("why", "Say why $x$ is so.", "sense", Decimal(1), "T")
    desk.decide("why", [list(desk.teams())[-1]], {}, "T", [comment])
    desk.decide("why", [list(desk.teams())[-2]], {"sense": (Decimal(2), "Whole.")}, "T")
    paths = ("/", f"/question/why/{name}", "/publish", "/bank/why", f"/bank/why/{comment}?text=Why&points=2")
    groups = ("/groups/why", f"/groups/why/{name}", "/overview", "/list/why", "/bulk/why?state=open", "/sharing")
    more = ("/requests", f"/team/{name}", "/find?q=team")
    for address in (
        *(urljoin(base.geturl(), path) for path in (*paths, *groups, *more)),
        f"{folder}/index.html",
        f"{folder}/reports/{name}.html",
    ):
        page.goto(address)
        assert serious(page) == [], address
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{address} is wider than the window by {wide} pixels"
    page.goto(urljoin(base.geturl(), paths[1]))
    expect(page.get_by_role("region", name="The most similar graded answer")).to_contain_text("percent alike")
    page.goto(urljoin(base.geturl(), "/publish"))
    different = page.get_by_role("region", name="Nearly the same answer, different points")
    expect(different.get_by_role("row").nth(1)).to_contain_text("Why")


def test_the_desk_speaks_the_language_of_the_course(browser: Browser, served: Served) -> None:
    with sqlite3.connect(served.out / "grader.sqlite") as store:
        store.execute("UPDATE batches SET language = 'de'")
    # A desk reads the language when it is opened: this one is a process of its own.
    command = [sys.executable, "-m", "grader", "desk", "out", "--tutor", "Tutor T", "--no-browser"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=served.folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            page = browser.new_context().new_page()
            page.goto(process.stdout.readline().split()[-1])
            assert page.locator("html").get_attribute("lang") == "de"
            page.get_by_role("link", name="How", exact=True).click()
            expect(page.get_by_text("noch 10")).to_be_visible()
            expect(page.get_by_text("Noch nicht bewertet.").first).to_be_visible()
            expect(page.get_by_text("Which method?")).to_be_visible()
            page.get_by_role("button", name="Speichern und weiter").click()
            expect(page.get_by_role("alert")).to_have_text(
                "Bitte für mindestens einen Bewertungspunkt Punkte eingeben."
            )
        finally:
            process.terminate()
