"""How much students see of a test, by its own level or that of the file, and nothing of a hidden one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from grader.checks.tests_results import Run, case_verdicts, verdict_of
from grader.model import Outcome, Raised, Table
from grader.model.evidence import operation_request, request_key
from grader.model.verdict import Verdict
from tests.checks.test_tests_results import REQUEST, result
from tests.helpers import context

SECRET = "QUOKKA"
WRONG = {"message": f"the rate counts\nassert {SECRET} == 3", "said": "the rate counts", "hint": "Look at RATE."}
RAISED = {4: Outcome("raised", raised=Raised("ValueError", f"got {SECRET}"))}
LACKING = {
    4: Outcome("raised", raised=Raised("FileNotFoundError", f"no {SECRET}", ("OSError",), f"{SECRET}.csv", 2)),
}


def run_of(outcomes: Mapping[int, Outcome], shows: str = "values") -> Run:
    kept = {request_key(operation_request(REQUEST, n)): one for n, one in outcomes.items()}
    return Run(REQUEST, "test_it.py", context(outcomes=kept), shows)


def judged(test: dict[str, Any], outcomes: Mapping[int, Outcome], shows: str = "values") -> Verdict:
    value = {"tests": [test], "error": "", "operations": [], "unsupported": "", "place": ["", 0]}
    return verdict_of(run_of(outcomes, shows), value)


@pytest.mark.parametrize(
    ("level", "message", "hint"),
    [
        ("nothing", "A hidden test failed.", ""),
        ("name", "test_a failed.", ""),
        ("hint", "test_a failed.", "Look at RATE."),
        ("message", "test_a failed. the rate counts", "Look at RATE."),
        ("values", "test_a failed: the rate counts", "Look at RATE."),
        ("everything", "A hidden test failed.", ""),
    ],
)
def test_the_levels(level: str, message: str, hint: str) -> None:
    for verdict in (
        judged(result("test_a", "failed", **WRONG, shows=level), {}),
        judged(result("test_a", "failed", **WRONG), {}, level),
    ):
        assert (str(verdict.message), str(verdict.hint)) == (f"0 of 1 tests passed. {message}", hint)


def test_the_level_of_a_test_counts_before_that_of_the_file_and_hidden_before_both() -> None:
    shown = judged(result("test_a", "failed", **WRONG, shows="message"), {}, "name")
    assert "the rate counts" in str(shown.message)
    hidden = judged(result("test_a", "failed", **WRONG, shows="values", hidden=True), {})
    assert str(hidden.message) == "0 of 1 tests passed. A hidden test failed."


@pytest.mark.parametrize(
    ("test", "outcomes"),
    [
        (result(f"test_{SECRET}", "failed", hidden=True, message=SECRET, said=SECRET, hint=SECRET), {}),
        (result(f"test_{SECRET}", "raised", hidden=True, operations=[4], hint=SECRET), RAISED),
        (result(f"test_{SECRET}", "raised", hidden=True, operations=[4]), LACKING),
        (result(f"test_{SECRET}", "unsupported", hidden=True, message=SECRET, file=f"{SECRET}.py"), {}),
        (result(f"test_{SECRET}", "used up", hidden=True, message="5", file=f"{SECRET}.py"), {}),
        (result(f"test_{SECRET}", "skipped", hidden=True, message=SECRET), {}),
        (result(f"test_{SECRET}", "not run", hidden=True), {}),
        (result(f"test_{SECRET}", "failed", hidden=True, restarted=True, message=SECRET), {}),
        (result(f"test_{SECRET}", "failed", hidden=True, inside=True, message=SECRET), {}),
        (result(f"test_{SECRET}", "error", hidden=True, inside=True, message=SECRET, file=SECRET), {}),
        (result(f"test_{SECRET}", "passed", hidden=True, inside=True), {}),
        (result(f"test_{SECRET}", "passed", hidden=True), {}),
        (result(f"test_{SECRET}", "failed", hidden=True, points=SECRET), {}),
    ],
)
def test_nothing_of_a_hidden_test_is_in_the_verdict(test: Any, outcomes: Mapping[int, Outcome]) -> None:
    verdict = judged(test, outcomes)
    assert SECRET not in repr(verdict)
    assert any(isinstance(one, Table) for one in verdict.details)


def test_the_course_sees_all_of_it() -> None:
    test = result("test_a", "failed", **WRONG, hidden=True)
    value = {"tests": [test], "error": "", "operations": [], "unsupported": "", "place": ["", 0]}
    (case,) = case_verdicts(run_of({}), value)
    assert case.verdict is not None
    assert str(case.verdict.message) == "test_a failed: the rate counts"


def test_the_same_reason_stays_the_same_reason() -> None:
    first, second = (judged(result(name, "raised", operations=[4], shows="name"), LACKING) for name in ("a", "b"))
    assert first.reason == second.reason != ""
    other = judged(result("a", "raised", operations=[4], shows="name"), {4: Outcome("wall_time")})
    assert other.reason != first.reason
