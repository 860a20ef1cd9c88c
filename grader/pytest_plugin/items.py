"""The tests of a file as pytest's items: each reports what a run in the grader's sandbox has proved."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.checks.tests_results import CaseVerdict
from grader.errors import GraderError
from grader.model import Finding, Status, sentences
from grader.model.verdict import Verdict
from grader.pytest_plugin.graded_file import Grading
from grader.report.status_words import WORDS


class SubmissionPlugin:
    """Collects the files of tests for one submission, and sums up the findings at the end."""

    def __init__(self, grading: Grading) -> None:
        self.grading = grading
        self.findings: dict[str, Finding] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Collector:
        """Collect a file of tests by running it on the submission."""
        made: SubmissionFile = SubmissionFile.from_parent(parent, path=module_path)
        made.plugin = self
        return made

    def pytest_report_header(self) -> str:
        """Name the submission."""
        return f"submission: {self.grading.source.path}"

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write the finding on each file as a report has it."""
        for file, finding in self.findings.items():
            terminalreporter.write_line(f"{file}: {WORDS[finding.status]}: {finding.message} {finding.hint}".rstrip())


class SubmissionFile(pytest.File):
    """A file of tests."""

    plugin: SubmissionPlugin

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Run the file, and yield its tests and groups of tests."""
        try:
            graded = self.plugin.grading.run(self.path)
        except GraderError as error:
            raise self.CollectError(str(error)) from None
        self.plugin.findings[self.nodeid] = graded.finding
        if not graded.tests:
            raise self.CollectError(_in_words(graded.finding.message, graded.finding.hint))
        yield from _nodes(self, _Lines(self.path), graded.tests, 0)


class Group(pytest.Collector):
    """A class of tests."""

    lines: _Lines
    tests: Sequence[CaseVerdict] = ()
    depth = 0

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Yield the tests of the class."""
        return _nodes(self, self.lines, self.tests, self.depth)


def _nodes(
    parent: pytest.Collector, lines: _Lines, tests: Sequence[CaseVerdict], depth: int
) -> Iterator[pytest.Item | pytest.Collector]:
    """Yield the items of tests whose names have `depth` classes before them, and a group for each further class."""
    groups: dict[str, list[CaseVerdict]] = {}
    for test in tests:
        head, *rest = _parts(test.name)[depth:]
        if rest:
            groups.setdefault(head, []).append(test)
            continue
        item = SubmissionItem.from_parent(parent, name=head)
        item.test, item.line = test, lines.of(_parts(test.name))
        yield item
    for name, inside in groups.items():
        group = Group.from_parent(parent, name=name)
        group.lines, group.tests, group.depth = lines, inside, depth + 1
        yield group


def _parts(name: str) -> list[str]:
    """Return the classes and the function of a name, whose parameters may have the same signs."""
    head, bracket, parameters = name.partition("[")
    return [*head.split("::")[:-1], head.split("::")[-1] + bracket + parameters]


class SubmissionItem(pytest.Item):
    """One test that was run."""

    test: CaseVerdict
    line: int | None = None

    def setup(self) -> None:
        """Note points and hint for JUnit files; a test without a verdict ends here, which pytest calls an error.

        Raises:
            pytest.fail.Exception: nothing was proved.
        """
        verdict = self.test.verdict
        open_ = verdict is not None and verdict.status is not Status.failed
        earned = _rounded(self.test.points if verdict is None else Decimal(0))
        self.user_properties.append(("points", "" if open_ else earned))
        self.user_properties.append(("max_points", _rounded(self.test.points)))
        if self.test.hint:
            self.user_properties.append(("hint", self.test.hint))
        if verdict is not None and open_:
            pytest.fail(_words_of(verdict), pytrace=False)

    def runtest(self) -> None:
        """Fail if the submission has failed."""
        if self.test.verdict is not None:
            pytest.fail(_words_of(self.test.verdict), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the place of the test in its file."""
        return self.path, self.line, ".".join(_parts(self.test.name))


def _rounded(points: Decimal) -> str:
    return f"{points.quantize(Decimal('0.01')).normalize():f}"


def _words_of(verdict: Verdict) -> str:
    return _in_words(verdict.message, verdict.hint)


def _in_words(*parts: Any) -> str:
    return str(sentences(*(part for part in parts if str(part))))


class _Lines:
    """The lines of classes and functions of a file, by their names; lines count from 0, as pytest counts them."""

    def __init__(self, path: Path) -> None:
        self._body: Sequence[ast.stmt] = ast.parse(path.read_text(encoding="utf-8")).body

    def of(self, names: Sequence[str]) -> int | None:
        """Return the line of a function, in classes; None if it is inherited or made in another way."""
        body, line = self._body, None
        for name in names:
            plain = name.partition("[")[0]
            known = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            found = [one for one in body if isinstance(one, known) and one.name == plain]
            if not found:
                return None
            body, line = found[-1].body, found[-1].lineno - 1
        return line
