"""A tutor's walk: thirty submissions with code, plot and prose by keyboard, and two tutors who lose nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from grader.results.results_database import ResultsDatabase
from tests.desk.conftest import Served, serving
from tests.desk.test_desk import opened, ready
from tests.desk.walk_course import LINES, POINTS, TEAMS, write_course

KEYS = {"code": "13", "plot": "1", "prose": "12"}  # items of a question that every submission gets


@dataclass
class Walker:
    """A tutor at the keyboard; keys that are no typing are counted."""

    page: Page
    keys: int = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def begin(self, question: str) -> None:
        """Jump to a question and open its next submission."""
        ready(self.page)
        self.press("/")
        self.page.keyboard.type(question)
        expect(self.page.locator("#found li").first).to_contain_text(question.title())
        with self.page.expect_navigation():
            self.press("Enter")
        ready(self.page)
        with self.page.expect_navigation():
            self.press("z")

    def grade(self, question: str, reason: str = "") -> None:
        """Grade the submission that is open, and go on."""
        ready(self.page)
        for key in KEYS[question]:
            self.press(key)
        if reason:
            self.press("r")
            self.page.keyboard.type(reason)
            self.press("Escape")
        with self.page.expect_navigation():
            self.press("Enter")

    def is_at(self, question: str) -> bool:
        return f"/question/{question}/" in self.page.url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_course(tmp_path / "out")
    return tmp_path


def given(served: Served) -> list[tuple[str, str, Decimal, str]]:
    return sorted((one.team, one.check, one.points, one.by) for one in ResultsDatabase(served.out).overrides())


@pytest.mark.slow  # ninety pages in a browser
def test_thirty_submissions_of_five_lines_take_at_most_two_keys_a_line(browser: Browser, folder: Path) -> None:
    with serving(folder) as served:
        walker = Walker(opened(browser, served))
        for question in LINES:
            walker.begin(question)
            frame = walker.page.frame_locator("iframe")
            if question == "code":
                expect(frame.locator(".source").first).to_contain_text("loss.backward()")
            elif question == "plot":
                expect(frame.get_by_role("img", name="Six curves")).to_be_visible()
            else:
                expect(frame.locator("math").first).to_be_visible()
            for number in range(TEAMS):
                walker.grade(question, "Well said." if question == "prose" and number % 10 == 0 else "")
            assert not walker.is_at(question)
        rows = list(ResultsDatabase(served.out).rows())
        assert len(given(served)) == TEAMS * len(POINTS)
        assert {row.total for row in rows} == {sum(map(Decimal, POINTS.values()))}
    assert walker.keys <= 2 * TEAMS * len(POINTS), walker.keys


@pytest.mark.slow  # thirty pages in two browsers
def test_two_tutors_at_two_desks_grade_everything_once(browser: Browser, folder: Path) -> None:
    with serving(folder, "Tutor A") as one, serving(folder, "Tutor B") as other:
        walkers = [Walker(opened(browser, served)) for served in (one, other)]
        for walker in walkers:
            walker.begin("code")
        for number in range(TEAMS):
            walker = walkers[number % 2]
            assert walker.is_at("code")
            walker.grade("code")
        found = given(one)
    assert len(found) == 2 * TEAMS
    assert {check for _, check, _, _ in found} == set(LINES["code"])
    assert {(check, points) for _, check, points, _ in found} == {("loop", Decimal(1)), ("style", Decimal("0.5"))}
    assert {by: sum(one[3] == by for one in found) for by in ("Tutor A", "Tutor B")} == {"Tutor A": 30, "Tutor B": 30}
