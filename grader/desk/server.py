"""The pages of the desk and what their forms do; plain forms and addresses, so that they work without a script."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from grader.desk import pages
from grader.desk.guard import Guard, has_token, session_of
from grader.desk.work import Desk, number
from grader.errors import GraderError
from grader.lock import hold

HERE = Path(__file__).parent


class Pages:
    """Everything that can be asked of the desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._one_writer = asyncio.Lock()

    def routes(self) -> list[Route | Mount]:
        """The addresses."""
        return [
            Route("/", self.overview),
            Route("/question/{question}", self.begin),
            Route("/question/{question}/{name}", self.item),
            Route("/question/{question}/{name}", self.decide, methods=["POST"]),
            Route("/answer/{question}/{name}", self.work),
            Route("/report/{name}", self.report),
            Route("/undo", self.undo, methods=["POST"]),
            Route("/publish", self.publishing),
            Route("/publish", self.publish, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]

    async def overview(self, request: Request) -> Response:
        """What is left, question by question."""
        questions = await run_in_threadpool(self.desk.questions)
        return self._page(request, "desk.html", questions=questions, said=request.query_params.get("said", ""))

    async def begin(self, request: Request) -> Response:
        """Go to the next hand-in of a question that waits."""
        question = request.path_params["question"]
        after, by = request.query_params.get("after", ""), session_of(request).id
        name = await run_in_threadpool(self.desk.next, question, by, after)
        if name is None:
            return _to("/", said=f"Nothing waits in {question} that is not being looked at.")
        return _to(f"/question/{quote(question)}/{quote(name)}")

    async def item(self, request: Request, problem: str = "", status: int = 200) -> Response:
        """The screen on which one hand-in is decided."""
        question, name = request.path_params["question"], request.path_params["name"]
        desk = self.desk
        item = await run_in_threadpool(desk.item, question, name)
        order = await run_in_threadpool(desk.queue, question)
        at = order.index(name) if name in order else -1
        values = {
            "item": item,
            "before": order[at - 1] if at > 0 else "",
            "after": order[at + 1] if 0 <= at < len(order) - 1 else "",
            "place": (at + 1, len(order)),
            "left": len(await run_in_threadpool(desk.open_in, question)),
            "others": await run_in_threadpool(desk.others, question),
            "problem": problem,
        }
        return self._page(request, "item.html", status, **values)

    async def decide(self, request: Request) -> Response:
        """Save points and go on to the next one."""
        question, name = request.path_params["question"], request.path_params["name"]
        form = await self._form(request)
        try:
            given = {
                key.removeprefix("points:"): (number(str(value)), str(form.get("reason", "")).strip())
                for key, value in form.items()
                if key.startswith("points:") and str(value).strip()
            }
            if not given:
                raise GraderError("give points for at least one line")
            async with self._one_writer:
                await run_in_threadpool(self.desk.decide, question, name, given, session_of(request).tutor)
        except GraderError as error:
            return await self.item(request, str(error), 422)
        return _to(f"/question/{quote(question)}", after=name)

    async def work(self, request: Request) -> Response:
        """What the team handed in for a question, in a frame that runs and loads nothing."""
        item = await run_in_threadpool(self.desk.item, request.path_params["question"], request.path_params["name"])
        html, policy = await run_in_threadpool(pages.work_page, item)
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    async def report(self, request: Request) -> Response:
        """A team's report as it would be published."""
        report = await run_in_threadpool(self.desk.report, request.path_params["name"])
        html, policy = await run_in_threadpool(pages.preview, report)
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    async def undo(self, request: Request) -> Response:
        """Take back the last mark of this tutor and show where it was."""
        form = await self._form(request)
        async with self._one_writer:
            name = await run_in_threadpool(self.desk.undo, session_of(request).tutor)
        question = str(form.get("question", ""))
        if name is None or not question:
            return _to("/", said="There is nothing to take back." if name is None else "Taken back.")
        return _to(f"/question/{quote(question)}/{quote(name)}")

    async def publishing(self, request: Request) -> Response:
        """What publishing would do."""
        desk = self.desk
        rows = await run_in_threadpool(lambda: list(desk.records.rows(desk.batch)))
        changes = await run_in_threadpool(desk.changes)
        return self._page(request, "publish.html", rows=rows, changes=changes)

    async def publish(self, request: Request) -> Response:
        """Write every report; totals that were published before have to be confirmed."""
        form = await self._form(request)
        if await run_in_threadpool(self.desk.changes) and form.get("confirmed") != "yes":
            return await self.publishing(request)
        async with self._one_writer:
            count = await run_in_threadpool(self._publish)
        return _to("/", said=f"Published: {count} reports were written anew.")

    def _publish(self) -> int:
        with hold(self.desk.folder, "grader desk"):
            return self.desk.publish()

    async def _form(self, request: Request) -> FormData:
        form = await request.form(max_files=0, max_fields=200)
        if not has_token(session_of(request), str(form.get("token", ""))):
            raise GraderError("this form was made for another session; load the page again")
        return form

    def _page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        session = session_of(request)
        html = pages.page(template, desk=self.desk, session=session, **values)
        return HTMLResponse(html, status)


def _to(address: str, **query: str) -> RedirectResponse:
    return RedirectResponse(f"{address}?{urlencode(query)}" if query else address, 303)


async def _told(request: Request, error: Exception) -> Response:
    """A message for the person, with the way back."""
    return HTMLResponse(pages.page("problem.html", session=session_of(request), problem=str(error)), 400)


def make_app(folder: Path, tutor: str, hosts: frozenset[str], token: str) -> Starlette:
    """Return the application for an output folder.

    Raises:
        GraderError: nothing was marked there.
    """
    guard = Middleware(Guard, token=token, tutor=tutor, hosts=hosts)
    return Starlette(routes=Pages(Desk(folder)).routes(), middleware=[guard], exception_handlers={GraderError: _told})


def new_token() -> str:
    """Return a token for the address that is opened."""
    return secrets.token_urlsafe(24)
