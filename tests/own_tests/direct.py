"""The two sides of a session in this process: an asker, and the worker that answers it, without a sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.model import Outcome, Request
from grader.own_tests.asker import Asker
from grader.own_tests.proxies import connect
from grader.own_tests.session import Talk
from grader.sandbox.host.channel import _outcome
from tests.checks.answering_worker import HEAD, worker, worker_namespace

Reply = tuple[dict[str, Any], dict[str, Any]]


class DirectWire:
    """Answers each message by the worker at once; `sent` are the messages."""

    def __init__(self) -> None:
        self.talk = Talk(Request("tests", {}), lambda request, seconds: (self._asked(request), 0.0), seconds=5)
        self.sent: list[Mapping[str, Any]] = []
        self.replies: list[Reply] = []
        self.next: Outcome | None = None  # instead of the next reply

    def _asked(self, request: Request) -> Outcome:
        if self.next is not None:
            outcome, self.next = self.next, None
            return outcome
        arguments = json.loads(json.dumps(request.arguments))
        value, arrays = worker._reply(request.action, arguments, request.arrays)
        return _outcome(json.loads(json.dumps(value)), arrays, request)

    def send(self, message: Mapping[str, Any], arrays: Mapping[str, Any] | None = None) -> None:
        self.sent.append(message)
        reply, received = self.talk._answer(message, dict(arrays or {}))
        self.replies.append((reply, dict(received)))

    def receive(self, seconds: float | None = None) -> Reply:
        return self.replies.pop()


def asker_of(monkeypatch: pytest.MonkeyPatch, folder: Path, source: str) -> Asker:
    """Return an asker for a submission with this source."""
    exec(HEAD + "import numpy as np\n" + source, worker_namespace(monkeypatch, folder))
    wire: Any = DirectWire()
    asker = Asker(wire, str(Path(__file__).parent))
    connect(asker)
    asker.collecting = False
    return asker


def wire_of(asker: Asker) -> DirectWire:
    wire: Any = asker._wire
    assert isinstance(wire, DirectWire)
    return wire
