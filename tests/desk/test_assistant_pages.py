"""The pages of the assistant, requested as a browser does."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from playwright.sync_api import Browser, expect

from bench.desk import Client
from grader.desk import agreement
from grader.desk.assistant import Assistant
from grader.desk.manual_grading import GradingDesk
from grader.desk.server import make_app
from tests.desk.conftest import Served
from tests.desk.model_server import model_server, says, sends
from tests.desk.test_assistant import QUOTE, items, with_assistant
from tests.desk.test_desk import opened, ready


def pages(desk: GradingDesk, *addresses: str) -> list[str]:
    async def every() -> list[str]:
        client = Client(make_app(desk.folder, "T", frozenset({"desk.example"}), "token"))
        await client.get("/?token=token")
        return [(await client.get(address))[1] for address in addresses]

    with ThreadPoolExecutor(1) as other:  # a browser of another test may have a loop in this thread
        return other.submit(asyncio.run, every()).result()


def test_without_one_the_page_says_so_and_no_submission_loads_a_suggestion(desk: GradingDesk) -> None:
    name = desk.queue("why")[0]
    page, item, suggestion = pages(desk, "/assistant/why", f"/question/why/{name}", f"/suggestion/why/{name}")
    assert "names no assistant" in page
    assert "suggestion" not in item
    assert suggestion.strip() == ""


def test_a_suggestion_ticks_comments_and_saves_nothing(desk: GradingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "MIN_ANSWERS", 2)
    half, whole = items(desk)
    first, second, third, _ = desk.queue("why")
    desk.decide("why", [first], {}, "T", [half])
    desk.decide("why", [second], {}, "T", [whole])
    answers = iter([half, whole, half])
    with model_server(
        lambda handler, body: says({"items": [{"item": next(answers), "quote": QUOTE}]})(handler, body)
    ) as one:
        with_assistant(desk, one).measure("why")
        addresses = ("/assistant/why", f"/question/why/{third}", f"/suggestion/why/{third}")
        monkeypatch.setattr(Assistant, "nameless", lambda self: 1)
        page, item, suggestion = pages(desk, *addresses)
        one.play = sends(b"", 500)
        [trouble] = pages(desk, f"/suggestion/why/{desk.queue('why')[3]}")
    assert "1.00" in page
    assert "small at 127.0.0.1" in page
    assert "1 submission names nobody" in page
    assert f'hx-get="/suggestion/why/{third}"' in item
    assert "Assistant: small at 127.0.0.1" in item
    assert f'data-key="s" data-comments="{half}"' in suggestion
    assert f"<q>{QUOTE}</q>" in suggestion
    assert "status 500" in trouble
    assert third in desk.open_in("why")


def test_one_key_ticks_the_comments_of_a_suggestion(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    half, whole = items(desk)
    named = json.dumps({"endpoint": "http://127.0.0.1:9/v1", "model": "small", "key": ""})
    with closing(sqlite3.connect(desk.records.path)) as database, database:
        database.execute("UPDATE batches SET suggest = ?", (named,))
    page = opened(browser, served)
    fragment = f'<button type="button" data-key="s" data-comments="{half} {whole}">Tick</button>'
    page.route("**/suggestion/**", lambda route: route.fulfill(body=fragment, content_type="text/html"))
    page.get_by_role("link", name="Why", exact=True).click()
    ready(page)
    expect(page.get_by_role("button", name="Tick", exact=True)).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator("input[name=comment]:checked")).to_have_count(2)
    expect(page.locator('input[name="points:sense"]')).to_have_value("2")
    assert desk.records.overrides() == []
