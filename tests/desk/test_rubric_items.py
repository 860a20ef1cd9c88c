"""Rubric items of the rubric at the desk: offered once, subtracted where scoring is negative, and tutors' own from then on."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from grader.batch.grade_batch import grade_all
from grader.desk.manual_grading import GradingDesk
from grader.rubric.load import read_rubric
from tests.desk.conftest import RUBRIC, WORDS, submission
from tests.desk.test_comment_bank import given
from tests.shared_folder import made_once

ITEMS = (
    ', scoring: negative, items: [{points: 0, text: "Right."}, {points: -0.5, text: "No reason."},'
    ' {points: -1.75, text: "Only one."}]}'
)
WITH_ITEMS = RUBRIC.replace('guide: "Does it make sense?"}', 'guide: "Does it make sense?"' + ITEMS)


@pytest.fixture
def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        (folder / "rubric.yaml").write_text(WITH_ITEMS)
        for number in range(2):
            submission(folder, number, f"{WORDS} {number}")
        for _ in grade_all([folder / "in"], read_rubric(folder / "rubric.yaml"), folder / "out", jobs=1):
            pass

    shutil.copytree(made_once(tmp_path_factory, "desk-with-items", make), tmp_path, dirs_exist_ok=True)
    return tmp_path / "out"


def test_items_come_in_their_order_with_keys_and_only_once(folder: Path) -> None:
    for _ in range(2):
        found = GradingDesk(folder).bank.search("why")
        assert [(one.key, one.text, str(one.points), one.check) for one in found] == [
            ("1", "Right.", "0", "sense"),
            ("2", "No reason.", "-0.5", "sense"),
            ("3", "Only one.", "-1.75", "sense"),
        ]


def test_items_subtract_from_the_full_points_and_never_beyond_zero(folder: Path) -> None:
    desk = GradingDesk(folder)
    right, reason, only = (one.id for one in desk.bank.search("why"))
    first, second = desk.records.names(desk.batch)
    desk.decide("why", [first], {}, "T", [reason])
    desk.decide("why", [second], {}, "T", [reason, only])
    assert [(points, words) for _, points, words in given(desk)] == [
        (Decimal("1.5"), "No reason."),
        (Decimal(0), "No reason.\nOnly one."),
    ]
    desk.decide("why", [second], {}, "T", [right])
    assert given(desk)[1][1:] == (Decimal(2), "Right.")


def test_a_changed_item_of_a_negative_check_recomputes_its_grades(folder: Path) -> None:
    desk = GradingDesk(folder)
    _, reason, _ = (one.id for one in desk.bank.search("why"))
    desk.decide("why", desk.records.names(desk.batch), {}, "T", [reason])
    assert desk.change_comment("why", reason, "No reason given.", Decimal("-0.25"), "U", expected=2) == 2
    assert {(str(points), words) for _, points, words in given(desk)} == {("1.75", "No reason given.")}
    assert [one.text for one in GradingDesk(folder).bank.search("why")] == ["Right.", "No reason given.", "Only one."]


def test_an_item_that_was_removed_is_not_offered_again(folder: Path) -> None:
    desk = GradingDesk(folder)
    desk.remove_comment("why", desk.bank.search("why")[0].id)
    assert [one.text for one in GradingDesk(folder).bank.search("why")] == ["No reason.", "Only one."]


def test_items_are_in_no_report(folder: Path) -> None:
    desk = GradingDesk(folder)
    for path in (folder / "reports").iterdir():
        assert "Only one." not in path.read_text()
    assert desk.negative == {"sense"}
