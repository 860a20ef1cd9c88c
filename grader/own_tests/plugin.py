"""The plugin for pytest that reports each test to the grader."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict
from typing import Any

import pytest

from grader.own_tests.asker import Asker
from grader.own_tests.guards import guard_loaded, watch_dates
from grader.own_tests.results import TestResult, classify, own_words, place_of
from grader.own_tests.trouble import NOWHERE, Trouble
from grader.own_tests.wire import Wire

MARKS = (
    "points(number): the share of this test",
    "hint(text): what to try",
    "shows(level): how much students see: nothing, name, hint, message or values",
    "hidden: students see nothing of it",
    "inside: it runs in the process of the submission",
)
FAILURES = (AssertionError, pytest.fail.Exception)


class Reporter:
    """Reports the tests that were collected, and the result of each."""

    def __init__(self, asker: Asker, wire: Wire, inside: bool) -> None:
        self._asker, self._wire, self._inside = asker, wire, inside
        self._results: dict[str, TestResult] = {}
        self._errors: list[str] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the decorators."""
        for mark in MARKS:
            config.addinivalue_line("markers", mark)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note that the file could not be read or imported."""
        if report.failed:
            self._errors.append(str(report.longrepr)[-2000:])

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Report the tests that were found, and leave those that run inside; from now on nothing is guessed."""
        self._results = {item.nodeid: _described(item) for item in session.items}
        for result in self._results.values():
            result.inside = result.inside or self._inside
        session.items = [item for item in session.items if not self._results[item.nodeid].inside]
        guard_loaded(self._asker.folder)
        watch_dates(self._asker.folder, self._asker)
        trouble = self._asker.trouble
        message = {
            "what": "collected",
            "tests": [asdict(result) for result in self._results.values()],
            "error": self._errors[0] if self._errors else "",
            "operations": trouble.operations,
            "unsupported": trouble.unsupported,
            "place": trouble.place,
        }
        self._wire.send(message)
        self._asker.collecting = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Report the result of a test after its last phase."""
        result = self._results[item.nodeid]
        self._asker.begin_test()
        result.restarted = self._asker.restarts > 0 or (self._asker.ended and self._asker.restarts >= 0)
        done = yield
        trouble = self._asker.trouble
        _add_trouble(result, trouble)
        result.operations = trouble.operations[-20:]
        self._wire.send({"what": "result", "test": asdict(result), "place": list(self._results).index(item.nodeid)})
        return done

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note what a phase of a test proves."""
        report = yield
        result = self._results[item.nodeid]
        if call.excinfo is None:
            if report.failed:  # a test that was to fail has passed
                result.add("failed", str(report.longrepr))
        elif hasattr(report, "wasxfail"):
            if report.failed:
                result.add("failed", str(report.longrepr))
        elif report.skipped:
            result.add("skipped", str(call.excinfo.value))
        else:
            error = call.excinfo.value
            proves, message = classify(error, FAILURES, self._asker)
            result.said = own_words(error, FAILURES, self._asker)
            if proves == "failed" and call.when != "call" and not isinstance(error, FAILURES):
                proves = "unsupported"  # a fixture of the course's own does not work
            result.add(proves, message, place_of(error, self._asker))
        return report


def _add_trouble(result: TestResult, trouble: Trouble) -> None:
    """Let what the test met count, also where it caught the exception."""
    if trouble.unsupported:
        result.add("unsupported", trouble.unsupported)
        result.message, (result.file, result.line) = trouble.unsupported, trouble.place
    if trouble.used_up:
        result.add("used up", f"{trouble.used_up:.3g}", trouble.place)
    if trouble.clock != NOWHERE and result.result == "failed":
        result.add("unsupported", "the time that something takes is measured", trouble.clock)
    if trouble.ended is not None:
        result.add("ended", "", (result.file, result.line))


def _described(item: pytest.Item) -> TestResult:
    """Return a test as its decorators describe it, without a result."""
    name = item.nodeid.partition("::")[2]
    return TestResult(
        name[:300],
        points=_of_decorator(item, "points"),
        hint=_of_decorator(item, "hint")[:500],
        shows=_of_decorator(item, "shows")[:50],
        hidden=item.get_closest_marker("hidden") is not None,
        inside=item.get_closest_marker("inside") is not None,
    )


def _of_decorator(item: pytest.Item, name: str) -> str:
    """Return what a decorator gives; empty without one."""
    found = item.get_closest_marker(name)
    return str(found.args[0]) if found is not None and found.args else ""
