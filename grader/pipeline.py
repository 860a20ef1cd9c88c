"""The program in five lines, for one hand-in and for many."""

from __future__ import annotations

import json
import logging
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from grader import files
from grader.errors import GraderError
from grader.evidence import EvidenceStore
from grader.examine import examine
from grader.execute import limits_of, observe
from grader.ingest.bulk import Source, discover
from grader.ingest.opening import open_submission
from grader.ingest.page_images import pages_of
from grader.model import Decision, Evidence, Grade, Mark, Member, Notice, PageImage, Report, Status, Submission
from grader.report.data import from_json, to_csv, to_json
from grader.report.pages import index_page, report_page
from grader.rubric import Rubric
from grader.sandbox.drawing import draw
from grader.sandbox.host import Limits
from grader.sandbox.policy import Level
from grader.score import decided, score, with_marks
from grader.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Course:
    """What the tutor gives besides hand-ins and rubric: received times, roster, marks, tighter limits."""

    intake: Mapping[str, datetime] | None = None
    roster: Mapping[str, Member] | None = None
    marks: Sequence[Mark] = field(default_factory=tuple)
    decisions: Mapping[tuple[str, str], Decision] = field(default_factory=dict)  # by check and group of answers
    distributions: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # of further configurations
    cell_seconds: float | None = None
    level: Level | None = None
    keep: Path | None = None  # where evidence is kept, so that nothing is run twice

    def limits(self, rubric: Rubric) -> Limits:
        """Return the rubric's limits, tightened where the tutor says so."""
        limits = replace(limits_of(rubric), level=self.level)
        return replace(limits, cell_seconds=self.cell_seconds) if self.cell_seconds else limits


@dataclass(frozen=True)
class Graded:
    """A report, and how long each cell took (kept apart: everything else is the same in every run)."""

    report: Report
    seconds: Mapping[str, Any]


def grade(source: Source, rubric: Rubric, course: Course | None = None) -> Graded:
    """Mark one hand-in: open, observe, judge, score."""
    course = course or Course()
    submission = open_submission(source, rubric.execute.notebook, rubric.targets, course.intake, course.roster)
    kept = EvidenceStore(course.keep) if course.keep is not None else None
    limits = course.limits(rubric)
    evidence, findings = observe(submission, rubric, limits, course.distributions, kept)  # only here student code runs
    marks = [mark for mark in course.marks if mark.team == submission.team]
    grade = score(rubric, findings, [*marks, *decided(findings, course.decisions, marks)])
    return Graded(
        make_report(submission, evidence, rubric, grade, course.level),
        {
            "cells": {str(run.number): round(run.seconds, 3) for run in evidence.cells},
            "processes": [dict(record) for record in evidence.records],
        },
    )


def make_report(
    submission: Submission, evidence: Evidence, rubric: Rubric, grade: Grade, level: Level | None = None
) -> Report:
    """Put together what a report shows; times of running stay out of it."""
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
        cells=tuple(replace(run, seconds=0.0) for run in evidence.cells),
        environment=evidence.environment,
        seeds={"seed": rubric.execute.seed},
        pages=_pages(submission, evidence, grade, level),
    )


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


def _grade_safely(source: Source, rubric: Rubric, course: Course) -> Graded:
    """Mark one hand-in; a fault of ours becomes a report that waits, and the batch goes on."""
    try:
        return grade(source, rubric, course)
    except GraderError:
        raise  # a full disk, a locked file: for the person at the keyboard
    except Exception as error:
        log.exception("%s could not be marked", source.name)
        notice = Notice("broken", f"The grader failed on this hand-in ({type(error).__name__}).", "See the log.", True)
        submission = Submission(source.label or source.name, source.name, "", notices=(notice,))
        findings = [
            replace(finding, status=Status.broken, message=notice.message, hint=notice.hint)
            for finding in examine(submission, Evidence(), rubric)
        ]
        return Graded(make_report(submission, Evidence(), rubric, score(rubric, findings)), {})


def default_jobs(memory_bytes: int) -> int:
    """Return how many hand-ins fit side by side: one a core, and no more than there is memory for their limits."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        return cores
    return max(1, min(cores, free // memory_bytes))


def grade_all(
    paths: Iterable[Path], rubric: Rubric, course: Course | None = None, jobs: int = 1
) -> Iterator[tuple[int, int, Graded]]:
    """Mark every hand-in under `paths`; yield number done, number in all, and the result, as they come.

    Raises:
        GraderError: a path is not there or holds no hand-in.
    """
    sources = discover(paths)
    course = course or Course()
    if jobs <= 1 or len(sources) == 1:
        for number, source in enumerate(sources, 1):
            yield number, len(sources), _grade_safely(source, rubric, course)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_grade_safely, source, rubric, course) for source in sources]
        try:
            for number, future in enumerate(as_completed(futures), 1):
                yield number, len(sources), future.result()
        finally:
            for future in futures:
                future.cancel()


def file_name(report: Report) -> str:
    """Return a file name for a report: letters, digits and a piece of the digest, so that no two are the same."""
    plain = unicodedata.normalize("NFKD", report.team).encode("ascii", "ignore").decode()
    return f"{re.sub(r'[^A-Za-z0-9-]+', '_', plain).strip('_')[:80] or 'team'}-{(report.digest or report.source)[:8]}"


def write_team(report: Report, folder: Path) -> Path:
    """Write a report's page and JSON into `folder` and return the page's path.

    Raises:
        GraderError: the folder cannot be written.
    """
    page = folder / "reports" / f"{file_name(report)}.html"
    try:
        shown = report_page(report)
    except Exception:
        log.exception("the report of %s could not be drawn", report.team)
        shown = report_page(_without_details(report))
    _write(page, shown)
    _write(page.with_suffix(".json"), to_json(report))
    return page


def _without_details(report: Report) -> Report:
    """A report without tables, charts and quotes, and a word on it: one of them cannot be drawn, which is our fault."""
    questions = tuple(
        replace(q, checks=tuple(replace(s, finding=replace(s.finding, details=())) for s in q.checks))
        for q in report.grade.questions
    )
    notice = Notice("broken", "Tables, charts and quotes of this report could not be drawn.", "See the log.", True)
    grade = replace(report.grade, questions=questions)
    return replace(report, grade=grade, notices=(*report.notices, notice), pages={})


def write_overview(reports: Sequence[Report], folder: Path, title: str) -> Path:
    """Write `index.html` and `results.csv` for all reports and return the index's path."""
    ordered = sorted(reports, key=lambda report: (report.team, report.digest))
    index = folder / "index.html"
    _write(index, index_page(title, [(report, f"reports/{file_name(report)}.html") for report in ordered]))
    _write(folder / "results.csv", to_csv(ordered))
    return index


def write_seconds(graded: Sequence[Graded], folder: Path) -> None:
    """Write how long cells took, apart from everything that is the same in every run."""
    seconds = {file_name(one.report): dict(one.seconds) for one in graded}
    _write(folder / "seconds.json", json.dumps(seconds, indent=1, sort_keys=True) + "\n")


def read_reports(folder: Path) -> list[Report]:
    """Read the reports that `write_team` wrote into `folder`.

    Raises:
        GraderError: there are none, or one is damaged.
    """
    paths = sorted((folder / "reports").glob("*.json"))
    if not paths:
        raise GraderError(f"{folder}: no reports found; give the folder that 'grader grade --out' wrote")
    reports = []
    for path in paths:
        try:
            reports.append(from_json(path.read_text(encoding="utf-8")))
        except (ValueError, OSError) as error:
            first = str(error).partition("\n")[0]
            raise GraderError(f"{path}: not a report of this version ({first}); mark the hand-in again") from None
    return reports


def decide_again(reports: Sequence[Report], folder: Path) -> list[Report]:
    """Apply the decisions that `folder` keeps to its reports, write what changed, and return those reports.

    Raises:
        GraderError: the folder cannot be read or written.
    """
    decisions = Store(folder).decisions()
    changed, all_of_them = [], []
    for report in reports:
        findings = [scored.finding for question in report.grade.questions for scored in question.checks]
        given = [scored.mark for q in report.grade.questions for scored in q.checks if scored.mark is not None]
        own = [mark for mark in given if mark.team]  # what was decided for a group can be decided again
        marks = [mark for mark in decided(findings, decisions, own) if mark not in given]
        one = replace(report, grade=with_marks(report.grade, marks)) if marks else report
        all_of_them.append(one)
        if one is not report:
            changed.append(one)
            write_team(one, folder)
    write_overview(all_of_them, folder, reports[0].rubric)
    return changed


def _write(path: Path, text: str) -> None:
    files.write(path, text.encode())


def public(rubric: Rubric) -> Rubric:
    """Return the rubric with its public checks only, as a student may see them; points and sums play no part."""
    hand_in = tuple(check for check in rubric.hand_in if check.visibility == "public")
    shown = {check.id for _, check in rubric.checks() if check.visibility == "public"}
    questions = []
    for question in rubric.questions:
        checks = tuple(
            check.model_copy(update={"needs": tuple(need for need in check.needs if need in shown)})
            for check in question.checks
            if check.id in shown
        )
        questions.append(question.model_copy(update={"checks": checks}))
    return rubric.model_copy(update={"hand_in": hand_in, "questions": tuple(questions)})
