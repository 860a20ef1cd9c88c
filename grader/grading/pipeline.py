"""The program in five lines, for one hand-in; `batch.py` does it for many."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.cache.evidence_cache import EvidenceStore, Kept
from grader.errors import GraderError
from grader.grading.assemble import make_report
from grader.grading.judge import examine
from grader.grading.options import Course
from grader.grading.run import observe
from grader.ingest.discover import Source, discover
from grader.ingest.open_submission import team_of
from grader.model import Evidence, Notice, Report, Status, Submission
from grader.rubric.schema import Rubric
from grader.scoring.group_decisions import decided
from grader.scoring.score import score

log = logging.getLogger(__name__)


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
