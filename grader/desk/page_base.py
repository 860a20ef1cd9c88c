"""The base of all pages of the desk: forms with a token, and responses from templates."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from grader.desk import rendering
from grader.desk.auth import has_token, session_of
from grader.desk.manual_grading import GradingDesk
from grader.desk.points import number
from grader.errors import GraderError
from grader.model.message import Message, say
from grader.report.i18n import translated

MAX_FIELDS = 4000  # a group of a thousand answers has a field for each


class DeskPage:
    """A part of the desk's pages; all parts share one lock for writing."""

    def __init__(self, desk: GradingDesk, one_writer: asyncio.Lock) -> None:
        self.desk, self.one_writer = desk, one_writer

    def routes(self) -> list[Any]:
        """Return the routes of this part."""
        return []

    async def form(self, request: Request, max_files: int = 0) -> FormData:
        """Return the fields of a form.

        Raises:
            GraderError: the form was not made for this session.
        """
        form = await request.form(max_files=max_files, max_fields=MAX_FIELDS)
        if not has_token(session_of(request), str(form.get("token", ""))):
            raise GraderError(say("Your session has expired; reload the page."))
        return form

    def name_in(self, request: Request) -> str:
        """Return the name of the submission that an address is about.

        Raises:
            GraderError: the address has the number of no submission.
        """
        return self.desk.shown.name(request.path_params["name"])

    def address(self, question: str, name: str) -> str:
        """Return the address of a submission at a question."""
        return f"/question/{quote(question)}/{quote(self.desk.shown.address(name))}"

    def called(self, name: str, team: str) -> str:
        """Return what pages call a submission of a team."""
        return self.words(self.desk.shown.team(name, team))

    def words(self, text: object) -> str:
        """Return a message in the language of the course; anything else as `str`."""
        return translated(text if isinstance(text, Message) else str(text), self.desk.language)

    def _reference(self, name: str) -> str:
        return quote(self.desk.shown.address(name))

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page for this tutor."""
        session = session_of(request)
        html = rendering.page(
            template, self.desk.language, desk=self.desk, session=session, called=self.called, ref=self._reference,
            **values,
        )  # fmt: skip
        return HTMLResponse(html, status)


def to(address: str, **query: str) -> RedirectResponse:
    """Return a redirect."""
    return RedirectResponse(f"{address}?{urlencode(query)}" if query else address, 303)


def numbers(texts: Sequence[object]) -> list[int]:
    """Read the numbers of comments from a form.

    Raises:
        GraderError: one is no number.
    """
    try:
        return [int(str(text)) for text in texts]
    except ValueError:
        raise GraderError(say("The number of a comment is missing; reload the page.")) from None


def points_in(form: FormData) -> dict[str, tuple[Decimal, str]]:
    """Return the points of a form by check, with the reason.

    Raises:
        GraderError: something is no number.
    """
    reason = str(form.get("reason", "")).strip()
    return {
        key.removeprefix("points:"): (number(str(value)), reason)
        for key, value in form.items()
        if key.startswith("points:") and str(value).strip()
    }
