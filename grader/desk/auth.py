"""Access to the desk: the printed address has a token for one use, then there is a session cookie; forms have tokens.

If other machines can reach it, the address has no token and a session begins with a password (`login_pages.py`).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "grader_desk"
LOGIN = "/login"
USED = (
    "This address has opened the desk once and does not open it again. "
    "For another browser, take the address that the terminal of 'grader desk' shows last."
)
OPEN_OUTSIDE = frozenset({LOGIN, "/static/desk.css"})  # the pages that need no session
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Session:
    """One tutor in one browser."""

    tutor: str
    by_password: bool = False  # whether it began with a password, so that the tutor can end it
    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))


class OneTimeToken:
    """A token that begins one session; the next one takes its place, so that an address found later opens nothing."""

    def __init__(self, first: str, renewed: Callable[[str], None] | None = None) -> None:
        """Begin with `first`; `renewed` is called with each next token."""
        self._current, self._renewed = first, renewed
        self._used: set[str] = set()

    def take(self, given: str) -> bool:
        """Return whether `given` is the token that counts now, which is used up by this."""
        if not self._current or not hmac.compare_digest(given.encode(), self._current.encode()):
            return False
        self._used.add(self._current)
        self._current = new_token()
        if self._renewed is not None:
            self._renewed(self._current)
        return True

    def was_used(self, given: str) -> bool:
        """Return whether `given` has begun a session before."""
        return given in self._used


def new_token() -> str:
    """Return a token for the address that the command prints."""
    return secrets.token_urlsafe(24)


class Guard:
    """Middleware that lets requests with a session through and sets the headers of every response."""

    def __init__(
        self,
        app: ASGIApp,
        token: OneTimeToken,
        tutor: str,
        hosts: frozenset[str],
        sessions: dict[str, Session],
        outside: bool,
    ) -> None:
        self.app, self.token, self.tutor, self.hosts = app, token, tutor, hosts
        self.sessions, self.outside = sessions, outside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        request = Request(scope, receive)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", PAGE_POLICY)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(request)
        if refusal is not None:
            await refusal(scope, receive, with_headers)
            return
        scope["desk.session"] = self.sessions.get(request.cookies.get(COOKIE, ""))
        await self.app(scope, receive, with_headers)

    def _refusal(self, request: Request) -> PlainTextResponse | RedirectResponse | None:
        """Return the refusal of a request, or None if it is allowed."""
        if request.headers.get("host", "") not in self.hosts:  # a host name of another site that points here
            return PlainTextResponse("Unknown host name; start the desk with --name HOST.", 421)
        known = request.cookies.get(COOKIE, "") in self.sessions
        given = "" if self.outside else request.query_params.get("token", "")
        if given and request.method == "GET" and self.token.take(given):
            return begin(self.sessions, self.tutor)
        if given and known:  # a tab that a browser opens again
            return RedirectResponse("/", 303)
        is_open = self.outside and request.scope["path"] in OPEN_OUTSIDE
        if not is_open and not known:
            return self._unknown(request, given)
        site = request.headers.get("sec-fetch-site", "same-origin")
        if request.method not in ("GET", "HEAD") and site not in ("same-origin", "none"):
            return PlainTextResponse("This request came from another page.", 403)
        return None

    def _unknown(self, request: Request, given: str) -> PlainTextResponse | RedirectResponse:
        if self.token.was_used(given):
            return PlainTextResponse(USED, 403)
        if not self.outside:
            return PlainTextResponse("Open the address that 'grader desk' printed; it has a token.", 403)
        if request.method in ("GET", "HEAD"):
            return RedirectResponse(LOGIN, 303)
        return PlainTextResponse("Log in first.", 403)


def begin(
    sessions: dict[str, Session], tutor: str, secure: bool = False, by_password: bool = False
) -> RedirectResponse:
    """Begin a session under a random name and return a redirect to the first page."""
    name = secrets.token_urlsafe(32)
    sessions[name] = Session(tutor, by_password)
    response = RedirectResponse("/", 303)
    response.set_cookie(COOKIE, name, httponly=True, samesite="strict", path="/", secure=secure)
    return response


def session_of(request: Request) -> Session:
    """Return the session of a request."""
    session: Session = request.scope["desk.session"]
    return session


def has_token(session: Session, given: str) -> bool:
    """Return whether a form was made for this session."""
    return hmac.compare_digest(session.form_token.encode(), given.encode())
