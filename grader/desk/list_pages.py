"""The pages that list submissions of a question, graded ones included, and grade all of a list together."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from grader.desk.auth import session_of
from grader.desk.bulk_grading import BulkGrading
from grader.desk.forms import EMPTY, FormValues, typed_values
from grader.desk.page_base import DeskPage, numbers, points_in, to
from grader.desk.selection import RESULTS, STATES, Filters, listed, selected
from grader.errors import GraderError
from grader.model.message import say, say_number


class ListPages(DeskPage):
    """The pages of lists."""

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [
            Route("/list/{question}", self.every),
            Route("/bulk/{question}", self.bulk),
            Route("/bulk/{question}", self.decide, methods=["POST"]),
        ]

    async def every(self, request: Request) -> Response:
        """Show the submissions of a question that fit the filters in the address."""
        question, filters = request.path_params["question"], Filters.of(request.query_params)
        desk, tutor = self.desk, session_of(request).tutor
        rows = await run_in_threadpool(listed, desk, question, filters.check)
        shown = await run_in_threadpool(selected, desk, rows, filters, tutor)
        checks = await run_in_threadpool(desk.checks, question)
        return self.page(
            request, "list.html", question=question, rows=shown, filters=filters, checks=checks, states=STATES,
            results=RESULTS, counts={name: sum(row.state == name for row in rows) for name in STATES},
            every=len(rows), notice=request.query_params.get("notice", ""),
        )  # fmt: skip

    async def bulk(self, request: Request) -> Response:
        """Show the form that grades one line of all submissions of a list."""
        return await self._form(request, Filters.of(request.query_params), request.query_params.get("target", ""))

    async def _form(
        self,
        request: Request,
        filters: Filters,
        target: str,
        problem: str = "",
        status: int = 200,
        typed: FormValues = EMPTY,
        new: Decimal | None = None,
    ) -> Response:
        question, tutor = request.path_params["question"], session_of(request).tutor
        bulk = BulkGrading(self.desk, question)
        page = await run_in_threadpool(bulk.page, filters, target, tutor)
        if page is None:
            return to(f"/list/{quote(question)}{filters.address()}")
        comments = await run_in_threadpool(self.desk.bank.search, question)
        return self.page(
            request, "bulk.html", status, question=question, filters=filters, bulk=page, values=typed, new=new,
            chosen=typed.chosen, problem=problem, titles=page.lines, results=RESULTS, states=STATES,
            comments=[one for one in comments if one.check in ("", page.target)],
        )  # fmt: skip

    async def decide(self, request: Request) -> Response:
        """Show what the form would change, and change it once that is confirmed."""
        question, form = request.path_params["question"], await self.form(request)
        filters, target = Filters.of({key: str(value) for key, value in form.items()}), str(form.get("target", ""))
        chosen = [str(one) for one in form.getlist("member")]
        try:
            given, used = _only(points_in(form), target), numbers(form.getlist("comment"))
            bulk = BulkGrading(self.desk, question)
            page = await run_in_threadpool(bulk.page, filters, target, session_of(request).tutor)
            if page is None or not chosen or not set(chosen) <= page.names:
                raise GraderError(say("This list has changed, or nothing is selected; check it again."))
            if form.get("confirmed") != "yes":
                new = await run_in_threadpool(bulk.new_points, page, given, used)
                return await self._form(request, filters, target, typed=typed_values(form), new=new)
            async with self.one_writer:
                by, versions = session_of(request).tutor, _versions(form, chosen)
                await run_in_threadpool(self.desk.decide, question, chosen, given, by, used, versions)
        except GraderError as error:
            return await self._form(request, filters, target, self.words(error.message), 422, typed_values(form))
        message = say_number("{n} submission was graded.", "{n} submissions were graded together.", len(chosen))
        return to(f"/list/{quote(question)}", notice=self.words(message))


def _only(given: Mapping[str, tuple[Decimal, str]], target: str) -> dict[str, tuple[Decimal, str]]:
    return {check: value for check, value in given.items() if check == target}


def _versions(form: FormData, chosen: list[str]) -> dict[str, str]:
    """Return the version that each selected submission had when the list was made."""
    return {name: str(form.get(f"version:{name}", "")) for name in chosen}
