"""The graded answer that is most like another one, and like answers with different points."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.desk.closest_answer import closest_answer, different_points
from grader.desk.manual_grading import GradingDesk
from grader.desk.publish import rows_of
from grader.desk.rendering import page
from tests.desk.conftest import LAST
from tests.desk.test_assistant_pages import pages


def test_the_closest_graded_answer_stands_beside_the_next_one_with_its_points(desk: GradingDesk) -> None:
    first, second, *_ = desk.queue("why")
    assert closest_answer(desk, "why", second) is None
    desk.decide("why", [first], {"sense": (Decimal(1), "Half of it.")}, "T")
    found = closest_answer(desk, "why", second)
    assert found is not None
    teams = desk.teams()
    words = [LAST[int(teams[name][-1]) - 1] for name in (first, second)]
    assert (found.name, found.team, found.more, found.less) == (first, teams[first], *words)
    assert 80 <= found.per_cent < 100
    assert (found.same, found.is_near) == (False, True)
    assert [(scored.finding.check, scored.earned) for scored in found.given] == [("sense", Decimal(1))]
    assert closest_answer(desk, "why", first) is None


def test_an_identical_answer_is_called_identical_and_not_nearly_so(desk: GradingDesk) -> None:
    names = desk.records.names(desk.batch)
    desk.like._texts = {name: {"why": "the forget gate keeps the memory of the cell"} for name in names}
    first, second, *_ = desk.queue("why")
    desk.decide("why", [first], {"sense": (Decimal(1), "x")}, "T")
    item, found = desk.item("why", second), closest_answer(desk, "why", second)
    shown = page("closest.html", item=item, closest=found, ref=str, called=lambda name, team: team)
    assert "identical" in shown
    assert not [word for word in ("percent", "Words that differ", "Similar letters") if word in shown]


def test_like_answers_with_different_points_are_listed_until_they_agree(
    desk: GradingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third, _ = desk.queue("why")
    assert different_points(desk, rows_of(desk)) == []
    desk.decide("why", [first, third], {"sense": (Decimal(1), "x")}, "T")
    desk.decide("why", [second], {"sense": (Decimal(2), "y")}, "T")
    found = different_points(desk, rows_of(desk))
    assert {frozenset(one.names) for one in found} == {frozenset({first, second}), frozenset({second, third})}
    monkeypatch.setattr("grader.desk.server.MAX_PAIRS", 1)
    [listed] = pages(desk, "/publish")
    assert "the first 1 of 2 pairs" in listed
    assert {(one.question, frozenset(one.points)) for one in found} == {("why", frozenset({Decimal(1), Decimal(2)}))}
    desk.decide("why", [second], {"sense": (Decimal(1), "as the others")}, "T")
    assert different_points(desk, rows_of(desk)) == []


def test_a_question_without_any_written_answer_has_nothing_to_compare(desk: GradingDesk) -> None:
    """Code that a tutor grades has no words; the page before publishing has to open nevertheless."""
    desk.like._texts = {name: {} for name in desk.records.names(desk.batch)}
    first, *_ = desk.queue("why")
    desk.decide("why", [first], {"sense": (Decimal(1), "x")}, "T")
    assert different_points(desk, rows_of(desk)) == []
    assert closest_answer(desk, "why", desk.queue("why")[1]) is None
