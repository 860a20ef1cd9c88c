"""The submissions of a question that fit filters: how each stands, who gave the points, and who grades it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal
from urllib.parse import urlencode

from grader.desk.manual_grading import GradingDesk
from grader.model.message import Text, say
from grader.report.i18n import translated
from grader.results.questions import CheckState

State = Literal["open", "tutor", "automatic"]
STATES: Mapping[str, Text] = {
    "open": say("needs review"),
    "tutor": say("graded by a tutor"),
    "automatic": say("graded automatically"),
}
RESULTS: Mapping[str, Text] = {
    "failed": say("failed"),
    "passed": say("passed"),
    "needs_review": say("needs review"),
    "skipped": say("not checked"),
    "error": say("grader error"),
}


@dataclass(frozen=True)
class Filters:
    """The filters of a list, as they are in its address; an empty one lets everything through."""

    q: str = ""
    state: str = ""
    check: str = ""
    result: str = ""
    mine: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filters:
        """Return the filters of an address or a form; values that are none are left out."""
        result = query.get("result", "") if query.get("check") else ""
        return cls(
            query.get("q", "").strip(),
            state if (state := query.get("state", "")) in STATES else "",
            query.get("check", ""),
            result if result in RESULTS else "",
            "yes" if query.get("mine") else "",
        )

    def address(self, **changes: str) -> str:
        """Return the filters with `changes` as the query of an address."""
        changed = replace(self, **changes)
        given = {name: value for name, value in vars(changed).items() if value}
        return f"?{urlencode(given)}" if given else "?"


@dataclass(frozen=True)
class ListedSubmission:
    """One submission at a question or a check of it: its points, None while it needs review, and who gave them."""

    name: str
    team: str
    earned: Decimal | None
    state: State
    result: str = ""  # of the check that the list is about
    tutor: str = ""  # whom it is assigned to


def listed(desk: GradingDesk, question: str, check: str = "") -> list[ListedSubmission]:
    """Return all submissions of the batch that have a question, or a check of it, by the names that pages show."""
    with desk.records.reading() as tables:
        teams = tables.submissions.teams(desk.batch)
        assigned = tables.assignments.of(question)
        people = tables.questions.for_people(desk.batch, question)
        earned = tables.questions.of_question(desk.batch, question)
        states = tables.questions.states(desk.batch, question, check) if check else []
    rows = _of_check(states) if check else _of_question(earned, people)
    found = (
        ListedSubmission(name, teams.get(name, name), points, state, result, assigned.get(name, ""))
        for name, points, state, result in rows
        if name in earned
    )
    return sorted(found, key=lambda one: (_sorted_by(desk, one), one.name))


def _sorted_by(desk: GradingDesk, one: ListedSubmission) -> tuple[int, str]:
    """Return the place of a submission: by team, or by its number, so that no order gives a name away."""
    if desk.shown.anonymous:
        return int(desk.shown.address(one.name).removeprefix("~")), ""
    return 0, one.team.casefold()


def _of_question(
    earned: Mapping[str, Decimal | None], people: set[str]
) -> Iterator[tuple[str, Decimal | None, State, str]]:
    for name, points in earned.items():
        yield name, points, "open" if points is None else "tutor" if name in people else "automatic", ""


def _of_check(states: list[CheckState]) -> Iterator[tuple[str, Decimal | None, State, str]]:
    for one in states:
        state: State = "open" if one.earned is None else "tutor" if one.by is not None else "automatic"
        yield one.submission, one.earned, state, one.status


def selected(desk: GradingDesk, rows: list[ListedSubmission], filters: Filters, tutor: str) -> list[ListedSubmission]:
    """Return the rows that fit the filters."""

    def fits(row: ListedSubmission) -> bool:
        called = translated(desk.shown.team(row.name, row.team), desk.language)
        return (
            filters.state in ("", row.state)
            and filters.result in ("", row.result)
            and (not filters.mine or row.tutor == tutor)
            and filters.q.casefold() in called.casefold()
        )

    return [row for row in rows if fits(row)]
