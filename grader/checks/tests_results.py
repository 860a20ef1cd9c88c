"""The verdict on a run of a course's own tests: what each test proves, and its share of the points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from grader.checks.base import CheckContext
from grader.checks.tests_shown import MAX_LETTERS, Shown
from grader.model import NOTHING, Cause, Outcome, Request, Status, Table, Text, say, say_number, sentences
from grader.model.evidence import operation_request
from grader.model.verdict import Verdict, failed, needs_review, passed, rubric_fault
from grader.text import clean

GONE = Outcome("ended_before")


@dataclass(frozen=True)
class Run:
    """One run of a file: its request, the name of the file, the context with the evidence, and settings of the rubric.

    `shows` is how much students see of a test, and with `inside_counts` a test that passes inside earns its points.
    """

    request: Request
    file: str
    context: CheckContext
    shows: str = "values"
    inside_counts: bool = False

    def outcome(self, number: int) -> Outcome:
        """Return the outcome of an operation of the run."""
        found = self.context.evidence.outcomes.get(self.context.key(operation_request(self.request, number)))
        return found if found is not None else GONE

    def blame(self, number: int, subject: Text) -> Verdict | None:
        """Return the verdict on an operation without a usual result."""
        outcome = self.outcome(number)
        return self.context.blame(outcome, outcome.message if outcome.status == "missing" else str(subject), subject)


@dataclass(frozen=True)
class Function:
    """A test function with its cases: its points, how many cases passed, and the verdict on the first other one."""

    name: Text
    points: Decimal
    share: Decimal
    verdict: Verdict | None  # None: all cases passed


@dataclass(frozen=True)
class CaseVerdict:
    """One test, or one case of a parametrized function: its share of the points, and its verdict."""

    name: str
    points: Decimal
    hint: str
    verdict: Verdict | None  # None: it passed


def case_verdicts(run: Run, value: Mapping[str, Any]) -> list[CaseVerdict]:
    """Return the verdict on each test of a run, in its order; none if the file was not collected."""
    tests: Sequence[Mapping[str, Any]] = () if value["error"] else value["tests"]
    cases = Counter(test["name"].partition("[")[0] for test in tests)
    made = []
    for test in tests:
        points = (_points(test["points"]) or Decimal(0)) / cases[test["name"].partition("[")[0]]
        shown = Shown(clean(test["name"]), "values")
        made.append(CaseVerdict(test["name"], points, clean(test["hint"]), _verdict(run, test, shown)))
    return made


def verdict_of(run: Run, value: Mapping[str, Any]) -> Verdict:
    """Return the verdict on the run of a file."""
    tests: Sequence[Mapping[str, Any]] = value["tests"]
    if value["error"] or not tests:
        return _not_collected(run, value)
    verdict = _of_tests(run, tests)
    inside = len({test["name"].partition("[")[0] for test in tests if test["inside"]})
    if not inside:
        return verdict
    word = say_number(
        "{n} test ran inside the process of the submission, so its result is what that process says.",
        "{n} tests ran inside the process of the submission, so their results are what that process says.",
        inside,
    )
    return replace(verdict, message=sentences(verdict.message, word))


def _of_tests(run: Run, tests: Sequence[Mapping[str, Any]]) -> Verdict:
    functions = list(_functions(run, tests))
    if not sum(function.points for function in functions):
        return rubric_fault(say("The tests of {file} have no points.", file=run.file))
    table = _table(functions)
    open_one = next((one.verdict for one in functions if one.verdict and one.verdict.status is not Status.failed), None)
    if open_one is not None:
        return replace(open_one, details=(table, *open_one.details))
    bad = [function for function in functions if function.verdict is not None]
    if not bad:
        return passed(say_number("The test passed.", "All {n} tests passed.", len(functions)), table)
    return _failed(functions, bad, table)


def _failed(functions: Sequence[Function], bad: Sequence[Function], table: Table) -> Verdict:
    """Return the failure of the first test that failed, with the points of the others."""
    first = bad[0].verdict
    assert first is not None
    assert first.cause is not None
    whole = sum((function.points for function in functions), Decimal(0))
    earned = sum((function.points * function.share for function in functions), Decimal(0))
    good = len(functions) - len(bad)
    what = say("{good} of {n} tests passed.", good=good, n=len(functions))
    verdict = failed(
        sentences(what, first.message), NOTHING, table, *first.details, credit=earned / whole, cause=first.cause
    )
    return replace(verdict, hint=first.hint).at(first.place)


def _not_collected(run: Run, value: Mapping[str, Any]) -> Verdict:
    """Return the verdict where the file could not be imported, or has no tests."""
    subject = say("The code that {file} imports", file=run.file)
    for number in value["operations"] or ():
        if (verdict := run.blame(number, subject)) is not None:
            return verdict
    if value["unsupported"]:
        file, line = value["place"]
        return _not_supported(run, file, line, value["unsupported"])
    if value["error"]:
        lines = clean(value["error"]).strip().splitlines()
        return rubric_fault(
            say("The tests of {file} cannot be collected: {error}", file=run.file, error=lines[-1][:300])
        )
    return rubric_fault(say("{file} has no tests, or its process ended before they were found.", file=run.file))


def _not_supported(run: Run, file: str, line: int, what: str) -> Verdict:
    message = say("{file}, line {line}: {what}.", file=file or run.file, line=line, what=clean(what)[:MAX_LETTERS])
    why = say("Tests that do this cannot be decided from outside the process of the submission.")
    return rubric_fault(message, why)


def _used_up(run: Run, test: Mapping[str, Any]) -> Verdict:
    what = say(
        "{file}, line {line}: the test itself has used its {seconds} CPU seconds.",
        file=test["file"] or run.file,
        line=test["line"],
        seconds=test["message"],
    )
    return rubric_fault(what).with_note(say("Tutor: let the test compute less, or raise 'cpu_seconds' of the check."))


def _functions(run: Run, tests: Sequence[Mapping[str, Any]]) -> Iterator[Function]:
    """Yield the test functions in their order; the cases of a parametrized one share its points."""
    names = dict.fromkeys(test["name"].partition("[")[0] for test in tests)
    for name in names:
        cases = [test for test in tests if test["name"].partition("[")[0] == name]
        shown = Shown.of(name, cases, run.shows)
        verdicts = [_verdict(run, case, shown) for case in cases]
        bad = [verdict for verdict in verdicts if verdict is not None]
        bad.sort(key=lambda verdict: verdict.status is Status.failed)
        points = _points(cases[0]["points"])
        if points is None:
            fault = rubric_fault(say("The points of {test} are no number.", test=shown.name))
            yield Function(shown.name, Decimal(1), Decimal(0), fault)
        else:
            share = Decimal(len(cases) - len(bad)) / len(cases)
            yield Function(shown.name, points, share, bad[0] if bad else None)


def _points(text: str) -> Decimal | None:
    try:
        points = Decimal(text or 1)
    except InvalidOperation:
        return None
    return points if points.is_finite() and points >= 0 else None


def _verdict(run: Run, test: Mapping[str, Any], shown: Shown) -> Verdict | None:
    """Return the verdict on one test that did not pass, with what students see of it; None if it passed."""
    if test["result"] == "passed" and (run.inside_counts or not test["inside"]):
        return None
    found = _of_inside(run, test, shown.name) if test["inside"] else None
    return shown.limited(found or _of_result(run, test, shown.name), test)


def _of_inside(run: Run, test: Mapping[str, Any], shown: Text) -> Verdict | None:
    """Return the verdict on a result that only a test inside the submission's process has."""
    if test["result"] == "passed":
        what = say("{test} passed, which the submission could have brought about.", test=shown)
        return needs_review(what, say("A tutor will look at the code."))
    if test["result"] == "stopped":
        what = say(
            "{test} was stopped after {seconds} CPU seconds, its own ones included.",
            test=shown,
            seconds=test["message"],
        )
        return needs_review(what, say("A tutor will look at the tests."), cause=Cause.sandbox_limit, reason="inside")
    if test["result"] == "error":
        place = {"file": test["file"] or run.file, "line": test["line"]}
        error = clean(test["message"])[:MAX_LETTERS]
        return rubric_fault(say("{file}, line {line}: the test stopped with an error: {error}", error=error, **place))
    if test["result"] == "not run":
        return rubric_fault(say("{test} was not found again.", test=shown))
    return None


def _of_result(run: Run, test: Mapping[str, Any], shown: Text) -> Verdict:
    result = test["result"]
    subject = say("The code that {test} calls", test=shown)
    blamed = [run.blame(number, subject) for number in test["operations"]]
    doubt = next((verdict for verdict in blamed if verdict and verdict.status is not Status.failed), None)
    if doubt is not None:
        return doubt
    if result == "unsupported":
        return _not_supported(run, test["file"], test["line"], test["message"])
    if result == "used up":
        return _used_up(run, test)
    if result == "skipped":
        return rubric_fault(say("{test} was skipped: {why}", test=shown, why=clean(test["message"])[:MAX_LETTERS]))
    if result == "not run":
        return rubric_fault(say("{test} did not run: the process of the tests ended before.", test=shown))
    if test["restarted"]:
        what = say("{test} failed in a new process, as an earlier test had ended the one before.", test=shown)
        return needs_review(what, say("A tutor will look at the tests."), cause=Cause.sandbox_limit, reason="restarted")
    if result in ("raised", "ended"):
        verdict = next((verdict for verdict in reversed(blamed) if verdict is not None), None)
        return verdict if verdict is not None else rubric_fault(say("{test} ended.", test=shown))
    lines = clean(test["message"]).strip().splitlines() or [""]
    return failed(say("{test} failed: {message}", test=shown, message=lines[0][:MAX_LETTERS]))


def _table(functions: Sequence[Function]) -> Table:
    head = (say("Test"), say("Result"), say("Points"), say("Message"))
    rows = [(one.name, _result(one), _share(one), one.verdict.message if one.verdict else "") for one in functions]
    return Table(say("Tests"), head, tuple(rows))


def _result(function: Function) -> Text:
    if function.verdict is None:
        return say("passed")
    return say("failed") if function.verdict.status is Status.failed else say("not decided")


def _share(function: Function) -> str:
    if function.verdict is not None and function.verdict.status is not Status.failed:
        return f"? / {function.points.normalize():f}"
    earned = (function.points * function.share).quantize(Decimal("0.01"))
    return f"{earned.normalize():f} / {function.points.normalize():f}"
