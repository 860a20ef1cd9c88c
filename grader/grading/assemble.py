"""Assemble a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from grader.checks.base import CheckContext
from grader.grading.options import GradingOptions
from grader.grading.run import Observation
from grader.ingest.answer_pages import pages_of
from grader.model import NOTHING, CellRun, Evidence, Grade, PageImage, Report, Submission, say
from grader.rubric.schema import Rubric
from grader.text import storable

Draw = Callable[[bytes, Sequence[int]], list[str]]  # pages of a PDF as pictures
Redraw = Callable[[Sequence[bytes]], list[str]]  # pictures of a submission, drawn anew
MAX_PICTURES = 12  # of one question
MAX_SOURCE = 20_000  # characters of a cell that a report keeps for the tutor


MAX_MODULES = 50  # of those that were not run


@dataclass(frozen=True)
class GradedSubmission:
    """A report, and the time of each cell (kept apart, so that a report is the same in every run)."""

    report: Report
    seconds: Mapping[str, Any]
    evidence: str = ""  # the key of the evidence
    ran: bool = False  # whether any code was run; otherwise all evidence came from the cache


def assemble(
    submission: Submission, observation: Observation, rubric: Rubric, grade: Grade, options: GradingOptions
) -> GradedSubmission:
    """Return the report with its running times; pages of answers that need review are drawn in the sandbox."""
    evidence = observation.evidence
    seconds = {
        "cells": {str(run.number): round(run.seconds, 3) for run in evidence.cells},
        "processes": [dict(record) for record in evidence.records],
    }
    draw = partial(options.sandbox.draw_pages, level=options.level)
    report = make_report(submission, evidence, rubric, grade, draw)
    redraw = partial(options.sandbox.redraw_pictures, level=options.level)
    report = replace(report, pictures=_pictures(submission, evidence, rubric, redraw))
    if options.proof is not None:
        report = replace(report, proof=options.proof.sentence())
    return GradedSubmission(report, seconds, observation.key, observation.ran)


def make_report(
    submission: Submission, evidence: Evidence, rubric: Rubric, grade: Grade, draw: Draw | None = None
) -> Report:
    """Return the report of a submission, without times, which differ from run to run; no pages without `draw`."""
    sources = {cell.number: _shortened(cell.source) for cell in submission.cells}
    places = {cell.number: cell.place for cell in submission.cells}
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
        cells=(
            *(
                replace(run, seconds=0.0, source=sources.get(run.number, ""), place=places.get(run.number))
                for run in evidence.cells
            ),
            *_modules_not_run(submission),
        ),
        environment=evidence.environment,
        seeds={"seed": rubric.execute.seed},
        pages=_pages(submission, evidence, grade, draw) if draw is not None else {},
        show_guide=rubric.show_guide,
        class_statistics=rubric.class_statistics,
        language=rubric.language,
    )


def _pictures(
    submission: Submission, evidence: Evidence, rubric: Rubric, redraw: Redraw
) -> dict[str, tuple[PageImage, ...]]:
    """Return the pictures that checks show with their findings, by question, each drawn anew."""
    context = CheckContext(submission, evidence, seed=rubric.execute.seed)
    wanted = {
        question: [*check.pictures(context)][:MAX_PICTURES]
        for question, check in rubric.checks()
        if check.observes == "figures"
    }
    every = list(dict.fromkeys(data for pictures in wanted.values() for _, data in pictures))
    drawn = dict(zip(every, redraw(every), strict=True)) if every else {}
    shown = {
        question: tuple(PageImage(title, drawn[data]) for title, data in pictures if drawn[data])
        for question, pictures in wanted.items()
    }
    return {question: pictures for question, pictures in shown.items() if pictures}


def _modules_not_run(submission: Submission) -> Iterator[CellRun]:
    """Yield the modules that were read and not run by themselves, as a tutor wants to see the whole code."""
    number = max((cell.number for cell in submission.cells), default=0)
    for module in submission.other_modules[:MAX_MODULES]:
        number += 1
        mistake = module.mistake.in_words() if module.mistake is not None else NOTHING
        why = str(mistake or f"{module.origin}: read, not run by itself")
        yield CellRun(number, "not run", storable(why), source=_shortened(module.source), place=module.place)


def _shortened(source: str) -> str:
    """Return as much of a cell as a report keeps, in characters that can be stored."""
    cut = source if len(source) <= MAX_SOURCE else f"{source[:MAX_SOURCE]}\n[the rest is left out]"
    return storable(cut)


def _pages(submission: Submission, evidence: Evidence, grade: Grade, draw: Draw) -> dict[str, tuple[PageImage, ...]]:
    """Return the pages of answers that need review, each page drawn once."""
    unresolved = {question.id for question in grade.questions if question.earned is None}
    wanted = {name: pages_of(answer, submission) for name, answer in evidence.answers.items() if name in unresolved}
    images: dict[tuple[str, int], PageImage] = {}
    for path in dict.fromkeys(path for path, numbers in wanted.values() if numbers):
        numbers = sorted({number for where, several in wanted.values() if where == path for number in several})
        for number, data in zip(numbers, draw(submission.files[path], numbers), strict=False):
            title = say("Page {number} of {file}", number=number + 1, file=path)
            images[path, number] = PageImage(title, data)
    shown = {
        name: tuple(images[path, number] for number in numbers if (path, number) in images)
        for name, (path, numbers) in wanted.items()
    }
    return {name: pages for name, pages in shown.items() if pages}
