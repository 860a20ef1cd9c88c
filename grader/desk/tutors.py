"""Tutors who come from other machines: their passwords as hashes in the store, and the page on which they log in."""

from __future__ import annotations

import asyncio
import hmac
import math
import secrets
import time
import unicodedata
from collections import deque
from collections.abc import Callable
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from grader.desk import pages
from grader.desk.guard import COOKIE, LOGIN, Session, begin, has_token, session_of
from grader.errors import GraderError
from grader.language import Language
from grader.store import Store, now, writable

FEWEST_CHARACTERS = 10
MOST_OF_A_NAME, MOST_OF_ALL = 5, 30  # wrong tries within `WINDOW`
WINDOW = 60.0  # seconds
MOST_BYTES = 8192  # of a form from somebody who is not known
LOGIN_COOKIE = "grader_login"  # goes with the form, so that no other page can log a browser in


class Tutors:
    """The tutors of an output folder, and how often somebody was wrong lately."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.store, self.clock = Store(folder), clock
        self._hasher = PasswordHasher()  # argon2id with the library's costs
        self._nobody = self._hasher.hash(secrets.token_urlsafe(32))  # an unknown name takes as long as a known one
        self._wrong: deque[tuple[float, str]] = deque()

    def add(self, name: str, password: str) -> None:
        """Keep a tutor with the hash of a password; one who is known gets the new one.

        Raises:
            GraderError: the name or the password cannot be used, or the store cannot be written.
        """
        name, password = _same(name), _same(password)
        if not name or not name.isprintable():
            raise GraderError("the tutor's name is empty or has signs that cannot be printed; give another one")
        if len(password) < FEWEST_CHARACTERS:
            raise GraderError(f"the password is too short; it needs at least {FEWEST_CHARACTERS} characters")
        row = (name, self._hasher.hash(password), now())
        with self.store.open(write=True) as connection:
            connection.execute("INSERT OR REPLACE INTO tutors VALUES (?,?,?)", row)

    def names(self) -> list[str]:
        """Return who may log in."""
        with self.store.open() as connection:
            return [row[0] for row in connection.execute("SELECT name FROM tutors ORDER BY name")]

    def knows(self, name: str, password: str) -> bool:
        """Whether this is the password of that tutor; a wrong try is remembered for a minute."""
        name = _same(name)
        with self.store.open() as connection:
            row = connection.execute("SELECT hash FROM tutors WHERE name = ?", (name,)).fetchone()
        try:
            self._hasher.verify(row[0] if row else self._nobody, _same(password))
            right = row is not None
        except (VerificationError, InvalidHashError):
            right = False
        if not right:
            self._wrong.append((self.clock(), name))
        return right

    def wait(self, name: str) -> int:
        """Return for how many seconds nobody may try under this name; 0 where one may."""
        at, name = self.clock(), _same(name)
        while self._wrong and self._wrong[0][0] <= at - WINDOW:
            self._wrong.popleft()
        of_all = [when for when, _ in self._wrong]
        of_name = [when for when, tried in self._wrong if tried == name]
        full = [when[-most] for when, most in ((of_all, MOST_OF_ALL), (of_name, MOST_OF_A_NAME)) if len(when) >= most]
        return math.ceil(max(full) + WINDOW - at) if full else 0


def _same(text: str) -> str:
    """The text as it is compared: an umlaut is the same sign from every keyboard."""
    return unicodedata.normalize("NFC", writable(text)).strip()


class LoginPages:
    """The pages before and after a tutor's session."""

    def __init__(self, tutors: Tutors, sessions: dict[str, Session], language: Language) -> None:
        self.tutors, self.sessions, self.language = tutors, sessions, language
        self._one_at_a_time = asyncio.Lock()  # a hash takes memory, and tries are counted one after the other

    def routes(self) -> list[Route | Mount]:
        """The addresses."""
        return [
            Route(LOGIN, self.ask),
            Route(LOGIN, self.login, methods=["POST"]),
            Route("/logout", self.ask_logout),
            Route("/logout", self.logout, methods=["POST"]),
        ]

    async def ask(self, request: Request, wrong: bool = False, wait: int = 0) -> Response:
        """The form for name and password."""
        token = request.cookies.get(LOGIN_COOKIE) or secrets.token_urlsafe(32)
        html = pages.page("login.html", self.language, session=None, token=token, wrong=wrong, wait=wait)
        response = HTMLResponse(html, 429 if wait else 403 if wrong else 200)
        if wait:
            response.headers["Retry-After"] = str(wait)
        secure = request.url.scheme == "https"
        response.set_cookie(LOGIN_COOKIE, token, httponly=True, samesite="strict", path=LOGIN, secure=secure)
        return response

    async def login(self, request: Request) -> Response:
        """Begin a session for who gives the right password."""
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return PlainTextResponse("This form is too long.", 413)
        form = await request.form(max_files=0, max_fields=10)
        cookie = request.cookies.get(LOGIN_COOKIE, "")
        if not cookie or not hmac.compare_digest(cookie.encode(), str(form.get("token", "")).encode()):
            return PlainTextResponse("This form was made for another browser; load the page again.", 403)
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
        """A button that ends the session."""
        session = session_of(request)
        html = pages.page("login.html", self.language, session=session, token=session.form_token, wrong=False, wait=0)
        return HTMLResponse(html)

    async def logout(self, request: Request) -> Response:
        """End the session."""
        form = await request.form(max_files=0, max_fields=10)
        if not has_token(session_of(request), str(form.get("token", ""))):
            return PlainTextResponse("This form was made for another session; load the page again.", 403)
        self.sessions.pop(request.cookies[COOKIE], None)
        response = RedirectResponse(LOGIN, 303)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response
