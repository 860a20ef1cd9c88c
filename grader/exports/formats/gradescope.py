"""The format `gradescope`: the `results.json` that a Gradescope autograder writes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from grader.errors import GraderError
from grader.exports.export_format import Export, Format, Inputs
from grader.exports.result import Team, Test, full_title, result_of, settled
from grader.text import points

NAME = "results.json"
# `hidden` would hide the total too, so hidden checks are shown together with the published grades.
VISIBILITY = {"public": "visible", "hidden": "after_published"}
MAX_CHARACTERS = 10_000


def _make(inputs: Inputs) -> Export:
    """Make the result of the one submission that Gradescope gave.

    Raises:
        GraderError: there is not exactly one submission.
    """
    teams = result_of(inputs).teams
    if len(teams) != 1:
        raise GraderError(f"{inputs.folder}: {len(teams)} submissions; Gradescope expects exactly one")
    return Export(((NAME, to_json(results(teams[0]))),))


def to_json(value: dict[str, object]) -> bytes:
    """Return a result in Gradescope's format."""
    return json.dumps(value, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def results(team: Team) -> dict[str, object]:
    """Return the result: scores add up to the certain points so far, and unresolved checks are named so."""
    questions = list(dict.fromkeys(test.question for test in team.tests))
    counts: Counter[str] = Counter()
    tests = []
    for test in team.tests:
        counts[test.question] += 1
        tests.append(_test(test, f"{questions.index(test.question) + 1}.{counts[test.question]}"))
    return {
        "output": _words(team),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"open": list(team.unresolved), "digest": team.digest, "final": team.total is not None},
        "tests": _rounded_off(tests, team),
    }


def _words(team: Team) -> str:
    if team.total is not None:
        return f"{points(team.total)} of {points(team.max_score)} points."
    waits = f"Checks that need review: {len(team.unresolved)}; they count 0 until a tutor has graded them."
    return f"NOT FINAL: {points(team.certain)} of {points(team.max_score)} points so far. {waits}"


def _test(test: Test, number: str) -> dict[str, object]:
    """Return one check; an unresolved one is named so, as Gradescope has only passed and failed."""
    status = settled(test)
    waits = {"needs_review": " (needs review)", "error": " (grader error)"}.get(status, "")
    made: dict[str, object] = {
        "name": f"{full_title(test)}{waits}",
        "number": number,
        "output": f"{test.message}\n{test.hint}".strip()[:MAX_CHARACTERS],
        "visibility": VISIBILITY[test.visibility],
        "tags": [test.kind],
        "extra_data": {"id": test.id, "status": status},
    }
    if test.max_score or test.score:
        made |= {"score": float(test.score or 0), "max_score": float(test.max_score)}
    if status in ("passed", "failed"):
        made["status"] = status
    return made


def _rounded_off(tests: list[dict[str, object]], team: Team) -> Sequence[dict[str, object]]:
    """Add a line that corrects the sum of a question whose deductions exceed its points: it never costs more."""
    total = sum((Decimal(str(test.get("score", 0))) for test in tests), Decimal(0))
    gap = team.certain - total
    if not gap:
        return tests
    words = "Questions and submissions have at least 0 points."
    made = {"name": "Adjustment", "output": words, "score": float(gap), "max_score": 0.0, "visibility": "visible"}
    return [*tests, made]


def grader_error(why: str) -> dict[str, object]:
    """Return the result of a run that has not ended, or failed: it gives and costs no points."""
    words = f"The grader has not finished: {why} This is not a grade; a tutor will look at it."
    return {
        "score": 0.0,
        "output": words,
        "output_format": "text",
        "visibility": "hidden",
        "stdout_visibility": "hidden",
    }


FORMAT = Format("gradescope", "results.json of a Gradescope autograder, for one submission.", _make)
