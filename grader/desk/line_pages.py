"""The part of a submission's page with comments at lines of its code."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from grader.desk.auth import session_of
from grader.desk.feedback import add_line_comment, line_comments_of, remove_line_comment
from grader.desk.page_base import DeskPage
from grader.errors import GraderError


class LinePages(DeskPage):
    """The parts that add and remove comments at lines; the rest of the page, with what is typed, stays."""

    def routes(self) -> list[Route]:
        """Return the routes of these parts."""
        return [
            Route("/lines/{question}/{name}", self.add, methods=["POST"]),
            Route("/lines/{question}/{name}/{number:int}/remove", self.remove, methods=["POST"]),
        ]

    async def add(self, request: Request) -> Response:
        """Add a comment and return all of the submission for the question."""
        form = await self.form(request)
        place, text = str(form.get("line-place", "")), str(form.get("line-text", ""))
        item = await run_in_threadpool(self.desk.item, request.path_params["question"], self.name_in(request))
        problem = ""
        try:
            async with self.one_writer:
                by = session_of(request).tutor
                await run_in_threadpool(add_line_comment, self.desk, item, place, text, by)
        except GraderError as error:
            problem = self.words(error.message)
        comments = await run_in_threadpool(line_comments_of, self.desk, item)
        return self.page(
            request, "line_comments.html", item=item, line_comments=comments, line_problem=problem,
            line_typed=(place, text) if problem else ("", ""),
        )  # fmt: skip

    async def remove(self, request: Request) -> Response:
        """Remove a comment and return those that are left."""
        await self.form(request)
        item = await run_in_threadpool(self.desk.item, request.path_params["question"], self.name_in(request))
        async with self.one_writer:
            await run_in_threadpool(remove_line_comment, self.desk, item, request.path_params["number"])
        comments = await run_in_threadpool(line_comments_of, self.desk, item)
        return self.page(
            request, "line_comments.html", item=item, line_comments=comments, line_problem="", line_typed=("", "")
        )
