"""The program in five lines, for one submission; `batch.py` does it for many."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.cache.evidence_cache import EvidenceCache, FolderCache
from grader.errors import GraderError
from grader.grading.assemble import make_report
from grader.grading.judge import examine
from grader.grading.options import Course
from grader.grading.run import run_and_ask
from grader.ingest.discover import Source, discover
from grader.ingest.open_submission import team_of
from grader.model import Evidence, Notice, Report, Status, Submission
from grader.rubric.schema import Rubric
from grader.scoring.group_decisions import overrides_from_decisions
from grader.scoring.score import score

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class GradedSubmission:
    """A report, and how long each cell took (kept apart: everything else is the same in every run)."""

    report: Report
    seconds: Mapping[str, Any]
    evidence: str = ""  # the address of what was seen
    ran: bool = False  # whether something was run for it; otherwise all was known


def grade(
    source: Source, rubric: Rubric, course: Course | None = None, cache: EvidenceCache | None = None
) -> GradedSubmission:
    """Mark one submission: open, observe, judge, score. `kept` evidence is used instead of running it again."""
    course = course or Course()
    submission = course.opened(source, rubric)
    cache = cache or (FolderCache(course.keep, course.fresh) if course.keep is not None else None)
    context = run_and_ask(
        submission, rubric, course.limits(rubric), course.distributions, cache
    )  # only here student code runs
    overrides = [m for m in course.overrides if m.team == submission.team and m.digest in ("", submission.digest)]
    max_effects = {s.finding.check: s.max_effect for q in score(rubric, context.findings).questions for s in q.checks}
    grade = score(
        rubric,
        context.findings,
        [*overrides, *overrides_from_decisions(context.findings, course.decisions, max_effects, overrides)],
    )
    seconds = {
        "cells": {str(run.number): round(run.seconds, 3) for run in context.evidence.cells},
        "processes": [dict(record) for record in context.evidence.records],
    }
    report = make_report(submission, context.evidence, rubric, grade, course.level)
    return GradedSubmission(report, seconds, context.address, context.ran)


def grade_safely(
    source: Source, rubric: Rubric, course: Course, cache: EvidenceCache | None = None
) -> GradedSubmission:
    """Mark one submission; a fault of ours becomes a report that waits, and the batch goes on."""
    try:
        return grade(source, rubric, course, cache)
    except GraderError:
        raise  # a full disk, a locked file: for the person at the keyboard
    except Exception as error:
        log.exception("%s could not be marked", source.name)
        return failed(source, rubric, course, f"The grader failed on this submission ({type(error).__name__}).")


def failed(source: Source, rubric: Rubric, course: Course, why: str) -> GradedSubmission:
    """The report of a submission that we could not mark: every check is our fault and waits for a mark of a person."""
    notice = Notice("error", why, "See the log.", True)
    submission = Submission(team_of(source), source.name, "", notices=(notice,))
    findings = [
        replace(finding, status=Status.error, message=notice.message, hint=notice.hint)
        for finding in examine(submission, Evidence(), rubric)
    ]
    overrides = [override for override in course.overrides if override.team == submission.team and not override.digest]
    return GradedSubmission(make_report(submission, Evidence(), rubric, score(rubric, findings, overrides)), {})


def grade_each(paths: Iterable[Path], rubric: Rubric, course: Course | None = None) -> Iterator[GradedSubmission]:
    """Mark every submission under `paths`, one after the other, in this process; `batch.py` has what many need.

    Raises:
        GraderError: a path is not there or holds no submission.
    """
    for source in discover(paths):
        yield grade_safely(source, rubric, course or Course())
