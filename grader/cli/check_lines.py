"""The lines that `grader check` prints: findings by question with their points, the sum, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.app import BUG, DONE, OPEN, USER
from grader.model import Status
from grader.report.i18n import translated
from grader.report.status_words import WORDS
from grader.text import counted, plain, points

if TYPE_CHECKING:
    from grader.checks import Check
    from grader.model import Finding
    from grader.rubric.schema import Rubric
    from grader.student.selfcheck import Remark

COLOURS = {Status.passed: "green", Status.failed: "red", Status.needs_review: "yellow", Status.error: "magenta"}
WIDTH = 13  # of the column with the status


@dataclass(frozen=True)
class Line:
    """One line, and the colour of its first word in a terminal."""

    text: str
    colour: str | None = None
    first: str = ""  # what is coloured, before the text


@dataclass(frozen=True)
class Result:
    """All that the check found: its findings, remarks, and whether each of them could run here."""

    findings: tuple[Finding, ...] = ()
    remarks: tuple[Remark, ...] = ()
    stopped: tuple[Remark, ...] = ()  # cells that did not run to their end

    @property
    def failed(self) -> bool:
        """Return whether something of the work itself is to be corrected."""
        own = any(not remark.prevents_run for remark in self.stopped)
        return own or any(finding.status in (Status.failed, Status.skipped) for finding in self.findings)

    @property
    def not_run(self) -> int:
        """Return how many checks could not run here; cells and packages count where no check names them."""
        from grader.student.selfcheck import could_not_run

        prevented = any(remark.prevents_run for remark in (*self.remarks, *self.stopped))
        return sum(map(could_not_run, self.findings)) or int(prevented)

    @property
    def exit_code(self) -> int:
        """Return 3 for an error of the grader, 1 for a failure, 2 if something could not run here, otherwise 0."""
        if any(finding.status is Status.error for finding in self.findings):
            return BUG
        return OPEN if self.failed else USER if self.not_run else DONE


def remark_lines(remarks: Sequence[Remark], language: str, word: str = "note") -> Iterator[Line]:
    """Yield each remark with its hint."""
    for remark in remarks:
        hint = plain(translated(remark.hint, language))
        message = plain(translated(remark.message, language))
        yield Line(f": {message} {hint}".rstrip(), "yellow", word)


def finding_lines(findings: Sequence[Finding], rubric: Rubric) -> Iterator[Line]:
    """Yield the findings below the titles of their questions, in the order of the rubric."""
    checks = {check.id: check for _, check in rubric.checks()}
    titles = {question.id: question.title for question in rubric.questions}
    for question, several in groupby(findings, key=lambda finding: finding.question):
        yield Line(plain(titles.get(question, "Submission")))
        for finding in several:
            yield from _finding(finding, checks[finding.check], rubric.language)


def _finding(finding: Finding, check: Check, language: str) -> Iterator[Line]:
    title, message = (plain(translated(text, language)) for text in (finding.title, finding.message))
    its_points = _points_of(finding, check)
    yield Line(f"{title}{its_points}: {message}", COLOURS.get(finding.status), f"  {WORDS[finding.status]:{WIDTH}} ")
    if finding.hint and finding.status != "passed":
        yield Line(f"  {'':{WIDTH}} {plain(translated(finding.hint, language))}")


def _points_of(finding: Finding, check: Check) -> str:
    """Return the points of a check in brackets, with those that were earned where that is known."""
    if check.points is None:
        return ""
    if finding.status not in (Status.passed, Status.failed):
        return f" ({counted(check.points, 'point')})"
    share = Decimal(1) if finding.status is Status.passed else finding.credit
    return f" ({points(round(share * check.points, 2).normalize())} of {counted(check.points, 'point')})"


def last_lines(result: Result, left: Decimal, every: Decimal, path: Path, unnamed: bool) -> Iterator[Line]:
    """Yield the explanation of statuses that occur, the points of later checks, and what to do next."""
    statuses = {finding.status for finding in result.findings}
    if Status.needs_review in statuses:
        yield Line(f"{WORDS[Status.needs_review]}: a tutor grades these checks after you submit.")
    yield Line(
        f"Checked here: {points(every - left)} of {counted(every, 'point')}. The rest is graded after you submit."
    )
    yield _next(result, path, unnamed)


def _next(result: Result, path: Path, unnamed: bool) -> Line:
    code = result.exit_code
    if code == BUG:
        failed = f"{WORDS[Status.error]} means that the grader failed, not you; please tell your tutor."
        return Line(f": {failed}", "magenta", "Next")
    if code == OPEN:
        return Line(": correct what failed, then run this command again.", "red", "Next")
    if code == USER:
        what = "one check" if result.not_run == 1 else f"{result.not_run} checks"
        missing = "could not run here; install or add what is missing, then run this command again."
        return Line(f": {what} {missing}", "yellow", "Next")
    if any(remark.to_do for remark in result.remarks):
        return Line(": look at the notes above, then submit.", "yellow", "Next")
    if unnamed:
        how = f"to make the zip: grader check {path} --submit NAME.zip"
        return Line(f": all checks that run here passed; {how}", "green", "Nothing to do")
    return Line(": all checks that run here passed.", "green", "Nothing to do")
