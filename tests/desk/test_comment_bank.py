"""The comment bank: the overrides that come from a comment, and the effects of changing it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from grader.desk.manual_grading import GradingDesk
from grader.errors import GraderError
from grader.results.output_folder import report_of
from grader.results.results_database import ResultsDatabase
from tests.desk.conftest import Served
from tests.desk.test_desk import follow, opened, ready

HALF = Decimal("0.5")


def given(desk: GradingDesk) -> list[tuple[str, Decimal, str]]:
    """Team, points and words of all that counts."""
    return sorted((override.team[-1], override.points, override.reason) for override in desk.records.overrides())


def test_a_changed_comment_changes_everyone_who_got_it_and_one_undo_takes_it_back(desk: GradingDesk) -> None:
    one = desk.add_comment("how", "The step $x$ is missing.", "method", HALF, "T")
    names = desk.records.names(desk.batch)
    desk.decide("how", names[:2], {}, "T", [one])
    desk.decide("how", [names[2]], {"method": (Decimal("0.25"), "And late.")}, "T", [one])
    desk.decide("how", [names[3]], {"method": (Decimal(1), "Good.")}, "T")
    before = given(desk)
    assert before == [
        ("1", HALF, "The step $x$ is missing."),
        ("2", HALF, "The step $x$ is missing."),
        ("3", Decimal("0.25"), "The step $x$ is missing.\nAnd late."),
        ("4", Decimal(1), "Good."),
    ]
    assert [(c.count, c.points) for c in desk.bank.search("how")] == [(3, HALF)]
    assert desk.change_comment("how", one, "Say why.", Decimal("0.75"), "U") == 3
    assert given(desk) == [
        ("1", Decimal("0.75"), "Say why."),
        ("2", Decimal("0.75"), "Say why."),
        ("3", Decimal("0.25"), "Say why.\nAnd late."),
        ("4", Decimal(1), "Good."),
    ]
    assert {row.certain for row in desk.records.rows()} == {Decimal("1.75"), Decimal("1.25"), Decimal(2)}
    assert [(c.text, c.count) for c in desk.bank.search("how")] == [("Say why.", 3)]
    desk.undo("U")
    assert given(desk) == before
    assert [(c.text, c.points) for c in desk.bank.search("how")] == [("The step $x$ is missing.", HALF)]
    assert {row.certain for row in desk.records.rows()} == {Decimal("1.5"), Decimal("1.25"), Decimal(2)}


def test_what_was_withdrawn_or_graded_again_since_is_not_touched_and_named(desk: GradingDesk) -> None:
    one = desk.add_comment("how", "Too short.", "method", HALF, "T")
    names = desk.records.names(desk.batch)
    desk.decide("how", names[:3], {}, "T", [one])
    desk.decide("how", [names[0]], {"method": (Decimal(1), "I was wrong.")}, "T")
    override = next(override for override in desk.records.overrides() if override.team.endswith("2"))
    with desk.records.writing() as tables:
        tables.overrides.add([replace(override, withdrawn=True)], desk.question_keys)
    effects = desk.bank.effects("how", one, "Short.", Decimal(0))
    assert [(e.team[-1], e.untouched, e.changes) for e in effects] == [
        ("1", "graded by hand since", False),
        ("2", "withdrawn since", False),
        ("3", "", True),
    ]
    assert desk.change_comment("how", one, "Short.", Decimal(0), "T") == 1
    assert given(desk) == [("1", Decimal(1), "I was wrong."), ("3", Decimal(0), "Short.")]


def test_what_was_graded_with_other_comments_since_is_not_touched(desk: GradingDesk) -> None:
    first, second = (desk.add_comment("how", text, "method", HALF, "T") for text in ("Too short.", "Too long."))
    [name] = desk.records.names(desk.batch)[:1]
    desk.decide("how", [name], {}, "T", [first])
    desk.decide("how", [name], {}, "T", [second])
    [effect] = desk.bank.effects("how", first, "Short.", HALF)
    assert (effect.untouched, effect.changes) == ("graded with other comments since", False)
    assert desk.change_comment("how", first, "Short.", HALF, "T") == 0
    assert [reason for _, _, reason in given(desk)] == ["Too long."]


def test_the_words_of_a_comment_may_stand_in_another_comment_and_in_the_tutors_own(desk: GradingDesk) -> None:
    """What changes is known from the parts of the reason, not searched for in its text."""
    longer = desk.add_comment("how", "No units here.", "", None, "T")
    shorter = desk.add_comment("how", "No units", "method", HALF, "T")
    [name] = desk.records.names(desk.batch)[:1]
    desk.decide("how", [name], {"method": (HALF, "No units, really.")}, "T", [longer, shorter])
    assert desk.change_comment("how", shorter, "Units are missing", HALF, "T") == 1
    assert [reason for _, _, reason in given(desk)] == ["No units here.\nUnits are missing\nNo units, really."]


def test_a_comment_that_another_tutor_changed_and_took_back_can_still_be_changed(desk: GradingDesk) -> None:
    number = desk.add_comment("how", "First.", "method", HALF, "T")
    [name] = desk.records.names(desk.batch)[:1]
    desk.decide("how", desk.records.names(desk.batch)[1:2], {}, "T", [number])
    desk.change_comment("how", number, "Second.", HALF, "U")
    desk.decide("how", [name], {}, "T", [number])
    desk.undo("U")
    assert [reason for _, _, reason in given(desk)] == ["Second.", "First."]
    assert desk.change_comment("how", number, "Third.", HALF, "T") == 2
    assert [reason for _, _, reason in given(desk)] == ["Third.", "Third."]


def test_a_comment_that_is_given_twice_counts_once(desk: GradingDesk) -> None:
    number = desk.add_comment("how", "No units.", "method", HALF, "T")
    desk.decide("how", desk.records.names(desk.batch)[:1], {}, "T", [number, number])
    assert [reason for _, _, reason in given(desk)] == ["No units."]


def test_a_change_is_refused_if_others_got_the_comment_since_the_preview(desk: GradingDesk) -> None:
    number = desk.add_comment("how", "No units.", "method", HALF, "T")
    first, second = desk.records.names(desk.batch)[:2]
    desk.decide("how", [first], {}, "T", [number])
    shown = sum(effect.changes for effect in desk.bank.effects("how", number, "Units?", HALF))
    desk.decide("how", [second], {}, "U", [number])
    with pytest.raises(GraderError, match="since the preview"):
        desk.change_comment("how", number, "Units?", HALF, "T", expected=shown)
    assert {reason for _, _, reason in given(desk)} == {"No units."}
    assert desk.change_comment("how", number, "Units?", HALF, "T", expected=2) == 2


def test_items_that_add_up_are_changed_for_everyone_and_points_beside_them_stay(desk: GradingDesk) -> None:
    one = desk.add_comment("why", "Two remedies.", "sense", Decimal(1), "T")
    other = desk.add_comment("why", "A reason is missing.", "sense", Decimal("-0.25"), "T")
    names = desk.records.names(desk.batch)
    desk.decide("why", names[:2], {}, "T", [one, other])
    desk.decide("why", [names[2]], {"sense": (Decimal("1.9"), "")}, "T", [one, other])
    desk.decide("why", [names[3]], {}, "T", [other])
    shown = [
        (e.team[-1], str(e.old_points), str(e.new_points)) for e in desk.bank.effects("why", other, "No reason.", -HALF)
    ]
    assert shown == [("1", "0.75", "0.5"), ("2", "0.75", "0.5"), ("3", "1.9", "1.9"), ("4", "0", "0")]
    assert desk.change_comment("why", other, "No reason.", -HALF, "U") == 4
    assert [(team, str(points)) for team, points, _ in given(desk)] == [
        ("1", "0.5"),
        ("2", "0.5"),
        ("3", "1.9"),
        ("4", "0"),
    ]
    desk.undo("U")
    assert [(team, str(points)) for team, points, _ in given(desk)] == [
        ("1", "0.75"),
        ("2", "0.75"),
        ("3", "1.9"),
        ("4", "0"),
    ]


def test_a_comment_of_another_question_is_not_given(desk: GradingDesk) -> None:
    number = desk.add_comment("why", "No units.", "", None, "T")
    with pytest.raises(GraderError, match=f"Comment {number} does not exist"):
        desk.decide("how", desk.records.names(desk.batch)[:1], {"method": (HALF, "")}, "T", [number])
    assert given(desk) == []


@pytest.mark.parametrize(
    ("text", "check", "points", "told"),
    [
        ("  ", "", None, "has no text"),
        ("x" * 4001, "", None, "the limit is 4000"),
        ("Good", "", Decimal(1), "There is no rubric item"),
        ("Good", "method", Decimal(2), "the range is -1 to 1"),
        ("Good", "sense", Decimal(1), "There is no rubric item sense"),
    ],
    ids=["empty", "long", "no line", "too many points", "another question's line"],
)
def test_an_invalid_comment_is_reported(
    desk: GradingDesk, text: str, check: str, points: Decimal | None, told: str
) -> None:
    with pytest.raises(GraderError, match=told):
        desk.add_comment("how", text, check, points, "T")
    assert desk.bank.search("how") == []


def test_a_change_beyond_the_points_of_a_check_changes_nothing(desk: GradingDesk) -> None:
    one = desk.add_comment("how", "Too short.", "method", HALF, "T")
    desk.decide("how", desk.records.names(desk.batch), {}, "T", [one])
    with pytest.raises(GraderError, match="the range is -1 to 1"):
        desk.change_comment("how", one, "Short.", Decimal(2), "T")
    assert {(points, words) for _, points, words in given(desk)} == {(HALF, "Too short.")}
    assert [c.text for c in desk.bank.search("how")] == ["Too short."]


def test_search_wants_all_words_in_any_order(desk: GradingDesk) -> None:
    for text in ("The sign is wrong", "Wrong step", "No units"):
        desk.add_comment("how", text, "", None, "T")
    assert [one.text for one in desk.bank.search("how", "wrong SIGN")] == ["The sign is wrong"]
    assert [one.text for one in desk.bank.search("how", "wrong")] == ["The sign is wrong", "Wrong step"]
    assert desk.bank.search("why") == []


def test_the_bank_by_keyboard_and_in_the_published_report(browser: Browser, served: Served) -> None:
    page = opened(browser, served)
    bank = urlsplit(served.address)._replace(path="/bank/how", query="").geturl()
    for text, points in (("No units.", ""), ("The step $x^2$ <b>lacks</b>.", "0.5")):
        page.goto(bank)
        page.get_by_label("Text for the team").fill(text)
        page.get_by_label("Points").fill(points)
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_role("link", name=text)).to_be_visible()
    page.goto(urlsplit(bank)._replace(path="/question/how").geturl())
    team = page.locator("h1").inner_text()
    ready(page)
    page.keyboard.press("i")
    page.keyboard.type("lacks")
    expect(page.locator("#choices li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator('input[name="points:method"]')).to_have_value("0.5")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).not_to_have_text(team)
    ready(page)
    page.keyboard.press("2")  # its key stays, whatever is used most
    page.keyboard.press("Enter")
    expect(page.get_by_text(" 8 remaining")).to_be_visible()
    page.goto(f"{bank}")
    page.get_by_role("link", name="lacks").click()
    page.get_by_label("Points").fill("0.75")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("row", name=team).get_by_role("cell")).to_have_text(["method", "0.5", "0.75"])
    page.get_by_role("button", name="Apply to all").click()
    expect(page.get_by_role("status")).to_contain_text("2 manual grades changed")
    page.goto(urlsplit(bank)._replace(path="/publish").geturl())
    page.get_by_role("checkbox", name="not fully graded").check()
    follow(page, page.get_by_role("button", name=re.compile("Publish all")))
    row = next(row for row in ResultsDatabase(served.out).rows() if row.team == team)
    html = (served.out / "reports" / f"{row.name}.html").read_text()
    by = html.partition("Graded by Tutor T: 0.75 points.")[2].partition("</p>")[0]
    assert "<math" in by
    assert "&lt;b&gt;lacks&lt;/b&gt;" in by
    assert report_of(served.out, row.name).grade.certain == Decimal("1.75")
