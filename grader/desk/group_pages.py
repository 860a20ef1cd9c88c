"""The pages of groups: a list of them, and one group to grade together."""

from __future__ import annotations

import asyncio
import threading
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from grader.desk.auth import session_of
from grader.desk.forms import EMPTY, FormValues, typed_values
from grader.desk.group_grading import Groups
from grader.desk.manual_grading import GradingDesk
from grader.desk.page_base import DeskPage, numbers, points_in, to
from grader.errors import GraderError
from grader.model.message import say, say_number

WARMING = "compares answers"


class GroupPages(DeskPage):
    """The pages of groups."""

    def __init__(self, desk: GradingDesk, one_writer: asyncio.Lock) -> None:
        super().__init__(desk, one_writer)
        self.groups = Groups(desk)
        self.warming = threading.Thread(target=self.groups.warm, name=WARMING, daemon=True)
        self.warming.start()

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [
            Route("/groups/{question}", self.every),
            Route("/groups/{question}/{name}", self.one),
            Route("/groups/{question}/{name}", self.decide, methods=["POST"]),
        ]

    async def every(self, request: Request) -> Response:
        """Show all groups of a question."""
        question = request.path_params["question"]
        groups = await run_in_threadpool(self.groups.of, question)
        notice = request.query_params.get("notice", "")
        return self.page(request, "groups.html", question=question, groups=groups, notice=notice)

    async def one(self, request: Request, problem: str = "", status: int = 200, typed: FormValues = EMPTY) -> Response:
        """Show one group with its members."""
        question, name = request.path_params["question"], self.name_in(request)
        group = await run_in_threadpool(self.groups.group, question, name)
        if group is None:
            return to(
                f"/groups/{quote(question)}", notice=self.words(say("This group has changed or is already graded."))
            )
        item = await run_in_threadpool(self.desk.item, question, name)
        comments = await run_in_threadpool(self.desk.bank.search, question)
        titles = await run_in_threadpool(self.desk.lines, question)
        return self.page(
            request, "group.html", status,
            group=group, item=item, comments=comments, titles=titles, values=typed, chosen=typed.chosen,
            problem=problem,
        )  # fmt: skip

    async def decide(self, request: Request) -> Response:
        """Give the same points to all selected members."""
        question, name = request.path_params["question"], self.name_in(request)
        form = await self.form(request)
        try:
            given, used = points_in(form), numbers(form.getlist("comment"))
            async with self.one_writer:
                group = await run_in_threadpool(self.groups.group, question, name)
                here = {one.name for one in group.members} if group else set()
                chosen = [str(one) for one in form.getlist("member")]
                if not chosen or not set(chosen) <= here:
                    raise GraderError(say("This group has changed, or nothing is selected; check it again."))
                await run_in_threadpool(self.desk.decide, question, chosen, given, session_of(request).tutor, used)
        except GraderError as error:
            return await self.one(request, self.words(error.message), 422, typed_values(form))
        message = say_number("{n} submission was graded.", "{n} submissions were graded together.", len(chosen))
        return to(f"/groups/{quote(question)}", notice=self.words(message))
