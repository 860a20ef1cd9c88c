"""The form at the desk in a browser: it keeps every word, its keys keep their meaning, and nothing is lost in silence."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, expect

from grader.desk.manual_grading import GradingDesk
from tests.desk.conftest import Served
from tests.desk.test_desk import opened, ready

SENSE = 'input[name="points:sense"]'


def at(browser: Browser, served: Served, name: str) -> Page:
    page = opened(browser, served)
    page.goto(urljoin(served.address, f"/question/why/{name}"))
    ready(page)
    return page


def test_a_form_with_a_mistake_comes_back_as_it_was_typed(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    comment = desk.add_comment("why", "Shares.", "sense", Decimal(1), "T")
    page = at(browser, served, desk.records.names(desk.batch)[0])
    page.keyboard.press("1")
    page.fill(SENSE, "7")
    page.fill("#reason", "A long and careful comment.")
    page.press(SENSE, "Enter")
    expect(page.get_by_role("alert")).to_contain_text("the range is 0 to 2")
    expect(page.locator(SENSE)).to_have_value("7")
    expect(page.locator("#reason")).to_have_value("A long and careful comment.")
    expect(page.locator(f'input[name="comment"][value="{comment}"]')).to_be_checked()


def test_ticked_comments_add_up_within_the_points_and_keys_stay_with_them(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    for text, points in (("Shares.", "1.5"), ("Differs.", "1")):
        desk.add_comment("why", text, "sense", Decimal(points), "T")
    names = desk.records.names(desk.batch)
    page = at(browser, served, names[0])
    for key, field in (("2", "1"), ("1", "2"), ("2", "1.5"), ("1", "")):
        page.keyboard.press(key)
        expect(page.locator(SENSE)).to_have_value(field)
    page.keyboard.press("2")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(urljoin(served.address, f"/question/why/{names[1]}"))
    expect(page.locator("#choices li").first).to_contain_text("Shares.")
    expect(page.locator('#choices [data-key="1"]')).to_have_attribute("data-points", "1.5")


def test_two_tutors_at_one_submission_lose_nothing(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    name = desk.records.names(desk.batch)[0]
    one, other = at(browser, served, name), at(browser, served, name)
    for page, points, reason in ((one, "2", "good"), (other, "0", "bad")):
        page.fill(SENSE, points)
        page.fill("#reason", reason)
        page.press(SENSE, "Enter")
    expect(other.get_by_role("alert")).to_contain_text("has graded this since you opened the page")
    expect(other.locator(".by")).to_contain_text("2 points. good")
    expect(other.locator(SENSE)).to_have_value("0")
    assert [override.points for override in desk.records.overrides()] == [Decimal(2)]
    other.press(SENSE, "Enter")
    expect(other.locator("h1")).not_to_contain_text(name)
    other.goto(urljoin(served.address, f"/question/why/{name}"))
    expect(other.locator(".by")).to_contain_text("0 points. bad")


def test_keys_work_after_a_click_into_the_submission(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    page = at(browser, served, desk.records.names(desk.batch)[0])
    page.frame_locator("iframe").locator("blockquote").first.click()
    page.keyboard.press("h")
    expect(page.locator(SENSE)).to_have_value("1")
    before = page.url
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url != before


def test_a_comment_can_be_removed(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    comment = desk.add_comment("why", "Shares.", "sense", Decimal(1), "T")
    page = opened(browser, served)
    page.goto(urljoin(served.address, f"/bank/why/{comment}"))
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status")).to_contain_text("The comment was removed")
    assert desk.bank.search("why") == []


def test_a_comment_with_a_mistake_comes_back_as_it_was_typed(browser: Browser, served: Served) -> None:
    page = opened(browser, served)
    page.goto(urljoin(served.address, "/bank/why"))
    page.fill("#text", "A long comment.")
    page.fill("#points", "99")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_contain_text("the range is")
    expect(page.locator("#text")).to_have_value("A long comment.")
    expect(page.locator("#points")).to_have_value("99")


def test_shares_of_the_points_have_keys_and_any_fraction_is_kept(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    name = desk.records.names(desk.batch)[0]
    page = at(browser, served, name)
    for key, field in (("0", "0"), ("h", "1"), ("f", "2")):
        page.keyboard.press(key)
        expect(page.locator(SENSE)).to_have_value(field)
    page.keyboard.press("e")
    page.keyboard.type("0.333")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert [str(override.points) for override in desk.records.overrides()] == ["0.333"]


def test_an_item_is_added_without_leaving_the_submission(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    desk.add_comment("why", "Shares.", "sense", Decimal("1.5"), "T")
    page = at(browser, served, desk.records.names(desk.batch)[0])
    page.keyboard.press("1")
    page.fill("#reason", "Typed before.")
    page.press("#reason", "Escape")
    page.keyboard.press("a")
    page.keyboard.type("No units.")
    page.select_option('[name="item-check"]', "sense")
    page.fill('[name="item-points"]', "-9")
    page.press('[name="item-points"]', "Enter")
    expect(page.get_by_role("alert")).to_contain_text("the range is -2 to 2")
    page.fill('[name="item-points"]', "-0.25")
    page.press('[name="item-points"]', "Enter")
    expect(page.locator(SENSE)).to_have_value("1.25")
    expect(page.locator("#reason")).to_have_value("Typed before.")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    [override] = desk.records.overrides()
    assert (override.points, override.reason) == (Decimal("1.25"), "Shares.\nNo units.\nTyped before.")


def test_the_keys_are_shown_on_request_and_arrows_scroll_the_submission(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    page = at(browser, served, desk.records.names(desk.batch)[0])
    expect(page.locator("#keys li").first).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#keys li").first).to_be_visible()
    frame = page.locator(".sides iframe")
    frame.evaluate("one => { one.style.height = '60px' }")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.querySelector('.sides iframe').contentWindow.scrollY > 0")


def test_unfinished_reports_are_published_only_with_a_confirmation(browser: Browser, served: Served) -> None:
    page = opened(browser, served)
    page.goto(urljoin(served.address, "/publish"))
    form = page.locator("main form")
    form.evaluate("one => { one.noValidate = true }")
    with page.expect_navigation():
        page.get_by_role("button", name="Publish all reports").click()
    assert page.url.endswith("/publish")
    page.get_by_role("checkbox", name="not fully graded").check()
    page.get_by_role("button", name="Publish all reports").click()
    expect(page.get_by_role("status")).to_contain_text("Published")
