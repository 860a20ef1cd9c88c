"""A student's own check: what needs no run is said at once, then the public checks run, then what was not checked."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader.checks.base import CheckContext
from grader.grading.judge import judge_check
from grader.ingest.discover import Source, discover
from grader.ingest.find_answers import find_answers
from grader.ingest.open_submission import open_submission
from grader.model import Cell, Evidence, Finding, Status, Submission
from grader.rubric.schema import Rubric
from grader.syntax import parse

_MAGIC = re.compile(r"(?m)^(\s*)[%!?].*$|^\s*\w+\?\s*$")


@dataclass(frozen=True)
class Remark:
    """Something about the submission that needs no run: what, and what to try."""

    message: str
    hint: str = ""


@dataclass(frozen=True)
class Opened:
    """A submission as it was opened, with the answers that were found."""

    source: Source
    submission: Submission
    evidence: Evidence


def opened(path: Path, rubric: Rubric) -> Opened:
    """Open one submission.

    Raises:
        GraderError: the path is not there or holds no submission.
    """
    source = discover([path])[0]
    submission = open_submission(source, rubric.execute.notebook, rubric.targets)
    return Opened(source, submission, Evidence(answers=find_answers(submission, rubric)))


def at_once(one: Opened, rubric: Rubric) -> Iterator[Finding]:
    """Yield the findings of public checks that need no run, in the words of the report."""
    findings: dict[str, Finding] = {}
    for question, check in rubric.checks():
        if check.needs_no_run and all(need in findings for need in check.needs):
            context = CheckContext(one.submission, one.evidence, question, findings, rubric.execute.seed)
            findings[check.id] = judge_check(check, context)
            yield findings[check.id]


def remarks(one: Opened, rubric: Rubric) -> Iterator[Remark]:
    """Yield what else can be seen without a run."""
    yield from (Remark(notice.message, notice.hint) for notice in one.submission.notices)
    for question in rubric.questions:
        answer = one.evidence.answers.get(question.id)
        if question.answer is not None and answer is None:
            yield Remark(f"No answer was found for '{question.title}'.", "Number the answers as on the sheet.")
        elif answer is not None and not answer.text.strip():
            yield Remark(f"The answer for '{question.title}' is empty.")
    yield from filter(None, map(_unparsed, one.submission.cells))
    yield from _order(one.submission)
    yield from _versions(rubric.student_pack)


def _unparsed(cell: Cell) -> Remark | None:
    if cell.module or cell.source.lstrip().startswith("%%"):
        return None
    try:
        parse(_MAGIC.sub(r"\1pass", cell.source))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        what = error.msg if isinstance(error, SyntaxError) else type(error).__name__
        return Remark(f"{cell.origin}{line} is not Python: {what}.", "Run the cell.")
    return None


def _order(submission: Submission) -> Iterator[Remark]:
    """Cells that were run in another order than they stand in: from top to bottom they may do something else."""
    for path, data in sorted(submission.files.items()):
        if not path.endswith(".ipynb"):
            continue
        try:
            cells = [cell for cell in json.loads(data)["cells"] if cell.get("cell_type") == "code"]
            counts = [cell.get("execution_count") for cell in cells if "".join(cell.get("source", "")).strip()]
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        numbers = [count for count in counts if isinstance(count, int)]
        if numbers != sorted(numbers):
            yield Remark(f"The cells of {path} were run out of order.", "Restart the kernel and run all cells.")
        elif numbers and len(numbers) < len(counts):
            yield Remark(f"{len(counts) - len(numbers)} cells of {path} were not run before it was saved.")


def _versions(expected: dict[str, str] | None) -> Iterator[Remark]:
    for package, wanted in (expected or {}).items():
        try:
            here = platform.python_version() if package == "python" else version(package).partition("+")[0]
        except PackageNotFoundError:
            here = "not installed"
        if wanted and here != wanted:
            yield Remark(
                f"{package} is {here} here and {wanted} where submissions are marked.", "Small differences are normal."
            )


def good(finding: Finding) -> bool:
    """Whether a student has nothing to do about it."""
    return finding.status not in (Status.failed, Status.skipped)
