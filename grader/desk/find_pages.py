"""The pages for finding one's way: search, one team with all of its questions, and who else is here."""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from grader.desk.auth import session_of
from grader.desk.manual_grading import GradingDesk
from grader.desk.page_base import DeskPage
from grader.desk.presence import Presence
from grader.desk.search import find
from grader.errors import GraderError
from grader.model.message import say


class FindPages(DeskPage):
    """The pages for finding one's way."""

    def __init__(self, desk: GradingDesk, one_writer: asyncio.Lock) -> None:
        super().__init__(desk, one_writer)
        self.presence = Presence()

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [
            Route("/find", self.found),
            Route("/team/{name}", self.team),
            Route("/here", self.at_questions),
            Route("/here/{question}/{name}", self.here),
            Route("/reveal/{name}", self.reveal, methods=["POST"]),
        ]

    async def found(self, request: Request) -> Response:
        """Show what fits the typed words; as a part of a page if a script requests it."""
        words, question = request.query_params.get("q", ""), request.query_params.get("in", "")
        places = await run_in_threadpool(find, self.desk, words, question)
        template = "found.html" if request.headers.get("hx-request") else "find.html"
        return self.page(request, template, places=places, q=words)

    async def team(self, request: Request) -> Response:
        """Show one submission with its points in each question."""
        name = self.name_in(request)
        with self.desk.records.reading() as tables:
            row = tables.submissions.summary(name)
        if row is None:
            raise GraderError(say("There is no submission {submission} in this run.", submission=name))
        return self.page(request, "team.html", row=row)

    async def here(self, request: Request) -> Response:
        """Note that this tutor has a submission open, and show who else has, and what was saved since."""
        question, name, session = request.path_params["question"], self.name_in(request), session_of(request)
        self.presence.look(session.id, session.tutor, question, name)
        others = self.presence.others(session.id, question, name)
        stored = await run_in_threadpool(self.desk.form_values, question, name)
        is_new = stored.version != request.query_params.get("version", stored.version)
        return self.page(request, "here.html", others=others, is_new=is_new)

    async def at_questions(self, request: Request) -> Response:
        """Show who is at which question."""
        return self.page(request, "at_questions.html", tutors=self.presence.by_question())

    async def reveal(self, request: Request) -> Response:
        """Show the name of a team whose name is hidden, and note who looked at it."""
        name = self.name_in(request)
        await self.form(request)
        async with self.one_writer:
            await run_in_threadpool(self.desk.shown.reveal, name, session_of(request).tutor)
        teams = await run_in_threadpool(self.desk.teams)
        return self.page(request, "revealed.html", team=teams.get(name, name))
