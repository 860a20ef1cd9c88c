"""The pages of the desk and the actions of their forms, which work without a script."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from grader.desk import rendering
from grader.desk.assignments import shares_of
from grader.desk.assistant import Assistant
from grader.desk.assistant_pages import AssistantPages
from grader.desk.auth import Guard, OneTimeToken, Session, session_of
from grader.desk.cause_pages import CausePages
from grader.desk.closest_answer import DifferentPoints, closest_answer, different_points
from grader.desk.comment_pages import BankPages
from grader.desk.feedback import answer_requests, line_comments_of, open_requests, requests_of
from grader.desk.find_pages import FindPages
from grader.desk.forms import FormValues, answers_in, typed_values
from grader.desk.group_pages import GroupPages
from grader.desk.line_pages import LinePages
from grader.desk.list_pages import ListPages
from grader.desk.manual_grading import GradingDesk
from grader.desk.new_overrides import OutOfDate, SubmissionAtQuestion
from grader.desk.overview_pages import OverviewPages
from grader.desk.page_base import DeskPage, numbers, points_in, to
from grader.desk.publish import Change, Published, alerts, changes, is_open, lines, publish, rows_of
from grader.desk.regrade_pages import RegradePages
from grader.desk.request_pages import RequestPages
from grader.desk.sharing_pages import SharingPages
from grader.errors import GraderError
from grader.model.message import say, say_number, sentences
from grader.model.summary import SubmissionSummary
from grader.results.folder_lock import hold

if TYPE_CHECKING:
    from grader.desk.passwords import Tutors

HERE = Path(__file__).parent
MAX_PAIRS = 100  # of like answers with different points that the page before publishing lists


class Pages(DeskPage):
    """The pages of the queue, of one submission and of publishing."""

    def routes(self) -> list[Route | Mount]:
        """Return the routes of these pages."""
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
        """Show the unresolved submissions, question by question."""
        questions = await run_in_threadpool(self.desk.questions)
        shares, tutor = await run_in_threadpool(shares_of, self.desk), session_of(request).tutor
        mine = {
            question: sum(s.unresolved for s in several if s.tutor == tutor) for question, several in shares.items()
        }
        requests = await run_in_threadpool(open_requests, self.desk)
        notice = request.query_params.get("notice", "")
        return self.page(request, "desk.html", questions=questions, mine=mine, requests=requests, notice=notice)

    async def begin(self, request: Request) -> Response:
        """Go to the next unresolved submission of a question."""
        question = request.path_params["question"]
        after, session = self.desk.shown.name(request.query_params.get("after", "")), session_of(request)
        name = await run_in_threadpool(self.desk.next, question, session.id, after, session.tutor)
        if name is None:
            title = await run_in_threadpool(self.desk.title_of, question)
            left = len(await run_in_threadpool(self.desk.open_in, question))
            message = say("Nothing is left to grade in '{title}'.", title=title)
            if left:
                more = say_number("{n} submission is for another tutor.", "{n} submissions are for other tutors.", left)
                message = sentences(say("Nothing is left for you in '{title}'.", title=title), more)
            return to("/", notice=self.words(message))
        return to(self.address(question, name))

    async def item(
        self, request: Request, problem: str = "", status: int = 200, typed: FormValues | None = None
    ) -> Response:
        """Show the page on which one submission is graded, with what is stored or what was `typed`."""
        question, name = request.path_params["question"], self.name_in(request)
        desk = self.desk
        item = await run_in_threadpool(desk.item, question, name)
        order = await run_in_threadpool(desk.queue, question)
        if name not in order:  # graded automatically: its neighbours are all submissions
            order = await run_in_threadpool(desk.everyone, question)
        at = order.index(name) if name in order else -1
        values_shown = typed if typed is not None else await run_in_threadpool(desk.form_values, question, name)
        values = {
            "item": item,
            "before": order[at - 1] if at > 0 else "",
            "after": order[at + 1] if 0 <= at < len(order) - 1 else "",
            "place": (at + 1, len(order)),
            "left": len(await run_in_threadpool(desk.open_in, question)),
            "requests": await run_in_threadpool(requests_of, desk, item),
            "line_comments": await run_in_threadpool(line_comments_of, desk, item),
            "line_problem": "",
            "line_typed": ("", ""),
            "history": await run_in_threadpool(desk.history, question, name),
            "others": await run_in_threadpool(desk.others, question),
            "closest": await run_in_threadpool(closest_answer, desk, question, name),
            "assistant": await run_in_threadpool(lambda: Assistant(desk).endpoint),
            "problem": problem,
            "status_conflict": status == 409,
            "comments": await run_in_threadpool(desk.bank.search, question),
            "titles": await run_in_threadpool(desk.lines, question),
            "values": values_shown,
            "chosen": values_shown.chosen,
        }
        return self.page(request, "item.html", status, **values)

    async def decide(self, request: Request) -> Response:
        """Save points and go on to the next one."""
        question, name = request.path_params["question"], self.name_in(request)
        form = await self.form(request)
        by, version = session_of(request).tutor, str(form.get("version", ""))
        try:
            given = points_in(form)
            used, answers = numbers(form.getlist("comment")), answers_in(form)
            async with self.one_writer:
                if given or used or not answers:  # a request may be answered without other points
                    await run_in_threadpool(self.desk.decide, question, [name], given, by, used, {name: version})
                if answers:
                    item = await run_in_threadpool(self.desk.item, question, name)
                    await run_in_threadpool(answer_requests, self.desk, item, answers, by)
        except OutOfDate as error:
            now = await run_in_threadpool(self.desk.form_values, question, name)
            return await self.item(request, self.words(error.message), 409, typed_values(form, now.version))
        except GraderError as error:
            return await self.item(request, self.words(error.message), 422, typed_values(form))
        return to(f"/question/{quote(question)}", after=self.desk.shown.address(name))

    async def work(self, request: Request) -> Response:
        """Show the work of a team for a question, in a frame that runs and loads nothing."""
        item = await run_in_threadpool(self.desk.item, request.path_params["question"], self.name_in(request))
        html, policy = await run_in_threadpool(self._work, item)
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    def _work(self, item: SubmissionAtQuestion) -> tuple[str, str]:
        comments = line_comments_of(self.desk, item)
        return rendering.work_page(item, self.called(item.name, item.report.team), comments)

    async def report(self, request: Request) -> Response:
        """Show a team's report as it would be published."""
        report = await run_in_threadpool(self.desk.report, self.name_in(request))
        html, policy = await run_in_threadpool(rendering.preview, report)
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    async def undo(self, request: Request) -> Response:
        """Undo the last act of this tutor and show the submission that it was for."""
        form = await self.form(request)
        async with self.one_writer:
            name = await run_in_threadpool(self.desk.undo, session_of(request).tutor)
        question = str(form.get("question", ""))
        if name is None or not question:
            message = say("There is nothing to undo.") if name is None else say("Undone.")
            return to("/", notice=self.words(message))
        return to(self.address(question, name))

    async def publishing(self, request: Request) -> Response:
        """Show the effects of publishing."""
        rows, changed, pairs = await run_in_threadpool(self._before_publishing)
        return self.page(
            request, "publish.html", rows=lines(rows), changes=changed, alerts=alerts(rows), pairs=pairs, most=MAX_PAIRS
        )

    def _before_publishing(self) -> tuple[list[SubmissionSummary], list[Change], list[DifferentPoints]]:
        rows = rows_of(self.desk)
        return rows, changes(self.desk), different_points(self.desk, rows)

    async def publish(self, request: Request) -> Response:
        """Write every report; unfinished ones and changes of published totals have to be confirmed."""
        form = await self.form(request)
        unfinished = form.get("incomplete") != "yes" and await run_in_threadpool(is_open, self.desk)
        is_changed = bool(await run_in_threadpool(changes, self.desk))
        if unfinished or (is_changed and form.get("confirmed") != "yes"):
            return await self.publishing(request)
        async with self.one_writer:
            done = await run_in_threadpool(self._publish)
        published = say_number("Published: {n} report changed.", "Published: {n} reports changed.", done.reports)
        failed = [say("Not exported: {problem}.", problem=problem) for problem in done.problems]
        return to("/", notice=self.words(sentences(published, *failed)))

    def _publish(self) -> Published:
        with hold(self.desk.folder, "grader desk"):
            return publish(self.desk)


async def _problem_page(request: Request, error: Exception) -> Response:
    """Return a page with a message for the tutor and a link back."""
    session = request.scope["desk.session"]
    if session is None:  # without a login, no details of the error
        return PlainTextResponse("The desk cannot do this now; try again.", 503)
    problem = error.message if isinstance(error, GraderError) else str(error)
    return HTMLResponse(rendering.page("problem.html", session=session, problem=problem), 400)


PARTS: tuple[type[DeskPage], ...] = (
    Pages, ListPages, FindPages, SharingPages, RequestPages, LinePages, BankPages, GroupPages, CausePages,
    OverviewPages, AssistantPages,
)  # fmt: skip


def make_app(
    folder: Path,
    tutor: str,
    hosts: frozenset[str],
    token: str,
    tutors: Tutors | None = None,
    renewed: Callable[[str], None] | None = None,
) -> Starlette:
    """Return the application for an output folder; with `tutors`, each logs in with a password instead of the token.

    The token opens one session; `renewed` is called with the next one.

    Raises:
        GraderError: nothing was graded there.
    """
    sessions: dict[str, Session] = {}
    outside = tutors is not None
    guard = Middleware(
        Guard, token=OneTimeToken(token, renewed), tutor=tutor, hosts=hosts, sessions=sessions, outside=outside
    )
    desk, one_writer = GradingDesk(folder), asyncio.Lock()
    regrade = RegradePages(desk, one_writer)
    parts = [part(desk, one_writer) for part in PARTS]
    routes = [route for part in (*parts, regrade) for route in part.routes()]
    if tutors is not None:
        from grader.desk.login_pages import LoginPages

        routes += LoginPages(tutors, sessions, desk.language).routes()
    handlers = {GraderError: _problem_page}
    return Starlette(routes=routes, middleware=[guard], exception_handlers=handlers, lifespan=regrade.lifespan)
