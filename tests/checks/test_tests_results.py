"""What the run of a course's tests proves: points by test functions, and no failure without proof."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from grader.checks.tests_results import Run, verdict_of
from grader.model import Outcome, Raised, Request, Table
from grader.model.evidence import operation_request, request_key
from grader.model.verdict import Verdict
from tests.helpers import context

REQUEST = Request("tests", {"files": {}, "name": "test_it.py", "modules": []})
HUNG = Outcome("cpu_time", allowed=5)
RAISED = Outcome("raised", raised=Raised("ValueError", "bad"))
NO_FILE = Outcome(
    "raised", raised=Raised("FileNotFoundError", "[Errno 2] No such file: 'a.csv'", ("OSError",), "a.csv", 2)
)


def result(name: str, result: str = "passed", **keys: Any) -> dict[str, Any]:
    plain = {
        "points": "",
        "hint": "",
        "hidden": False,
        "shows": "",
        "said": "",
        "inside": False,
        "message": "",
        "file": "",
        "line": 3,
        "operations": [],
        "restarted": False,
    }
    return {"name": name, "result": result, **plain, **keys}


def judged(*tests: Mapping[str, Any], outcomes: Mapping[int, Outcome] | None = None, **value: Any) -> Verdict:
    kept = {request_key(operation_request(REQUEST, n)): one for n, one in (outcomes or {}).items()}
    whole = {"tests": list(tests), "error": "", "operations": [], "unsupported": "", "place": ["", 0], **value}
    return verdict_of(Run(REQUEST, "test_it.py", context(outcomes=kept)), whole)


def rows(verdict: Verdict) -> list[list[str]]:
    (table,) = [detail for detail in verdict.details if isinstance(detail, Table)]
    return [[str(cell) for cell in row] for row in table.rows]


def test_all_passed() -> None:
    verdict = judged(result("test_a"), result("test_b"))
    assert verdict.status == "passed"
    assert str(verdict.message) == "All 2 tests passed."
    assert rows(verdict) == [["test_a", "passed", "1 / 1", ""], ["test_b", "passed", "1 / 1", ""]]


def test_a_failed_one_costs_its_share() -> None:
    bad = result("test_b", "failed", message="assert 2 == 3\n +  where 2 = f(1)", points="3", hint="Look at f.")
    verdict = judged(result("test_a"), bad)
    assert verdict.status == "failed"
    assert verdict.cause == "wrong_value"
    assert verdict.credit == Decimal("0.25")
    assert str(verdict.message) == "1 of 2 tests passed. test_b failed: assert 2 == 3"
    assert verdict.hint == "Look at f."


def test_the_cases_of_a_function_share_its_points() -> None:
    verdict = judged(result("test_a[1]"), result("test_a[2]", "failed", message="no"), result("test_b"))
    assert verdict.credit == Decimal("0.75")
    assert [row[0] for row in rows(verdict)] == ["test_a", "test_b"]


def test_a_hidden_test_shows_neither_name_nor_values() -> None:
    verdict = judged(result("test_a"), result("test_secret", "failed", message="assert 41 == 42", hidden=True))
    words = f"{verdict.message} {verdict.hint} {rows(verdict)}"
    assert "A hidden test failed." in words
    assert "secret" not in words
    assert "42" not in words


@pytest.mark.parametrize(
    ("test", "outcomes", "status", "cause"),
    [
        (result("t", "raised", operations=[4]), {4: RAISED}, "failed", "raised_in_student_code"),
        (result("t", "ended", operations=[4]), {4: HUNG}, "failed", "cpu_time_used_up"),
        (result("t", "ended", operations=[4]), {4: Outcome("missing", message="Net")}, "failed", "wrong_value"),
        (result("t", "ended", operations=[4]), {4: Outcome("wall_time")}, "needs_review", "wall_time"),
        (result("t", "ended", operations=[4]), {4: Outcome("died")}, "needs_review", "sandbox_limit"),
        (result("t", "ended", operations=[0]), {}, "needs_review", "sandbox_limit"),
        (result("t", "raised", operations=[4]), {4: NO_FILE}, "needs_review", "environment"),
        (result("t", "failed", operations=[4]), {4: NO_FILE}, "needs_review", "environment"),
        (result("t", "failed", operations=[4]), {4: RAISED}, "failed", "wrong_value"),
        (result("t", "failed", restarted=True), {}, "needs_review", "sandbox_limit"),
        (result("t", "unsupported", message="x is compared"), {}, "needs_review", "rubric_fault"),
        (result("t", "used up", message="5"), {}, "needs_review", "rubric_fault"),
        (result("t", "used up", message="5", operations=[4]), {4: NO_FILE}, "needs_review", "environment"),
        (result("t", "skipped", message="later"), {}, "needs_review", "rubric_fault"),
        (result("t", "not run"), {}, "needs_review", "rubric_fault"),
        (result("t", points="many"), {}, "needs_review", "rubric_fault"),
        (result("t", points="0"), {}, "needs_review", "rubric_fault"),
        (result("t", points="nan"), {}, "needs_review", "rubric_fault"),
        (result("t", "passed", operations=[4]), {4: NO_FILE}, "passed", None),
    ],
)
def test_only_proof_fails(test: Any, outcomes: Mapping[int, Outcome], status: str, cause: str | None) -> None:
    verdict = judged(test, outcomes=outcomes)
    assert (verdict.status, verdict.cause) == (status, cause), str(verdict.message)


def test_one_test_that_is_not_decided_leaves_the_check_open() -> None:
    verdict = judged(result("a", "failed", message="no"), result("b", "unsupported", message="an object is compared"))
    assert verdict.status == "needs_review"
    assert str(verdict.message) == "test_it.py, line 3: an object is compared."
    assert [row[1:3] for row in rows(verdict)] == [["failed", "0 / 1"], ["not decided", "? / 1"]]


@pytest.mark.parametrize(
    ("value", "outcomes", "status", "words"),
    [
        ({}, {}, "needs_review", "test_it.py has no tests"),
        ({"error": "E   ImportError: x"}, {}, "needs_review", "cannot be collected: E   ImportError: x"),
        ({"error": "x", "operations": [2]}, {2: RAISED}, "failed", "that test_it.py imports stopped with an error"),
        (
            {"error": "x", "unsupported": "a is set", "place": ["", 7]},
            {},
            "needs_review",
            "test_it.py, line 7: a is set.",
        ),
    ],
    ids=["empty", "error", "raised", "unsupported"],
)
def test_a_file_that_was_not_collected(
    value: dict[str, Any], outcomes: Mapping[int, Outcome], status: str, words: str
) -> None:
    verdict = judged(outcomes=outcomes, **value)
    assert verdict.status == status
    assert words in str(verdict.message)
