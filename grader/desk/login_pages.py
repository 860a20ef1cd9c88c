"""The pages on which tutors log in from other machines."""

from __future__ import annotations

import asyncio
import hmac
import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from grader.desk import rendering
from grader.desk.auth import COOKIE, LOGIN, Session, begin, has_token, session_of
from grader.desk.passwords import Tutors, _same
from grader.model.language import Language

MAX_BYTES = 8192  # bytes of a form without a session


LOGIN_COOKIE = "grader_login"  # is sent with the form, so that no other page can log a browser in


class LoginPages:
    """The pages before and after a tutor's session."""

    def __init__(self, tutors: Tutors, sessions: dict[str, Session], language: Language) -> None:
        self.tutors, self.sessions, self.language = tutors, sessions, language
        self._one_at_a_time = asyncio.Lock()  # a hash uses memory, and attempts are counted one after the other

    def routes(self) -> list[Route | Mount]:
        """Return the routes of these pages."""
        return [
            Route(LOGIN, self.ask),
            Route(LOGIN, self.login, methods=["POST"]),
            Route("/logout", self.ask_logout),
            Route("/logout", self.logout, methods=["POST"]),
        ]

    async def ask(self, request: Request, wrong: bool = False, wait: int = 0) -> Response:
        """Show the form for name and password."""
        token = request.cookies.get(LOGIN_COOKIE) or secrets.token_urlsafe(32)
        html = rendering.page("login.html", self.language, session=None, token=token, wrong=wrong, wait=wait)
        response = HTMLResponse(html, 429 if wait else 403 if wrong else 200)
        if wait:
            response.headers["Retry-After"] = str(wait)
        secure = request.url.scheme == "https"
        response.set_cookie(LOGIN_COOKIE, token, httponly=True, samesite="strict", path=LOGIN, secure=secure)
        return response

    async def login(self, request: Request) -> Response:
        """Begin a session if the password is right."""
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MAX_BYTES:
            return PlainTextResponse("This form is too long.", 413)
        form = await request.form(max_files=0, max_fields=10)
        cookie = request.cookies.get(LOGIN_COOKIE, "")
        if not cookie or not hmac.compare_digest(cookie.encode(), str(form.get("token", "")).encode()):
            return PlainTextResponse("This form was made for another browser; reload the page.", 403)
        name, password = str(form.get("name", "")), str(form.get("password", ""))
        async with self._one_at_a_time:
            wait = self.tutors.wait(name)
            right = not wait and await run_in_threadpool(self.tutors.knows, name, password)
        if not right:
            return await self.ask(request, wrong=True, wait=wait)
        self.sessions.pop(request.cookies.get(COOKIE, ""), None)
        response = begin(self.sessions, _same(name), secure=request.url.scheme == "https", by_password=True)
        response.delete_cookie(LOGIN_COOKIE, path=LOGIN, httponly=True, samesite="strict")
        return response

    async def ask_logout(self, request: Request) -> Response:
        """Show the button that ends the session."""
        session = session_of(request)
        html = rendering.page(
            "login.html", self.language, session=session, token=session.form_token, wrong=False, wait=0
        )
        return HTMLResponse(html)

    async def logout(self, request: Request) -> Response:
        """End the session."""
        form = await request.form(max_files=0, max_fields=10)
        if not has_token(session_of(request), str(form.get("token", ""))):
            return PlainTextResponse("Your session has expired; reload the page.", 403)
        self.sessions.pop(request.cookies[COOKIE], None)
        response = RedirectResponse(LOGIN, 303)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response
