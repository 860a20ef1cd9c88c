"""Put together what a report shows."""

from __future__ import annotations

from dataclasses import replace

from grader.ingest.answer_pages import pages_of
from grader.model import Evidence, Grade, PageImage, Report, Submission
from grader.rubric.schema import Rubric
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.pdf_pages import draw
from grader.text import writable

MAX_SOURCE = 20_000  # characters of a cell that a report keeps for who marks by hand


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
    cut = source if len(source) <= MAX_SOURCE else f"{source[:MAX_SOURCE]}\n[the rest is left out]"
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
        rendered = dict(zip(numbers, draw(submission.files[path], numbers, level), strict=False))
        for name, (where, several) in wanted.items():
            shown = [number for number in several if where == path and number in rendered]
            found |= {name: tuple(PageImage(f"Page {n + 1} of {path}", rendered[n]) for n in shown)} if shown else {}
    return found
