"""Hostile reports in a real browser: no script of a submission's runs, and nothing is loaded.

Each page is opened in headless Chromium, beside a server on loopback that records requests. The same words, put into a page
without the escaping and the policy, do run and load: so the test can detect an attack.
"""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from grader.model import PageImage
from grader.model.summary import summary_of
from grader.report import pages
from grader.report.class_medians import medians_of
from tests.desk.test_desk import serious
from tests.report.test_class_index import ROWS
from tests.report.test_class_medians import rows
from tests.report.test_excerpts import HERE, finding, report
from tests.report.test_pages import report_with

pytestmark = pytest.mark.browser

SETTLING = 300  # milliseconds after a page has loaded, in which its events, timers and frames begin


@dataclass
class Listener:
    """A server on loopback, and the paths of its requests."""

    port: int = 0
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all pages, as each new one starts a process."""
    with browser.new_context() as context:
        yield context.new_page()


def opened(page: str, folder: Path, tab: Page) -> str:
    """The page as it stands when the browser is done with it."""
    (folder / "page.html").write_text(page, encoding="utf-8")
    tab.goto((folder / "page.html").as_uri())
    tab.wait_for_timeout(SETTLING)
    return tab.content()


def payloads(port: int) -> dict[str, str]:
    here, override = f"http://127.0.0.1:{port}", "document.documentElement.dataset.ran=1"
    return {
        "script": f"<script>{override}</script><script src='{here}/script.js'></script>",
        "closing": f"</p></td></style></script></title></textarea></svg><script>{override}</script><img src={here}/closing>",
        "handler": f"<img src=x onerror='{override}'><svg onload='{override}'></svg><details open ontoggle='{override}'>x</details>",
        "attribute": f"\" onmouseover='{override}' autofocus onfocus='{override}' style='background:url({here}/attribute)' x=\"",
        "image": f"<img src='{here}/image'><picture><source srcset='{here}/set'></picture><video poster='{here}/poster'></video>",
        "style": f"<style>@import url({here}/import); body {{ background: url({here}/background) }}</style><link rel=stylesheet href={here}/link>",
        "frame": f"<iframe src='{here}/frame'></iframe><iframe srcdoc='<script>parent.{override}</script>'></iframe><object data='{here}/object'></object>",
        "refresh": f"<meta http-equiv=refresh content='0;url={here}/refresh'><base href='{here}/'><form action='{here}/form' id=f></form>",
        "svg": f"<svg><use href='{here}/use#x'/><image href='{here}/svg'/><animate attributeName=href values='{here}/a'/><script>{override}</script></svg>",
        "latex": rf"$\href{{javascript:{override}}}{{x}}$ $\includegraphics{{{here}/latex}}$ $\text{{<img src={here}/text onerror={override}>}}$",
        "link": f"[x](javascript:{override}) <a href='javascript:{override}' ping='{here}/ping'>x</a> {here}/plain",
        "template": "{{ 7 * 7 }} {% include '/etc/passwd' %} ${7*7} <%= 7*7 %>",
        "bidi": "\u202eevil\u2066 \x1b]8;;http://127.0.0.1\x07x\x1b]8;;\x07 \x00\ufffe",
    }


@pytest.mark.parametrize("kind", list(payloads(0)))
def test_a_hostile_report_runs_nothing_and_loads_nothing(
    kind: str, listener: Listener, tmp_path: Path, tab: Page
) -> None:
    words = payloads(listener.port)[kind]
    for name, page in (
        ("report", pages.report_page(report_with(words))),
        ("index", pages.index_page(words, [summary_of(report_with(words))])),
    ):
        (tmp_path / name).mkdir()
        shown = opened(page, tmp_path / name, tab)
        assert not re.search(r"<html[^>]*data-ran", shown)
        assert "</html>" in shown
    assert listener.asked == []


def test_without_our_care_the_same_words_run_and_load(listener: Listener, tmp_path: Path, tab: Page) -> None:
    words = payloads(listener.port)
    page = f"<!doctype html><html><body>{words['script']}{words['image']}{words['handler']}</body></html>"
    assert re.search(r"<html[^>]*data-ran", opened(page, tmp_path, tab))
    assert {"/script.js", "/image"} <= set(listener.asked)


def test_the_policy_stops_what_the_escaping_misses(listener: Listener, tmp_path: Path, tab: Page) -> None:
    page = pages.report_page(report_with("words"))
    slipped = "".join(payloads(listener.port)[kind] for kind in ("script", "handler", "image", "style", "frame", "svg"))
    shown = opened(page.replace("</body>", slipped + "</body>"), tmp_path, tab)
    assert not re.search(r"<html[^>]*data-ran", shown)
    assert listener.asked == []


def test_the_index_is_searched_and_filtered_and_complete_without_a_script(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(pages.index_page("title", ROWS), encoding="utf-8")
    for script in (True, False):
        with browser.new_context(java_script_enabled=script) as context:
            tab = context.new_page()
            tab.goto((tmp_path / "index.html").as_uri())
            teams = tab.locator("#sortable tbody tr:visible th")
            assert teams.all_inner_texts() == ["Ann", "Ben", "Cem late"]
            assert tab.get_by_role("search").is_visible() is script
            if not script:
                continue
            tab.get_by_label("Search").fill("be")
            assert teams.all_inner_texts() == ["Ben"]
            tab.get_by_label("Search").fill("")
            tab.get_by_label("Show").select_option("late")
            assert teams.all_inner_texts() == ["Cem late"]
            tab.get_by_label("Show").select_option("")
            tab.locator("select[name=check]").select_option("c")
            assert teams.all_inner_texts() == ["Ben", "Cem late"]
            assert tab.get_by_role("status").inner_text() == "2 / 3"
            tab.get_by_role("button", name="Total").click()
            tab.get_by_role("button", name="Total").click()
            assert tab.locator("#sortable th[aria-sort=descending]").inner_text().startswith("Total")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_with_code_and_pictures_is_accessible_and_fits_a_phone(
    scheme: Literal["light", "dark"], browser: Browser, tmp_path: Path
) -> None:
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    made = report(finding("late"), finding(place=replace(HERE, line=4), check="d"))
    made = replace(made, pictures={"q": (PageImage("A figure", dot),)}, class_statistics=True, source=f"{'x' * 90}.zip")
    (tmp_path / "report.html").write_text(pages.report_page(made, medians_of(rows([1] * 10))), encoding="utf-8")
    (tmp_path / "index.html").write_text(pages.index_page("title", ROWS), encoding="utf-8")
    with browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme) as context:
        tab = context.new_page()
        for name in ("report", "index"):
            tab.goto((tmp_path / f"{name}.html").as_uri())
            assert serious(tab) == [], name
            assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
            cut = "[...document.querySelectorAll('.check p')].filter((one) => one.scrollWidth > one.clientWidth).length"
            assert tab.evaluate(cut) == 0, name
