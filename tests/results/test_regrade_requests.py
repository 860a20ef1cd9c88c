"""Regrade requests: each once, for its submission only, open until it is answered."""

from __future__ import annotations

from decimal import Decimal

from tests.results.rows import empty_tables, submission


def test_a_request_is_added_once_and_belongs_to_one_submission() -> None:
    with empty_tables() as tables:
        table = tables.regrade_requests
        for team, batch in (("A", 1), ("B", 1), ("C", 2)):
            tables.submissions.put(submission(team), batch)
        added = [table.add(*key, Decimal("0.50")) for key in (("A", "d", "q", "Why?"), ("A", "d", "q", "Why?"))]
        assert added == [True, False]
        assert table.add("A", "other", "q", "Why?", None)
        assert table.add("C", "d", "q", "Why?", None)
        assert [(one.request, one.earned, one.answer) for one in table.of("A", "d", "q")] == [
            ("Why?", Decimal("0.50"), "")
        ]
        assert [one.digest for one in table.of("A", "other")] == ["other"]
        assert table.of("A", "d", "p") == []
        assert [(name, one.team) for name, one in table.every(1)] == [("A-d", "A")]


def test_an_answer_counts_until_the_request_is_opened_again() -> None:
    with empty_tables() as tables:
        table = tables.regrade_requests
        table.add("A", "d", "q", "Why?", None)
        table.answer(1, "B", "d", "Not yours.", "T")
        assert table.of("A", "d")[0].answer == ""
        table.answer(1, "A", "d", "Because.", "T")
        [one] = table.of("A", "d")
        assert (one.answer, one.by, bool(one.answered)) == ("Because.", "T", True)
        table.answer(1, "A", "d", "", "T")
        [one] = table.of("A", "d")
        assert (one.answer, one.by, one.answered) == ("", "", "")
