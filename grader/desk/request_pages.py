"""The page of regrade requests: a list comes in, each request leads to its submission, the report has the answers."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from grader.desk.page_base import DeskPage, to
from grader.desk.request_list import MAX_BYTES, take_in
from grader.errors import GraderError
from grader.model.message import say, say_number, sentences


class RequestPages(DeskPage):
    """The pages of regrade requests."""

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [
            Route("/requests", self.every),
            Route("/requests", self.add, methods=["POST"]),
            Route("/requests/{number:int}/open", self.open_again, methods=["POST"]),
        ]

    async def every(self, request: Request, problem: str = "", status: int = 200, typed: str = "") -> Response:
        """Show the requests, open ones first."""
        with self.desk.records.reading() as tables:
            found = tables.regrade_requests.every(self.desk.batch)
            titles = dict(tables.questions.titles(self.desk.batch))
        ordered = sorted(found, key=lambda one: bool(one[1].answer))
        notice = request.query_params.get("notice", "")
        return self.page(
            request, "requests.html", status, requests=ordered, titles=titles, problem=problem, typed=typed,
            notice=notice,
        )  # fmt: skip

    async def add(self, request: Request) -> Response:
        """Save the requests of a pasted list or of a file, all or none."""
        form = await self.form(request, max_files=1)
        typed, file = str(form.get("list", "")), form.get("file")
        try:
            if isinstance(file, UploadFile) and file.filename:
                data, name = await file.read(MAX_BYTES + 1), file.filename
            else:
                data, name = typed.encode(), self.words(say("The list"))
            async with self.one_writer:
                new, known = await run_in_threadpool(take_in, self.desk, data, name)
        except GraderError as error:
            return await self.every(request, self.words(error.message), 422, typed)
        message = say_number("{n} request is new.", "{n} requests are new.", new)
        if known:
            message = sentences(message, say_number("{n} was known.", "{n} were known.", known))
        return to("/requests", notice=self.words(message))

    async def open_again(self, request: Request) -> Response:
        """Open a request again; its answer is taken out of the report."""
        await self.form(request)
        number = request.path_params["number"]
        async with self.one_writer:
            await run_in_threadpool(self._open, number)
        return to("/requests")

    def _open(self, number: int) -> None:
        with self.desk.records.writing() as tables:
            for _, one in tables.regrade_requests.every(self.desk.batch):
                if one.id == number:
                    tables.regrade_requests.answer(number, one.team, one.digest, "", "")
