"""Overrides: the last one of a team and check counts, an undone one does not, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from grader.results.connection import Connection
from grader.results.overrides import OverridesTable, ReasonSource, UndoneAct
from grader.results.tables import Tables
from tests.results.rows import empty_connection, override, submission


@pytest.fixture
def connection() -> Iterator[Connection]:
    with empty_connection() as opened:
        yield opened


@pytest.fixture
def table(connection: Connection) -> OverridesTable:
    return OverridesTable(connection)


def points(table: OverridesTable, team: str | None = None) -> list[tuple[str, str, str]]:
    return [(one.team, one.check, str(one.points)) for one in table.counting(team=team)]


def test_the_last_override_of_a_team_and_check_counts(table: OverridesTable) -> None:
    table.add([override("A", points="1"), override("A", points="0.50"), override("A", "d"), override("B")], {})
    assert points(table) == [("A", "c", "0.50"), ("A", "d", "1"), ("B", "c", "1")]
    assert points(table, "A") == [("A", "c", "0.50"), ("A", "d", "1")]
    assert points(table, "a") == []


def test_an_override_that_takes_back_an_earlier_one_is_shown_only_if_wanted(table: OverridesTable) -> None:
    table.add([override("A"), replace(override("A"), withdrawn=True)], {})
    assert table.counting() == []
    [one] = table.counting(withdrawn=True)
    assert (one.withdrawn, one.points) == (True, Decimal(0))


def test_zero_points_are_an_override(table: OverridesTable) -> None:
    table.add([override("A", points="0")], {})
    [one] = table.counting()
    assert (one.withdrawn, one.points) == (False, Decimal(0))


def test_an_override_remembers_the_question_of_its_check(table: OverridesTable) -> None:
    table.add([override("A"), override("A", "new")], {"c": "key"})
    assert {one.check: one.question_key for one in table.counting()} == {"c": "key", "new": ""}


def test_a_repeated_one_without_a_digest_is_added_once_and_one_with_a_digest_always(table: OverridesTable) -> None:
    assert table.add([override("A", digest="")], {}) == 1
    assert table.add([override("A", digest="")], {"c": "another key"}) == 0
    assert table.add([override("A", points="2", digest="")], {}) == 1
    assert table.add([override("A", points="2"), override("A", points="2")], {}) == 2


def test_each_override_has_its_own_source_or_none_has(table: OverridesTable) -> None:
    with pytest.raises(ValueError, match="zip"):
        table.add([override("A"), override("B")], {}, [ReasonSource()])


def test_texts_of_half_characters_are_stored_readably(table: OverridesTable) -> None:
    table.add([replace(override("A"), by="T\ud800", reason="why\udfff")], {})
    [one] = table.counting()
    assert (one.by, one.reason) == ("T?", "why?")


def test_undo_takes_back_a_whole_act_of_one_tutor(table: OverridesTable) -> None:
    table.add([override("A", points="1")], {})
    table.add([override("B", by="Other", points="3")], {}, act="x")
    table.add([override("A", points="2"), override("C", digest="e")], {}, act="act")
    assert table.undo_last("Tutor") == UndoneAct("act", (("A", "d"), ("C", "e")))
    assert points(table) == [("A", "c", "1"), ("B", "c", "3")]
    assert table.undo_last("Tutor") == UndoneAct("", (("A", "d"),))
    assert table.undo_last("Tutor") is None
    assert points(table) == [("B", "c", "3")]


def test_overrides_without_an_act_are_undone_one_by_one(table: OverridesTable) -> None:
    table.add([override("A"), override("B")], {})
    assert table.undo_last("Tutor") == UndoneAct("", (("B", "d"),))
    assert points(table) == [("A", "c", "1")]


def test_undo_of_a_withdrawal_brings_the_override_back(table: OverridesTable) -> None:
    table.add([override("A", points="2"), replace(override("A"), withdrawn=True)], {})
    table.undo_last("Tutor")
    assert points(table) == [("A", "c", "2")]


def test_an_override_is_bound_once_and_then_copied_for_another_submission(
    table: OverridesTable, connection: Connection
) -> None:
    given = override("A", digest="")
    table.bind(given, "early")  # there is none yet
    table.add([given], {"c": "key"})
    for digest in ("one", "one", "two"):
        table.bind(given, digest)
    assert connection.rows("SELECT digest FROM overrides ORDER BY id") == [("one",), ("two",)]
    assert table.counting() == [replace(given, digest="two", question_key="key")]


def test_an_undone_override_is_not_bound(table: OverridesTable, connection: Connection) -> None:
    table.add([override("A", digest="")], {})
    table.undo_last("Tutor")
    table.bind(override("A", digest=""), "one")
    assert connection.rows("SELECT digest FROM overrides") == [("",)]


def test_the_last_times_are_distinct_and_the_latest_is_first(table: OverridesTable, connection: Connection) -> None:
    table.add([override(team) for team in "ABC"], {})
    for number, time in ((1, "08:00"), (2, "09:00"), (3, "09:00")):
        connection.execute("UPDATE overrides SET time = ? WHERE id = ?", (time, number))
    assert table.last_times(5) == ["09:00", "08:00"]
    assert table.last_times(1) == ["09:00"]


@pytest.mark.parametrize(("undone", "edited"), [(False, 1), (True, 0)])
def test_a_reason_by_hand_is_an_edit_only_of_one_from_comments_that_counts(
    table: OverridesTable, connection: Connection, undone: bool, edited: int
) -> None:
    table.add([override("A")], {}, [ReasonSource((7,))])
    if undone:
        table.undo_last("Tutor")
    table.add([override("A", points="2")], {})
    assert connection.row("SELECT edited FROM overrides ORDER BY id DESC LIMIT 1") == (edited,)


def test_the_history_of_a_line_has_what_was_undone_and_withdrawn(table: OverridesTable) -> None:
    table.add([override("A", points="1"), override("A", points="2", by="U"), override("A", "d")], {})
    table.undo_last("U")
    table.add([replace(override("A"), withdrawn=True), override("A", digest="earlier")], {})
    found = table.history("A", "d", {"c"})
    assert [(one.by, one.points, one.undone) for one in found["c"]] == [
        ("Tutor", None, False), ("U", Decimal(2), True), ("Tutor", Decimal(1), False),
    ]  # fmt: skip
    assert set(found) == {"c"}
    assert table.tutors() == ["Tutor", "U"]


def test_the_version_of_a_submission_changes_with_each_override(connection: Connection, table: OverridesTable) -> None:
    Tables(connection).submissions.put(submission("A"), 1)
    assert table.versions(1, {"c"}) == {}
    table.add([override("A"), override("A", "d"), override("B")], {})
    assert table.versions(1, {"c", "d"}) == {"A-d": "1-2"}
    assert table.versions(1, {"d"}) == {"A-d": "2"}
    table.add([override("A")], {})
    assert table.versions(1, {"c", "d"}) == {"A-d": "2-4"}
    assert table.versions(2, {"c", "d"}) == {}
