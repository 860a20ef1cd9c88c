"""The fields of a form: as they are stored, and as they were typed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from starlette.datastructures import FormData

from grader.desk.forms import FormValues, is_unchanged, shown_source, stored_values, typed_values, version_of
from grader.results.overrides import ReasonSource, StoredOverride

OLD = StoredOverride(3, "A", "2026-01-01", Decimal("1.50"), ReasonSource((4, 5), "because"))
NEW = StoredOverride(7, "B", "2026-01-02", Decimal(0), ReasonSource((), "later"))


def test_a_form_shows_what_is_stored() -> None:
    values = stored_values({"one": OLD})
    assert values == FormValues({"one": "1.5"}, "because", frozenset({4, 5}), "3")


def test_the_latest_reason_is_shown_where_there_are_several() -> None:
    assert shown_source({"one": NEW, "two": OLD}) == NEW.source
    assert shown_source({}) == ReasonSource()


def test_another_override_is_another_version() -> None:
    assert len({version_of({}), version_of({"one": OLD}), version_of({"one": OLD, "two": NEW})}) == 3


def test_what_was_typed_comes_back_also_what_is_no_number() -> None:
    form = FormData(
        [
            ("points:one", "7x"),
            ("points:two", ""),
            ("reason", " words "),
            ("comment", "4"),
            ("version", "3"),
            ("member", "a"),
        ]
    )
    typed = FormValues({"one": "7x", "two": ""}, " words ", frozenset({4}), "3", frozenset({"a"}))
    assert typed_values(form) == typed
    assert typed_values(form, "8").version == "8"
    assert [typed.selects(name) for name in ("a", "b")] == [True, False]
    assert FormValues({}).selects("b")


@pytest.mark.parametrize(
    ("points", "source", "unchanged"),
    [
        ("1.5", OLD.source, True),
        ("1.5", NEW.source, True),
        ("1.5", ReasonSource((4, 5), "another reason"), False),
        ("1.5", ReasonSource((4,), "because"), False),
        ("1", OLD.source, False),
    ],
    ids=["as-stored", "as-shown", "reason", "comment", "points"],
)
def test_a_line_that_was_not_touched_is_unchanged(points: str, source: ReasonSource, unchanged: bool) -> None:
    assert is_unchanged(Decimal(points), source, OLD, shown=NEW.source) is unchanged
