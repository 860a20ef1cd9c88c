"""The page that shares grading out: questions and teams assigned to tutors, and whether names are hidden."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from grader.desk.assignments import assign_question, assign_teams, known_tutors, shares_of, tutors_in
from grader.desk.auth import session_of
from grader.desk.page_base import DeskPage, to
from grader.model.message import say


class SharingPages(DeskPage):
    """The pages on how grading is shared out."""

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [
            Route("/sharing", self.show),
            Route("/sharing/names", self.names, methods=["POST"]),
            Route("/sharing/teams", self.teams, methods=["POST"]),
            Route("/sharing/{question}", self.question, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show who grades what, how far everybody is, and which names were looked at."""
        desk = self.desk
        with desk.records.reading() as tables:
            questions, reveals = tables.questions.titles(desk.batch), tables.settings.reveals()
        return self.page(
            request, "sharing.html", questions=questions, shares=await run_in_threadpool(shares_of, desk),
            tutors=await run_in_threadpool(known_tutors, desk, [session_of(request).tutor]), reveals=reveals[:50],
            team_names=await run_in_threadpool(desk.teams), notice=request.query_params.get("notice", ""),
        )  # fmt: skip

    async def names(self, request: Request) -> Response:
        """Hide the names of teams at the desk, or show them."""
        hidden = (await self.form(request)).get("anonymous") == "yes"
        async with self.one_writer:
            await run_in_threadpool(self.desk.shown.set_anonymous, hidden)
        message = say("Names of teams are hidden at the desk.") if hidden else say("Names of teams are shown.")
        return to("/sharing", notice=self.words(message))

    async def question(self, request: Request) -> Response:
        """Share the submissions of a question out among the tutors of the form."""
        tutors = tutors_in(str((await self.form(request)).get("tutors", "")))
        async with self.one_writer:
            await run_in_threadpool(assign_question, self.desk, request.path_params["question"], tutors)
        return to("/sharing", notice=self.words(say("Saved.")))

    async def teams(self, request: Request) -> Response:
        """Share whole teams out among the tutors of the form."""
        tutors = tutors_in(str((await self.form(request)).get("tutors", "")))
        async with self.one_writer:
            await run_in_threadpool(assign_teams, self.desk, tutors)
        return to("/sharing", notice=self.words(say("Saved.")))
