"""The result of a run for all pipeline formats: small, without markup, with a JSON schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Literal

from pydantic import TypeAdapter

from grader.errors import GraderError
from grader.exports.export_format import Inputs
from grader.model import Place, Report, ScoredCheck, ScoredQuestion
from grader.report.for_students import for_students
from grader.text import plain

VERSION: Literal[1] = 1
MAX_CHARACTERS = 4000  # of one message; the report has all of it


@dataclass(frozen=True)
class Test:
    """One check of one team. `score` is None while it is unresolved; a deduction has a score below zero.

    `max_score` is 0 for deductions, notes and bonus questions, so that all of them add up to the rubric's points.
    """

    id: str
    title: str
    question: str
    question_title: str  # empty for checks of the whole submission
    kind: str
    note: bool  # for tutors only: it never has points
    status: Literal["passed", "failed", "skipped", "needs_review", "error"]
    message: str
    hint: str
    score: Decimal | None
    max_score: Decimal
    bonus: bool
    visibility: Literal["public", "hidden"]
    file: str
    line: int | None
    cell: int | None


@dataclass(frozen=True)
class Team:
    """One submission: `total` is None while a check is unresolved, `decided` are the certain points so far."""

    name: str
    source: str
    digest: str
    total: Decimal | None
    certain: Decimal
    max_score: Decimal
    unresolved: tuple[str, ...]
    tests: tuple[Test, ...]


@dataclass(frozen=True)
class Result:
    """All submissions of a run."""

    version: Literal[1]
    rubric: str
    teams: tuple[Team, ...]


@cache
def adapter() -> TypeAdapter[Result]:
    """Return the adapter that writes and describes a result."""
    return TypeAdapter(Result)


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a result as the format `json` writes it."""
    schema = adapter().json_schema(mode="serialization")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "grader result"
    for part in (schema, *schema.get("$defs", {}).values()):
        part["additionalProperties"] = False
    return schema


def result_of(inputs: Inputs, doubts: list[str] | None = None) -> Result:
    """Return the results of a folder as one value.

    With `doubts`, a sentence on each report that cannot be used is added to them, and the others are there.

    Raises:
        GraderError: nothing was graded, or without `doubts` a report cannot be used, or none can.
    """
    rubric, teams = "", []
    for report in inputs.reports(doubts):
        rubric = report.rubric
        teams.append(team_of(report, inputs.options.below))
    if doubts and not teams:
        raise GraderError("\n".join(doubts))
    return Result(VERSION, rubric, tuple(teams))


def team_of(report: Report, below: str = "") -> Team:
    """Return the result of one report, without what is for tutors; its files lie `below` a folder."""
    report = for_students(report)
    grade = report.grade
    tests = tuple(_test(question, scored, below) for question, scored in _each(report))
    return Team(
        plain(report.team),
        plain(report.source),
        report.digest,
        grade.total,
        grade.certain,
        grade.points,
        grade.unresolved,
        tests,
    )


def _each(report: Report) -> Iterator[tuple[ScoredQuestion, ScoredCheck]]:
    for question in report.grade.questions:
        for scored in question.checks:
            yield question, scored


def _test(question: ScoredQuestion, scored: ScoredCheck, below: str) -> Test:
    finding = scored.finding
    message = plain(finding.message)[:MAX_CHARACTERS]
    place = finding.place or Place()
    decided = f"Graded by {scored.override.by}. {scored.override.reason}" if scored.override is not None else ""
    return Test(
        id=finding.check,
        title=plain(finding.title),
        question=question.id,
        question_title=plain(question.title) if finding.question else "",
        kind=finding.kind,
        note=finding.note_only,
        status=finding.status.value,
        message=f"{message} {plain(decided)}".strip(),
        hint=plain(finding.hint)[:MAX_CHARACTERS],
        score=scored.earned,
        max_score=Decimal(0) if question.bonus else max(Decimal(0), scored.max_effect),
        bonus=question.bonus,
        visibility=finding.visibility,
        file=plain(str(PurePosixPath(below, place.file)) if place.file else ""),
        line=place.line,
        cell=place.cell,
    )


def full_title(test: Test) -> str:
    """Return the title of a check after that of its question: several questions may have a check of one title."""
    if test.question_title in ("", test.title):
        return test.title
    return f"{test.question_title} - {test.title}"


def settled(test: Test) -> str:
    """Return the status of a test: after an override, `passed` with all points and `failed` with less."""
    if test.score is None:
        return test.status if test.status in ("needs_review", "error") else "needs_review"
    if test.status in ("needs_review", "error"):
        return "passed" if test.score >= test.max_score else "failed"
    if test.max_score > 0 and test.status in (
        "passed",
        "failed",
        "skipped",
    ):  # without an override, only `passed` has all points
        if test.score >= test.max_score:
            return "passed"
        return "failed" if test.status == "passed" else test.status
    return test.status
