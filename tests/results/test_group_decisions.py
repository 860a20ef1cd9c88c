"""Group decisions: the last one of a check and group counts, and points keep every digit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from grader.model import GroupDecision
from tests.results.rows import TIME, empty_tables

GIVEN = GroupDecision("c", "words 1", Decimal("0.50"), "Tutor", "half", "x = 1", TIME, "1")


def test_a_decision_comes_back_as_it_was_given() -> None:
    with empty_tables() as tables:
        assert tables.group_decisions.counting() == {}
        tables.group_decisions.add(GIVEN)
        [found] = tables.group_decisions.counting().values()
        assert (found, str(found.points)) == (GIVEN, "0.50")


def test_the_last_decision_of_a_check_and_a_group_counts() -> None:
    others = [replace(GIVEN, check="d"), replace(GIVEN, answers="words 2")]
    second = replace(GIVEN, points=Decimal(0), reason="none")
    with empty_tables() as tables:
        for decision in (GIVEN, *others, second):
            tables.group_decisions.add(decision)
        assert tables.group_decisions.counting() == {
            ("c", "words 1"): second,
            ("d", "words 1"): others[0],
            ("c", "words 2"): others[1],
        }


def test_a_decision_without_a_time_gets_the_present_one() -> None:
    with empty_tables() as tables:
        tables.group_decisions.add(replace(GIVEN, time=""))
        [found] = tables.group_decisions.counting().values()
        assert datetime.fromisoformat(found.time).tzinfo is not None


def test_an_example_from_a_submission_is_stored_readably() -> None:
    with empty_tables() as tables:
        tables.group_decisions.add(replace(GIVEN, by="T\ud800", reason="r\ud800", example="x\udfff"))
        [found] = tables.group_decisions.counting().values()
        assert (found.by, found.reason, found.example) == ("T?", "r?", "x?")
