"""Published totals: a total that changed since, to or from an unresolved one as well."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.results.rows import empty_tables, submission


@pytest.mark.parametrize(
    ("published", "present", "changed"),
    [
        ("1", "1", False),
        ("1", "2", True),
        (None, None, False),
        (None, "0", True),
        ("0", None, True),
    ],
    ids=["the same", "another total", "both unresolved", "resolved since", "unresolved since"],
)
def test_which_totals_changed(published: str | None, present: str | None, changed: bool) -> None:
    before, after = (None if total is None else Decimal(total) for total in (published, present))
    with empty_tables() as tables:
        tables.submissions.put(submission("A", total=present), 1)
        tables.published.put({"A-d": before})
        assert tables.published.changes(1) == ([("A", before, after)] if changed else [])
        assert tables.published.changes(2) == []


def test_publishing_again_replaces_and_what_was_never_published_has_not_changed() -> None:
    with empty_tables() as tables:
        for team in "BAC":
            tables.submissions.put(submission(team, total="2"), 1)
        tables.published.put({"A-d": Decimal(1), "B-d": Decimal(1)})
        assert [team for team, _, _ in tables.published.changes(1)] == ["A", "B"]
        tables.published.put({"A-d": Decimal(2)})
        assert [team for team, _, _ in tables.published.changes(1)] == ["B"]
