"""A student's own check: first the remarks and checks that need no run, then the public checks."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader.checks.base import CheckContext
from grader.grading.interview import interview
from grader.ingest.discover import Source
from grader.ingest.find_answers import find_answers
from grader.model import Cause, Evidence, Finding, Status, Submission
from grader.model.message import NOTHING, Text, say, say_number
from grader.model.report import Report
from grader.opening.open_confined import open_confined
from grader.rubric.course_files import with_course_files
from grader.rubric.schema import Rubric
from grader.student.missing_packages import missing_packages
from grader.student.submitted_files import work_of


@dataclass(frozen=True)
class Remark:
    """A remark about the submission that needs no run, with a hint."""

    message: Text
    hint: Text = NOTHING
    to_do: bool = True  # the student has to do something about it before submitting
    prevents_run: bool = False  # it keeps the code from running here, and says nothing about the work


@dataclass(frozen=True)
class Opened:
    """A submission as it was opened, with the answers that were found."""

    source: Source
    submission: Submission
    evidence: Evidence


def opened(path: Path, rubric: Rubric) -> Opened:
    """Open the work at a path; see `work_of`.

    Raises:
        GraderError: the path does not exist or contains no submission.
    """
    return opened_source(work_of(path), rubric)


def opened_source(source: Source, rubric: Rubric) -> Opened:
    """Open the work of a student."""
    submission = with_course_files(
        open_confined(source, rubric.execute.notebook, rubric.targets, student_id=rubric.student_id), rubric
    )
    return Opened(source, submission, Evidence(answers=find_answers(submission, rubric)))


def at_once(one: Opened, rubric: Rubric) -> Iterator[Finding]:
    """Yield the findings of public checks that need no run, with the messages of the report."""
    context = CheckContext(one.submission, one.evidence, seed=rubric.execute.seed)
    return interview(rubric, context, only=lambda check: check.needs_no_run)


def remarks(one: Opened, rubric: Rubric) -> Iterator[Remark]:
    """Yield the other remarks that need no run."""
    notices = (notice.for_students for notice in one.submission.notices)
    yield from (Remark(notice.message, notice.hint) for notice in notices)
    for question in rubric.questions:
        answer = one.evidence.answers.get(question.id)
        if question.answer is not None and answer is None:
            what = say("No answer was found for '{question}'.", question=question.title)
            yield Remark(what, say("Number the answers as in the assignment."))
        elif answer is not None and not answer.text.strip():
            yield Remark(say("The answer to '{question}' is empty.", question=question.title))
    yield from _unread(one, rubric)
    yield from _mistakes(one.submission)
    yield from _order(one.submission)
    yield from _versions(rubric.student_pack)
    for package, command in missing_packages(one.submission):
        what = say("{package} is not installed here, and the code needs it.", package=package)
        yield Remark(what, say("Install it: {command}", command=command), prevents_run=True)


def _mistakes(submission: Submission) -> Iterator[Remark]:
    for cell in (*submission.cells, *submission.other_modules):
        if cell.mistake is not None:
            yield Remark(cell.mistake.in_words(), say("Run the cell or the module to see the error."))


def _unread(one: Opened, rubric: Rubric) -> Iterator[Remark]:
    """Name files that are not read where an answer is missing that may be in them."""
    wanted = [question for question in rubric.questions if question.answer is not None]
    files = one.submission.unread_files
    if files and any(question.id not in one.evidence.answers for question in wanted):
        what = say_number("{files} cannot be read here.", "{files} cannot be read here.", len(files), files=files[:10])
        yield Remark(what, say("Add the answers as a PDF, a Markdown file or Markdown cells."))


def _order(submission: Submission) -> Iterator[Remark]:
    """Warn when execution counts are out of order: run from top to bottom, the cells may behave differently."""
    for path in submission.notebooks:
        try:
            notebook = json.loads(submission.files[path])
            cells = [cell for cell in notebook["cells"] if cell.get("cell_type") == "code"]
            counts = [cell.get("execution_count") for cell in cells if "".join(cell.get("source", "")).strip()]
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        numbers = [count for count in counts if isinstance(count, int)]
        if numbers != sorted(numbers):
            what = say("The cells of {file} were run out of order.", file=path)
            yield Remark(what, say("Restart the kernel and run all cells."))
        elif numbers and len(numbers) < len(counts):
            what = say_number(
                "{n} cell of {file} was not run before it was saved.",
                "{n} cells of {file} were not run before it was saved.",
                len(counts) - len(numbers),
                file=path,
            )
            yield Remark(what)


def _versions(expected: dict[str, str] | None) -> Iterator[Remark]:
    for package, wanted in (expected or {}).items():
        try:
            here = platform.python_version() if package == "python" else version(package).partition("+")[0]
        except PackageNotFoundError:
            continue  # where the code needs it, another remark says so
        if wanted and here != wanted:
            what = say(
                "You have {package} {here}; submissions are graded with {package} {version}.",
                package=package,
                here=here,
                version=wanted,
            )
            yield Remark(what, say("Small differences between versions are normal."), to_do=False)


def stopped_cells(report: Report, submission: Submission) -> Iterator[Remark]:
    """Yield a remark for each cell that did not run to its end, as a check of the run would say it."""
    context = CheckContext(submission, Evidence(cells=report.cells))
    places = {cell.number: cell.place for cell in submission.cells}
    for run in report.cells:
        if run.number in places and run.status not in ("ok", "not needed", "not run"):
            verdict = context.cell_verdict(run)
            place = verdict.place or places[run.number]
            what = say("{place}: {error}", place=place.in_words(), error=verdict.message)
            yield Remark(what, verdict.hint, prevents_run=verdict.cause is Cause.environment)


def could_not_run(finding: Finding) -> bool:
    """Return whether a check could not run here, for a reason that says nothing about the work."""
    return finding.status is Status.needs_review and finding.cause in (
        Cause.environment, Cause.sandbox_limit, Cause.wall_time, Cause.grader_fault
    )  # fmt: skip
