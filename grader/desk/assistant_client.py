"""One question to an assistant, by the chat protocol that OpenAI made and local programs speak, too.

Python's own HTTP client sends one POST and follows nothing: no redirect, no proxy of the environment, no cookie.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from grader.errors import GraderError
from grader.model.message import say

SECONDS = 60.0  # for the whole reply
MAX_BYTES = 200_000
PATH = "/chat/completions"


@dataclass(frozen=True)
class Endpoint:
    """Where an assistant is: the address before `/chat/completions`, the model, and the key, empty without one."""

    address: str
    model: str
    key: str = ""

    @property
    def host(self) -> str:
        """Return the host that texts are sent to."""
        return urlsplit(self.address).netloc

    @property
    def source(self) -> str:
        """Return what its suggestions are known by: the same model at another address is measured anew."""
        return f"{self.model} at {self.address}"


class NoReply(GraderError):
    """The assistant gave no reply that can be read."""


def reply(endpoint: Endpoint, messages: Sequence[Mapping[str, str]], seconds: float = SECONDS) -> str:
    """Send messages to an assistant and return the text of its reply.

    Raises:
        NoReply: it cannot be reached, takes longer than `seconds`, or replies in another form.
    """
    body = {"model": endpoint.model, "messages": list(messages), "temperature": 0}
    parts = urlsplit(endpoint.address)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if not (endpoint.key.isascii() and endpoint.key.isprintable()):  # an error of the client would show it
        raise NoReply(say("The key for {host} has characters that no key has.", host=endpoint.host))
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = made(parts.hostname or "", parts.port, timeout=seconds)
        data = _within(connection, parts.path.rstrip("/") + PATH, json.dumps(body).encode(), headers, seconds)
        return _content(json.loads(data))
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        why = str(error) or type(error).__name__
        raise NoReply(say("{host} gave no reply that can be read: {why}", host=endpoint.host, why=why[:200])) from None


def _within(
    connection: http.client.HTTPConnection, path: str, body: bytes, headers: Mapping[str, str], seconds: float
) -> bytes:
    """Return the body of a reply; the connection is shut when the time is up, whatever is still coming."""
    over = threading.Event()
    connection.connect()
    channel = connection.sock  # a response takes it away from the connection

    def stop() -> None:
        over.set()
        with contextlib.suppress(OSError):
            channel.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", path, body, dict(headers))
        response = connection.getresponse()
        data = response.read(MAX_BYTES + 1)
        if over.is_set():
            raise TimeoutError("timed out")
        if response.status != 200:
            raise ValueError(f"status {response.status}")
        if len(data) > MAX_BYTES:
            raise ValueError(f"more than {MAX_BYTES} bytes")
        return data
    finally:
        timer.cancel()
        connection.close()


def _content(data: Any) -> str:
    """Return the text of the first choice.

    Raises:
        ValueError: there is none.
    """
    try:
        content = data["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        raise ValueError("no message in it") from None
    if not isinstance(content, str):
        raise ValueError("no text in it")
    return content
