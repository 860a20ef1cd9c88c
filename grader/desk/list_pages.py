"""The page of all submissions of a question, graded ones included: how each stands, with search and filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from grader.desk.manual_grading import GradingDesk
from grader.desk.page_base import DeskPage
from grader.model.message import Text, say

State = Literal["open", "tutor", "automatic"]
STATES: dict[State, Text] = {
    "open": say("needs review"),
    "tutor": say("graded by a tutor"),
    "automatic": say("graded automatically"),
}


@dataclass(frozen=True)
class ListedSubmission:
    """One submission at a question: its points, None while it needs review, and who gave them."""

    name: str
    team: str
    earned: Decimal | None
    state: State


def listed(desk: GradingDesk, question: str) -> Iterator[ListedSubmission]:
    """Yield all submissions of the batch that have a question, by team."""
    with desk.records.reading() as tables:
        teams = tables.submissions.teams(desk.batch)
        people = tables.questions.for_people(desk.batch, question)
        points = [one for one in tables.questions.points(desk.batch) if one.question == question]
    for one in sorted(points, key=lambda one: (teams.get(one.submission, "").casefold(), one.submission)):
        state: State = "open" if one.earned is None else "tutor" if one.submission in people else "automatic"
        yield ListedSubmission(one.submission, teams.get(one.submission, one.submission), one.earned, state)


class ListPages(DeskPage):
    """The pages that list submissions."""

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [Route("/list/{question}", self.every)]

    async def every(self, request: Request) -> Response:
        """Show the submissions of a question that fit the words and the state in the address."""
        question = request.path_params["question"]
        words, state = request.query_params.get("q", ""), request.query_params.get("state", "")
        rows = list(await run_in_threadpool(lambda: list(listed(self.desk, question))))
        counts = {name: sum(row.state == name for row in rows) for name in STATES}
        shown = [row for row in rows if state in ("", row.state) and words.casefold() in row.team.casefold()]
        return self.page(
            request, "list.html", question=question, rows=shown, counts=counts, states=STATES, state=state, q=words,
            every=len(rows),
        )  # fmt: skip
