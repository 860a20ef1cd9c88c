"""Requests to the desk's pages as a browser sends them, in this process and without a browser."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlencode

from starlette.applications import Starlette
from starlette.types import Message, Scope

from grader.desk.server import make_app

HOST = "desk.example"


@dataclass(frozen=True)
class Reply:
    """The reply to one request."""

    status: int
    text: str
    where: str

    @property
    def words(self) -> str:
        """The text without tags, with single blanks."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.text.replace("<wbr>", "")).split())


@dataclass
class Visitor:
    """One browser of one tutor."""

    application: Starlette
    cookie: str = ""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    def get(self, address: str, **more: str) -> Reply:
        """Request a page, and the one that it leads to if it is a redirect."""
        reply = self._send("GET", address, b"", more)
        return self.get(reply.where) if reply.status == 303 else reply

    def post(self, address: str, page: str = "", **fields: object) -> Reply:
        """Send a form of a page, by default of the same address, with its token."""
        found = re.search(r'name="token" value="([^"]+)"', self._send("GET", page or address, b"", {}).text)
        assert found, "the page has no form"
        reply = self._send("POST", address, urlencode({"token": found[1], **fields}, doseq=True).encode(), {})
        return self.get(reply.where) if reply.status == 303 else reply

    def _send(self, method: str, address: str, body: bytes, more: dict[str, str]) -> Reply:
        with ThreadPoolExecutor(1) as other:  # a browser of another test may have a loop in this thread
            return other.submit(asyncio.run, self._reply(method, address, body, more)).result()

    async def _reply(self, method: str, address: str, body: bytes, more: dict[str, str]) -> Reply:
        path, _, query = address.partition("?")
        headers = [(b"host", HOST.encode()), (b"cookie", self.cookie.encode())]
        headers += [(name.replace("_", "-").encode(), value.encode()) for name, value in more.items()]
        headers += [(b"content-type", b"application/x-www-form-urlencoded")] if body else []
        scope: Scope = {
            "type": "http", "http_version": "1.1", "method": method, "path": unquote(path), "raw_path": path.encode(),
            "query_string": query.encode(), "headers": headers, "scheme": "http", "root_path": "", "client": None,
            "server": (HOST, 80),
        }  # fmt: skip
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.application(scope, receive, send)
        given = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        self.cookie = given.get("set-cookie", "").partition(";")[0] or self.cookie
        text = b"".join(part.get("body", b"") for part in sent[1:]).decode()
        return Reply(int(sent[0]["status"]), text, given.get("location", ""))


def visitors(folder: Path, count: int = 1, tutor: str = "Tutor T") -> list[Visitor]:
    """Return browsers with sessions at one desk."""
    tokens = ["token"]
    application = make_app(folder, tutor, frozenset({HOST}), "token", renewed=tokens.append)
    found = [Visitor(application) for _ in range(count)]
    for one in found:
        one.get(f"/?token={tokens[-1]}")
    return found
