"""The pages of the comment bank: search, add, and change after a preview."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from grader.desk.auth import session_of
from grader.desk.page_base import DeskPage, numbers, to
from grader.desk.points import number
from grader.errors import GraderError
from grader.model.message import say, say_number

NOTHING_TYPED = {"text": "", "check": "", "points": ""}


class BankPages(DeskPage):
    """The pages of the comment bank."""

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [
            Route("/bank/{question}", self.bank),
            Route("/bank/{question}", self.add, methods=["POST"]),
            Route("/bank/{question}/choices", self.choices),
            Route("/bank/{question}/new", self.add_here, methods=["POST"]),
            Route("/bank/{question}/{number:int}", self.one),
            Route("/bank/{question}/{number:int}", self.change, methods=["POST"]),
            Route("/bank/{question}/{number:int}/remove", self.remove, methods=["POST"]),
        ]

    async def bank(
        self, request: Request, problem: str = "", status: int = 200, typed: Mapping[str, str] = NOTHING_TYPED
    ) -> Response:
        """Show all comments of a question."""
        question, words = request.path_params["question"], request.query_params.get("q", "")
        found = await run_in_threadpool(self.desk.bank.search, question, words)
        lines = await run_in_threadpool(self.desk.lines, question)
        notice = request.query_params.get("notice", "")
        return self.page(
            request, "bank.html", status,
            question=question, comments=found, q=words, lines=lines, problem=problem, notice=notice, typed=typed,
        )  # fmt: skip

    async def add(self, request: Request) -> Response:
        """Add a comment."""
        question, form = request.path_params["question"], await self.form(request)
        given = {name: str(form.get(name, "")).strip() for name in ("text", "check", "points")}
        try:
            await self._added(request, question, given)
        except GraderError as error:
            return await self.bank(request, self.words(error.message), 422, given)
        back = str(form.get("back", ""))
        known = f"/question/{quote(question)}/"
        return to(back if back.startswith(known) else f"/bank/{quote(question)}")

    async def _added(self, request: Request, question: str, given: Mapping[str, str]) -> int:
        """Add a comment as it was typed and return its number."""
        points = number(given["points"]) if given["points"] else None
        check, tutor = given["check"] if points is not None else "", session_of(request).tutor
        async with self.one_writer:
            return await run_in_threadpool(self.desk.add_comment, question, given["text"], check, points, tutor)

    async def add_here(self, request: Request) -> Response:
        """Add an item from the page of a submission and show all of them there, the new one ticked."""
        question, form = request.path_params["question"], await self.form(request)
        given = {name: str(form.get(f"item-{name}", "")).strip() for name in ("text", "check", "points")}
        fresh, problem = 0, ""
        try:
            fresh = await self._added(request, question, given)
        except GraderError as error:
            problem = self.words(error.message)
        every = await run_in_threadpool(self.desk.bank.search, question)
        titles = await run_in_threadpool(self.desk.lines, question)
        chosen = {*numbers(form.getlist("comment")), fresh}
        return self.page(
            request, "choices.html", comments=every, chosen=chosen, fresh=fresh, item_problem=problem, titles=titles
        )

    async def choices(self, request: Request) -> Response:
        """Show the comments that match the typed words, chosen ones first, as a part of a page."""
        question, words = request.path_params["question"], request.query_params.get("q", "")
        chosen = set(numbers(request.query_params.getlist("comment")))
        every = await run_in_threadpool(self.desk.bank.search, question)
        fit = {one.id for one in await run_in_threadpool(self.desk.bank.search, question, words)}
        shown = sorted((one for one in every if one.id in chosen | fit), key=lambda one: one.id not in chosen)
        titles = await run_in_threadpool(self.desk.lines, question)
        return self.page(request, "choices.html", comments=shown, chosen=chosen, titles=titles)

    async def one(self, request: Request) -> Response:
        """Show one comment, and the effects of the new text or points in the address."""
        question, which = request.path_params["question"], request.path_params["number"]
        comment = await run_in_threadpool(self.desk.bank.comment, question, which)
        previewed = "text" in request.query_params
        text = request.query_params.get("text", comment.text)
        typed = request.query_params.get("points", "" if comment.points is None else f"{comment.points:f}").strip()
        effects, problem = [], ""
        try:
            points = number(typed) if typed else None
            effects = await run_in_threadpool(self.desk.bank.effects, question, which, text, points)
        except GraderError as error:
            problem = self.words(error.message)
        return self.page(
            request, "comment.html", 422 if problem else 200, question=question, comment=comment, text=text,
            points=typed, effects=effects, previewed=previewed and not problem, problem=problem,
        )  # fmt: skip

    async def remove(self, request: Request) -> Response:
        """Offer a comment no longer."""
        question, which = request.path_params["question"], request.path_params["number"]
        await self.form(request)
        async with self.one_writer:
            await run_in_threadpool(self.desk.remove_comment, question, which)
        return to(f"/bank/{quote(question)}", notice=self.words(say("The comment was removed; grades keep it.")))

    async def change(self, request: Request) -> Response:
        """Change a comment in all overrides that came from it, if they are still those of the preview."""
        question, which = request.path_params["question"], request.path_params["number"]
        form = await self.form(request)
        typed, text = str(form.get("points", "")).strip(), str(form.get("text", ""))
        points = number(typed) if typed else None
        try:
            expected = int(str(form.get("count", "")))
        except ValueError:
            raise GraderError(say("This form is incomplete; reload the page.")) from None
        async with self.one_writer:
            tutor = session_of(request).tutor
            changed = await run_in_threadpool(self.desk.change_comment, question, which, text, points, tutor, expected)
        message = say_number("{n} manual grade changed.", "{n} manual grades changed.", changed)
        return to(f"/bank/{quote(question)}", notice=self.words(message))
