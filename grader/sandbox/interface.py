"""The interface of the sandbox; the rest of the program uses nothing else of it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from grader.model import CellRun, Outcome, Request
from grader.sandbox.boundary.policy import Level
from grader.sandbox.limits import Isolation, Limits, can_confine, expect_linux


class Kernel(Protocol):
    """A running process with the submission's files in its work folder."""

    def run(self, number: int, code: str) -> CellRun:
        """Execute one cell; an error is recorded, and a timeout or a crash ends only this process."""

    def ask(self, request: Request, cpu_seconds: float | None = None) -> Outcome:
        """Send one request to the submission's code and return the raw reply; `cpu_seconds` may lower its limit."""

    @property
    def used_seconds(self) -> float:
        """Return the CPU seconds that its cells and requests have used so far."""

    @property
    def alive(self) -> bool:
        """Return whether further cells and requests can run in this process."""

    @property
    def record(self) -> Mapping[str, Any]:
        """Return the record of the process, with isolate's keys: status, time, max-rss, killed."""


class Definitions(Protocol):
    """A process that ran only analysed definitions; a request that hangs or ends it loses only its own reply."""

    records: list[Mapping[str, Any]]

    def ask(self, requests: Sequence[Request], cpu_seconds: float | None = None) -> list[Outcome]:
        """Send requests and return the raw replies, one for each; `cpu_seconds` may lower their limit."""

    @property
    def used_seconds(self) -> float:
        """Return the CPU seconds that its requests have used so far."""

    def close(self) -> None:
        """End the process, if one runs."""


class Sandbox(Protocol):
    """Runs student code in isolation."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the texts of files that run inside, beside student code (see `reference/inside/`)."""

    def isolation(self, required: Level | None = None) -> Isolation:
        """Return the strongest isolation level of this machine, or only whether it offers the `required` one."""

    def open_kernel(self, files: Mapping[str, bytes], limits: Limits) -> AbstractContextManager[Kernel]:
        """Give a confined kernel whose work folder has `files`; it is removed afterwards."""

    def definitions(self, source: str, limits: Limits, files: Mapping[str, bytes]) -> Definitions:
        """Return a confined process that answers from `source` and the course's `files` only; the caller closes it."""

    def draw_pages(self, pdf: bytes, numbers: Sequence[int], level: Level | None = None) -> list[str]:
        """Return pages of a PDF, numbered from 0, as PNG in base64; none where they cannot be drawn within limits."""

    def redraw_pictures(self, pictures: Sequence[bytes], level: Level | None = None) -> list[str]:
        """Return pictures of a submission drawn anew, as PNG in base64; empty texts for those that are none."""


class SharedProcesses(Protocol):
    """What is loaded once for several processes that grade side by side."""

    def another(self, loads: Sequence[str]) -> socket.socket | None:
        """Return the channel for one of the processes, with modules loaded that its first submission needs."""

    def close(self) -> None:
        """End it, and with it all that was forked from it."""


def shared_processes() -> SharedProcesses:
    """Return what the processes of a batch share; nothing starts before one of them needs it."""
    from grader.sandbox.host.fork_client import SharedForkServer

    return SharedForkServer()


def take_shared_from(source: Callable[[Sequence[str]], socket.socket | None]) -> None:
    """Let this process ask `source` for its channel, instead of loading everything again."""
    from grader.sandbox.host.fork_client import ForkServerClient

    ForkServerClient.take_from(source)


def local_sandbox(parts: Sequence[str] = ()) -> Sandbox:
    """Return the sandbox of this machine.

    Raises:
        GraderError: this system cannot confine a process.
    """
    expect_linux()
    from grader.sandbox.host.local_sandbox import LocalSandbox  # loads nbclient and zmq

    return LocalSandbox(tuple(parts))


def own_code_sandbox(parts: Sequence[str] = ()) -> Sandbox:
    """Return what runs a person's own code: the sandbox where there is one, an ordinary kernel on other systems."""
    if can_confine():
        return local_sandbox(parts)
    from grader.sandbox.host.ordinary_sandbox import OrdinarySandbox

    return OrdinarySandbox(tuple(parts))
