"""The lines of a submission that a finding speaks of, with their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from markupsafe import Markup

from grader.model import CellRun, Finding, LineComment, Place, Report, ScoredCheck, Status
from grader.report.code_html import code_lines

FEW = 2  # lines before and after one that a tutor comments on
AROUND = 5  # lines before and after the one that is meant
MAX_LINES = 40


@dataclass(frozen=True)
class Excerpt:
    """Lines of one cell or module: the place, the number of the first one, and the one that is meant."""

    place: Place
    first: int
    lines: tuple[Markup, ...]
    at: int | None = None
    more: int = 0  # lines that are left out after them


def excerpts(report: Report) -> Callable[[ScoredCheck], Excerpt | None]:
    """Return a function that gives the excerpt of a failed check; the same lines are shown once in a report."""
    shown: set[tuple[Place, int, int | None]] = set()

    def excerpt(scored: ScoredCheck) -> Excerpt | None:
        if scored.finding.status is not Status.failed:
            return None
        found = _excerpt(report, scored.finding)
        if found is None or (found.place, found.first, found.at) in shown:
            return None
        shown.add((found.place, found.first, found.at))
        return found

    return excerpt


def excerpt_at(report: Report, comment: LineComment) -> Excerpt | None:
    """Return the lines around a tutor's comment, or None if the submission has no such line."""
    cell = next((one for one in report.cells if one.number == comment.cell), None)
    if cell is None or not cell.source or not 1 <= comment.line <= cell.source.count("\n") + 1:
        return None
    found = _cut(cell, max(1, comment.line - FEW), min(cell.source.count("\n") + 1, comment.line + FEW), comment.line)
    return found if cell.place else replace(found, place=Place(cell=cell.number))


def _excerpt(report: Report, finding: Finding) -> Excerpt | None:
    place = finding.place
    for cell in report.cells:
        if (
            place is not None
            and cell.place is not None
            and (cell.place.file, cell.place.cell) == (place.file, place.cell)
        ):
            return _around(cell, place.line)
    for name in finding.target.split(".") if finding.target and place is None else ():
        for cell in reversed(report.cells):
            if (lines := _definition(cell.source, name)) is not None:
                return _cut(cell, *lines)
    return None


def _around(cell: CellRun, line: int | None) -> Excerpt | None:
    count = cell.source.count("\n") + 1
    if line is None or not cell.source:
        return _cut(cell, 1, count) if cell.source else None
    if line > count:
        return None
    return _cut(cell, max(1, line - AROUND), min(count, line + AROUND), line)


def _cut(cell: CellRun, first: int, last: int, at: int | None = None) -> Excerpt:
    """Return the lines from `first` to `last`, both counted from 1."""
    end = min(last, first + MAX_LINES - 1)
    lines = code_lines(cell.source)[first - 1 : end]
    return Excerpt(cell.place or Place(), first, tuple(lines), at, last - end)


def _definition(source: str, name: str) -> tuple[int, int] | None:
    """Return the first and the last line of a class or function; the text is read by its indentation, never parsed."""
    lines = source.split("\n")
    begins = re.compile(rf"([ \t]*)(?:async[ \t]+)?(?:class|def)[ \t]+{re.escape(name)}\b")
    for number, line in enumerate(lines):
        if (found := begins.match(line)) is None:
            continue
        last, outside = number, re.compile(rf"[ \t]{{0,{len(found[1])}}}(\S)")
        for later in range(number + 1, len(lines)):
            out = outside.match(lines[later])
            if out is not None and out[1] not in "#)]}":
                break
            if lines[later].strip() and (out is None or out[1] != "#"):
                last = later
        return number + 1, last + 1
    return None
