"""Claims end by themselves, and belong to one question."""

from __future__ import annotations

from tests.results.rows import LATER, TIME, empty_tables


def test_a_claim_is_shown_until_its_time() -> None:
    with empty_tables() as tables:
        tables.claims.put("q", "A", "tutor", LATER)
        tables.claims.put("q", "B", "tutor", TIME)
        assert tables.claims.current("q") == {"A": "tutor"}
        assert tables.claims.current("other") == {}


def test_the_last_claim_on_a_submission_at_a_question_counts() -> None:
    with empty_tables() as tables:
        for question, by in (("q", "one"), ("q", "two"), ("other", "three")):
            tables.claims.put(question, "A", by, LATER)
        assert (tables.claims.current("q"), tables.claims.current("other")) == ({"A": "two"}, {"A": "three"})
        tables.claims.put("q", "A", "two", TIME)
        assert tables.claims.current("q") == {}
