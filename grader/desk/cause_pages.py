"""The pages of causes: why checks of several submissions need review, and one decision for all that share a cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from grader.desk.auth import session_of
from grader.desk.forms import EMPTY, FormValues, typed_values
from grader.desk.page_base import DeskPage, points_in, to
from grader.errors import GraderError
from grader.model.message import say, say_number
from grader.model.summary import SharedCause, shared_causes


class CausePages(DeskPage):
    """The pages of causes."""

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [
            Route("/causes", self.every),
            Route("/causes/{group}", self.one),
            Route("/causes/{group}", self.decide, methods=["POST"]),
        ]

    def _causes(self) -> list[SharedCause]:
        with self.desk.records.reading() as tables:
            rows = tables.submissions.with_causes(self.desk.batch)
        return shared_causes(rows)

    def _cause(self, group: str) -> SharedCause | None:
        return next((one for one in self._causes() if one.id == group), None)

    async def every(self, request: Request) -> Response:
        """List the causes, those of the most submissions first."""
        causes = await run_in_threadpool(self._causes)
        return self.page(request, "causes.html", causes=causes, notice=request.query_params.get("notice", ""))

    async def one(self, request: Request, problem: str = "", status: int = 200, typed: FormValues = EMPTY) -> Response:
        """Show one cause with its submissions, and the check that it is about."""
        cause = await run_in_threadpool(self._cause, request.path_params["group"])
        if cause is None:
            return to("/causes", notice=self.words(say("This group has changed or is already graded.")))
        item = await run_in_threadpool(self.desk.item, cause.question, cause.names[0])
        [scored] = [one for one in item.question.checks if one.finding.check == cause.check]
        members = list(zip(cause.names, cause.teams, strict=True))
        return self.page(
            request, "cause.html", status, cause=cause, s=scored, members=members, values=typed, problem=problem
        )

    async def decide(self, request: Request) -> Response:
        """Give the same points to all selected submissions."""
        form = await self.form(request)
        chosen = [str(one) for one in form.getlist("member")]
        try:
            given = points_in(form)
            async with self.one_writer:
                cause = await run_in_threadpool(self._cause, request.path_params["group"])
                await run_in_threadpool(self._decide, cause, chosen, given, session_of(request).tutor)
        except GraderError as error:
            return await self.one(request, self.words(error.message), 422, typed_values(form))
        message = say_number("{n} submission was graded.", "{n} submissions were graded together.", len(chosen))
        return to("/causes", notice=self.words(message))

    def _decide(
        self, cause: SharedCause | None, chosen: Sequence[str], given: Mapping[str, tuple[Decimal, str]], by: str
    ) -> None:
        if cause is None or not chosen or not set(chosen) <= set(cause.names):
            raise GraderError(say("This group has changed, or nothing is selected; check it again."))
        points = {check: value for check, value in given.items() if check == cause.check}
        self.desk.decide(cause.question, chosen, points, by)
