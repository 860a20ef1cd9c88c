"""The program in five lines, for one hand-in; `batch.py` does it for many."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.evidence import EvidenceStore, Kept
from grader.examine import examine
from grader.execute import limits_of, observe
from grader.ingest.bulk import Source, discover
from grader.ingest.opening import open_submission, team_of
from grader.ingest.page_images import pages_of
from grader.model import (
    Decision,
    Evidence,
    Extension,
    Grade,
    Mark,
    Member,
    Notice,
    PageImage,
    Report,
    Status,
    Submission,
)
from grader.rubric import Rubric
from grader.sandbox.drawing import draw
from grader.sandbox.host import Limits
from grader.sandbox.policy import Level
from grader.score import decided, score
from grader.store import writable

log = logging.getLogger(__name__)
MOST_SOURCE = 20_000  # characters of a cell that a report keeps for who marks by hand


@dataclass(frozen=True)
class Course:
    """What the tutor gives besides hand-ins and rubric: received times, roster, marks, tighter limits."""

    intake: Mapping[str, datetime] | None = None
    roster: Mapping[str, Member] | None = None
    extensions: Mapping[str, Extension] | None = None
    marks: Sequence[Mark] = field(default_factory=tuple)
    decisions: Mapping[tuple[str, str], Decision] = field(default_factory=dict)  # by check and group of answers
    distributions: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # of further configurations
    cell_seconds: float | None = None
    level: Level | None = None
    keep: Path | None = None  # the folder where evidence is kept, so that nothing is run twice
    fresh: bool = False  # everything is run, and what was kept is replaced

    def opened(self, source: Source, rubric: Rubric) -> Submission:
        """Open a hand-in, with what the course's lists say of it."""
        lists = (self.intake, self.roster, self.extensions)
        return open_submission(source, rubric.execute.notebook, rubric.targets, *lists)

    def limits(self, rubric: Rubric) -> Limits:
        """Return the rubric's limits, tightened where the tutor says so."""
        limits = replace(limits_of(rubric), level=self.level)
        return replace(limits, cell_seconds=self.cell_seconds) if self.cell_seconds else limits


@dataclass(frozen=True)
class Graded:
    """A report, and how long each cell took (kept apart: everything else is the same in every run)."""

    report: Report
    seconds: Mapping[str, Any]
    evidence: str = ""  # the address of what was seen
    ran: bool = False  # whether something was run for it; otherwise all was known


def grade(source: Source, rubric: Rubric, course: Course | None = None, kept: Kept | None = None) -> Graded:
    """Mark one hand-in: open, observe, judge, score. `kept` evidence is used instead of running it again."""
    course = course or Course()
    submission = course.opened(source, rubric)
    kept = kept or (EvidenceStore(course.keep, course.fresh) if course.keep is not None else None)
    seen = observe(submission, rubric, course.limits(rubric), course.distributions, kept)  # only here student code runs
    marks = [m for m in course.marks if m.team == submission.team and m.digest in ("", submission.digest)]
    worths = {s.finding.check: s.worth for q in score(rubric, seen.findings).questions for s in q.checks}
    grade = score(rubric, seen.findings, [*marks, *decided(seen.findings, course.decisions, worths, marks)])
    seconds = {
        "cells": {str(run.number): round(run.seconds, 3) for run in seen.evidence.cells},
        "processes": [dict(record) for record in seen.evidence.records],
    }
    report = make_report(submission, seen.evidence, rubric, grade, course.level)
    return Graded(report, seconds, seen.address, seen.ran)


def make_report(
    submission: Submission, evidence: Evidence, rubric: Rubric, grade: Grade, level: Level | None = None
) -> Report:
    """Put together what a report shows; times of running stay out of it."""
    sources = {cell.number: _shortened(cell.source) for cell in submission.cells}
    return Report(
        team=submission.team,
        rubric=rubric.title,
        source=submission.source,
        digest=submission.digest,
        members=submission.members,
        received=submission.received,
        notices=submission.notices,
        grade=grade,
        answers=evidence.answers,
        cells=tuple(replace(run, seconds=0.0, source=sources.get(run.number, "")) for run in evidence.cells),
        environment=evidence.environment,
        seeds={"seed": rubric.execute.seed},
        pages=_pages(submission, evidence, grade, level),
        language=rubric.language,
    )


def _shortened(source: str) -> str:
    """As much of a cell as a report keeps, in characters that can be written."""
    cut = source if len(source) <= MOST_SOURCE else f"{source[:MOST_SOURCE]}\n[the rest is left out]"
    return writable(cut)


def _pages(
    submission: Submission, evidence: Evidence, grade: Grade, level: Level | None
) -> dict[str, tuple[PageImage, ...]]:
    """The pages of answers that wait for a person, drawn in a confined process."""
    still_open = {question.id for question in grade.questions if question.earned is None}
    wanted = {name: pages_of(one, submission) for name, one in evidence.answers.items() if name in still_open}
    found: dict[str, tuple[PageImage, ...]] = {}
    for path in dict.fromkeys(path for path, numbers in wanted.values() if numbers):
        numbers = sorted({number for where, several in wanted.values() if where == path for number in several})
        drawn = dict(zip(numbers, draw(submission.files[path], numbers, level), strict=False))
        for name, (where, several) in wanted.items():
            shown = [number for number in several if where == path and number in drawn]
            found |= {name: tuple(PageImage(f"Page {n + 1} of {path}", drawn[n]) for n in shown)} if shown else {}
    return found


def grade_safely(source: Source, rubric: Rubric, course: Course, kept: Kept | None = None) -> Graded:
    """Mark one hand-in; a fault of ours becomes a report that waits, and the batch goes on."""
    try:
        return grade(source, rubric, course, kept)
    except GraderError:
        raise  # a full disk, a locked file: for the person at the keyboard
    except Exception as error:
        log.exception("%s could not be marked", source.name)
        return failed(source, rubric, course, f"The grader failed on this hand-in ({type(error).__name__}).")


def failed(source: Source, rubric: Rubric, course: Course, why: str) -> Graded:
    """The report of a hand-in that we could not mark: every check is our fault and waits for a mark of a person."""
    notice = Notice("broken", why, "See the log.", True)
    submission = Submission(team_of(source), source.name, "", notices=(notice,))
    findings = [
        replace(finding, status=Status.broken, message=notice.message, hint=notice.hint)
        for finding in examine(submission, Evidence(), rubric)
    ]
    marks = [mark for mark in course.marks if mark.team == submission.team and not mark.digest]
    return Graded(make_report(submission, Evidence(), rubric, score(rubric, findings, marks)), {})


def grade_each(paths: Iterable[Path], rubric: Rubric, course: Course | None = None) -> Iterator[Graded]:
    """Mark every hand-in under `paths`, one after the other, in this process; `batch.py` has what many need.

    Raises:
        GraderError: a path is not there or holds no hand-in.
    """
    for source in discover(paths):
        yield grade_safely(source, rubric, course or Course())
