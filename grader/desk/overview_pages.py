"""The page with an overview of the course, and the page of similar code that `grader similarity` wrote."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from grader.desk.class_overview import class_overview
from grader.desk.page_base import DeskPage
from grader.errors import GraderError
from grader.model.message import say
from grader.report.pages import policy_of
from grader.results.output_folder import SIMILARITY


class OverviewPages(DeskPage):
    """The pages about all submissions."""

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [Route("/overview", self.overview), Route("/similarity", self.similarity)]

    async def overview(self, request: Request) -> Response:
        """Show progress, totals, questions, and the checks that fail most."""
        return self.page(request, "overview.html", g=await run_in_threadpool(class_overview, self.desk))

    async def similarity(self, request: Request) -> Response:
        """Show the page of similar code as it was written; it may run and load nothing."""
        path = self.desk.folder / SIMILARITY
        if not path.exists():
            raise GraderError(say("There is no page of similar code; the command 'grader similarity' writes it."))
        html = await run_in_threadpool(path.read_text, "utf-8")
        return HTMLResponse(html, headers={"Content-Security-Policy": policy_of(html, frame=True)})
