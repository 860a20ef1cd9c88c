"""Grade submissions with a grader error again, one after the other, each in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from grader.batch.executor import Executor
from grader.batch.regrade_one import RegradedSubmission, regrade_one
from grader.desk.auth import session_of
from grader.desk.manual_grading import GradingDesk
from grader.desk.page_base import DeskPage, to
from grader.errors import GraderError
from grader.model.message import say
from grader.results.folder_lock import hold

log = logging.getLogger(__name__)
RUNNING = "runs a submission again"


class RegradePages(DeskPage):
    """The page that grades a submission again; the page of the submission shows the progress."""

    def __init__(self, desk: GradingDesk, one_writer: asyncio.Lock) -> None:
        super().__init__(desk, one_writer)
        self._turn = threading.Lock()
        self._executor: Executor | None = None

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [
            Route("/again/{name}", self.begin, methods=["POST"]),
            Route("/again/{name}", self.progress, methods=["GET"]),
        ]

    async def begin(self, request: Request) -> Response:
        """Begin to grade a submission again, unless that has begun already, and show its page."""
        form = await self.form(request)
        name, question = self.name_in(request), str(form.get("question", ""))
        item = await run_in_threadpool(self.desk.item, question, name)
        if item.has_error and name not in self.desk.running:
            self.desk.running.add(name)
            self.desk.troubles.pop(name, None)
            by, loop = session_of(request).tutor, asyncio.get_running_loop()
            values = (item.row.name, name, by, loop)
            threading.Thread(target=self._run, args=values, name=RUNNING, daemon=True).start()
        return to(self.address(question, name))

    async def progress(self, request: Request) -> Response:
        """Return the part of a submission's page that shows the progress; the rest, with what is typed, stays."""
        item = await run_in_threadpool(self.desk.item, request.query_params.get("question", ""), self.name_in(request))
        return self.page(request, "regrade.html", item=item)

    def _run(self, name: str, shown: str, by: str, loop: asyncio.AbstractEventLoop) -> None:
        """Grade a submission again and write it; problems are shown on the page of the name `shown`."""
        desk = self.desk
        try:
            with self._turn, hold(desk.folder, "grader desk"):
                done = regrade_one(desk.folder, desk.batch, name, f"run again by {by}", self._begun)
                asyncio.run_coroutine_threadsafe(self._write(done, shown, by), loop).result()
        except GraderError as error:
            desk.troubles[shown] = self.words(error.message)
        except Exception as error:
            log.exception("%s could not be run again", name)
            message = say("Internal error ({error}); the log has the details.", error=type(error).__name__)
            desk.troubles[shown] = self.words(message)
        finally:
            desk.running.discard(shown)

    async def _write(self, done: RegradedSubmission, shown: str, by: str) -> None:
        """Write the submission with the overrides that were added meanwhile, under the lock for writing."""
        async with self.one_writer:
            name = await run_in_threadpool(done.write)
            if name != shown:
                self.desk.moved[shown] = name
            await run_in_threadpool(self.desk.write, [name], f"run again by {by}")
            self.desk.regraded.add(shown)

    def _begun(self, executor: Executor) -> None:
        self._executor = executor

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Stop the gradings in progress when the server stops."""
        yield
        if self._executor is not None:
            self._executor.close()
