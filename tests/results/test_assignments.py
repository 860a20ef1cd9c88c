"""Assignments: each submission of a question has one tutor at most, and shares count what is left."""

from __future__ import annotations

from grader.results.assignments import AssignedShare
from tests.results.rows import empty_tables, question, submission


def test_a_question_is_assigned_as_a_whole() -> None:
    with empty_tables() as tables:
        tables.assignments.put("q", {"A-d": "T", "B-d": "U"})
        tables.assignments.put("other", {"A-d": "V"})
        tables.assignments.put("q", {"B-d": "T"})
        assert tables.assignments.of("q") == {"B-d": "T"}
        assert tables.assignments.of("other") == {"A-d": "V"}
        tables.assignments.put("q", {})
        assert tables.assignments.of("q") == {}


def test_shares_count_the_unresolved_submissions_of_a_batch() -> None:
    with empty_tables() as tables:
        for team, earned, batch in (("A", None, 1), ("B", "1", 1), ("C", None, 1), ("D", None, 2)):
            tables.submissions.put(submission(team, questions=(question("q", earned),)), batch)
        tables.assignments.put("q", {"A-d": "T", "B-d": "T", "C-d": "U", "D-d": "T", "gone": "T"})
        assert tables.assignments.shares(1) == [AssignedShare("q", "T", 2, 1), AssignedShare("q", "U", 1, 1)]
