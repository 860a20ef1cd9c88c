"""One decision for a whole list: with a preview, within the limits, never over a grade that was made meanwhile."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, expect

from grader.desk.bulk_grading import BulkGrading
from grader.desk.manual_grading import GradingDesk
from grader.desk.selection import Filters
from tests.desk.conftest import TEAMS, Served
from tests.desk.test_comment_bank import given
from tests.desk.test_desk import opened, ready
from tests.desk.visits import Reply, Visitor, visitors


def fields(page: Reply) -> dict[str, Any]:
    """Return the fields of the form of a page, with all members selected."""
    found: dict[str, Any] = {"member": re.findall(r'name="member" value="([^"]+)"', page.text)}
    form = page.text.partition('id="decide"')[2]
    for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form):
        if name != "token" and name != "member" and name != "comment":
            found.setdefault(name, value)
    found["comment"] = re.findall(r'type="hidden" name="comment" value="([^"]+)"', form)
    return found


def filled(visitor: Visitor, address: str, **values: object) -> Reply:
    """Send the form of a list and return the preview."""
    typed = fields(visitor.get(address)) | values
    return visitor.post(address, **typed)


def test_all_that_are_left_get_the_same_points_after_a_preview_and_one_undo_takes_them_back(desk: GradingDesk) -> None:
    names = desk.records.names(desk.batch)
    desk.decide("how", names[:1], {"method": (Decimal("0.5"), "mine")}, "U")
    [visitor] = visitors(desk.folder)
    preview = filled(visitor, "/bulk/how?state=open", **{"points:method": "1", "reason": "as agreed"})
    assert given(desk) == [("1", Decimal("0.5"), "mine")], "nothing is saved before the preview is confirmed"
    assert preview.text.count('name="member"') == 3
    done = visitor.post("/bulk/how?state=open", **fields(preview))
    assert "3 submissions were graded together." in done.words
    assert given(desk) == [("1", Decimal("0.5"), "mine"), *((n, Decimal(1), "as agreed") for n in "234")]
    desk.undo("Tutor T")
    assert given(desk) == [("1", Decimal("0.5"), "mine")]


def test_an_item_is_given_to_all_that_passed_a_check(desk: GradingDesk) -> None:
    item = desk.add_comment("why", "Short enough.", "sense", Decimal("1.5"), "T")
    [visitor] = visitors(desk.folder)
    address = "/bulk/why?check=length&result=passed&target=sense"
    preview = filled(visitor, address, comment=[item])
    assert "1.5 of 2" in preview.words
    visitor.post(address, **fields(preview))
    assert given(desk) == [(n, Decimal("1.5"), "Short enough.") for n in "1234"]


def test_what_is_left_is_what_is_left_of_the_line(desk: GradingDesk) -> None:
    """Another line of the question that needs review must not expose the grade of this one."""
    names = desk.records.names(desk.batch)
    with desk.records.writing() as tables:
        row = tables.submissions.summary(names[0])
        assert row is not None
        checks = tuple(replace(one, earned=None) if one.check == "length" else one for one in row.checks)
        tables.submissions.put(replace(row, checks=checks))
    desk.decide("why", names[1:2], {"sense": (Decimal(1), "")}, "T")
    for line, left in (("sense", [*names[:1], *names[2:]]), ("length", names[:1])):
        page = BulkGrading(desk, "why").page(Filters(state="open"), line, "T")
        assert page is not None
        assert [one.name for one in page.members] == left


def test_points_beyond_the_limits_and_an_empty_form_come_back(desk: GradingDesk) -> None:
    [visitor] = visitors(desk.folder)
    for typed, why in (("9", "the range is 0 to 1"), ("", "Enter points"), ("x", "not a number")):
        page = filled(visitor, "/bulk/how?state=open", **{"points:method": typed, "reason": "kept"})
        assert page.status == 422
        assert why in page.words
        assert ">kept</textarea>" in page.text
    page = filled(visitor, "/bulk/how", **{"points:method": "1", "member": ["nobody"]})
    assert "This list has changed" in page.words
    assert given(desk) == []


def test_a_grade_that_was_made_since_the_preview_is_not_replaced(desk: GradingDesk) -> None:
    [visitor] = visitors(desk.folder)
    preview = filled(visitor, "/bulk/how", **{"points:method": "1", "reason": "all"})
    desk.decide("how", desk.records.names(desk.batch)[1:2], {"method": (Decimal("0.25"), "theirs")}, "U")
    page = visitor.post("/bulk/how", **fields(preview))
    assert page.status == 422
    assert "U has graded this" in page.words
    assert given(desk) == [("2", Decimal("0.25"), "theirs")]


def test_a_line_of_another_question_and_a_question_without_lines_have_no_form(desk: GradingDesk) -> None:
    page = BulkGrading(desk, "how").page(Filters(), "sense", "T")
    assert page is not None
    assert page.target == "method"
    assert BulkGrading(desk, "nothing").page(Filters(), "", "T") is None
    [visitor] = visitors(desk.folder)
    assert "No matching submissions." in visitor.get("/bulk/nothing").words


def test_a_list_is_graded_by_keyboard_without_its_outlier(browser: Browser, served: Served) -> None:
    desk = GradingDesk(served.out)
    page = opened(browser, served)
    page.goto(urljoin(served.address, "/bulk/how?state=open"))
    ready(page)
    for key in ("n", "x", "f"):
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(TEAMS - 1)
    ready(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"{TEAMS - 1} submissions were graded together.")
    left = next(iter(desk.open_in("how")))
    assert left == desk.records.names(desk.batch)[1]
