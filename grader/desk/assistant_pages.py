"""The pages of the assistant: how far it agrees in a question, and its suggestion for one answer."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from grader.desk.agreement import MIN_ANSWERS, MIN_KAPPA
from grader.desk.assistant import Assistant, ShownSuggestion
from grader.desk.assistant_client import NoReply
from grader.desk.manual_grading import GradingDesk
from grader.desk.page_base import DeskPage, to


class AssistantPages(DeskPage):
    """The pages of the assistant; without one in the rubric, they say so."""

    def __init__(self, desk: GradingDesk, one_writer: asyncio.Lock) -> None:
        super().__init__(desk, one_writer)
        self.assistant = Assistant(desk)

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [
            Route("/assistant/{question}", self.show),
            Route("/assistant/{question}", self.measure, methods=["POST"]),
            Route("/suggestion/{question}/{name}", self.suggestion),
        ]

    async def show(self, request: Request, problem: str = "", status: int = 200) -> Response:
        """Show where texts are sent and how far the assistant agrees with the tutors."""
        question = request.path_params["question"]
        agreement = await run_in_threadpool(self.assistant.agreement, question)
        items = await run_in_threadpool(self.assistant.items, question)
        nameless = await run_in_threadpool(self.assistant.nameless)
        return self.page(
            request, "assistant.html", status, question=question, endpoint=self.assistant.endpoint, items=items,
            agreement=agreement, nameless=nameless, least=(MIN_ANSWERS, MIN_KAPPA), problem=problem,
        )  # fmt: skip

    async def measure(self, request: Request) -> Response:
        """Measure the agreement on some more graded answers."""
        question = request.path_params["question"]
        await self.form(request)
        try:
            await run_in_threadpool(self.assistant.measure, question)
        except NoReply as error:
            return await self.show(request, self.words(error.message), 502)
        return to(f"/assistant/{quote(question)}")

    async def suggestion(self, request: Request) -> Response:
        """Show the suggestion for one answer, which the page of a submission loads once it is shown."""
        problem, shown = "", list[ShownSuggestion]()
        try:
            shown = await run_in_threadpool(
                self.assistant.suggestion, request.path_params["question"], self.name_in(request)
            )
        except NoReply as error:
            problem = self.words(error.message)
        return self.page(request, "suggestion.html", shown=shown, problem=problem)
