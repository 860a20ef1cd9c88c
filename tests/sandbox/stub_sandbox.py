"""A sandbox without processes: it notes cells and requests, and replies as a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from grader.model import CellRun, Outcome, Request
from grader.sandbox.boundary.policy import Level
from grader.sandbox.limits import Isolation, Limits


def ran(kernel: StubKernel, number: int, code: str) -> CellRun:
    """Run a cell without an error."""
    return CellRun(number, "ok")


def replied(kernel: StubKernel, request: Request) -> Outcome:
    """Reply without values."""
    return Outcome("ok")


@dataclass
class StubKernel:
    """One kernel of a stub sandbox; `number` counts from 1, `alive` is set to False to end it."""

    sandbox: StubSandbox
    number: int
    files: Mapping[str, bytes]
    limits: Limits
    alive: bool = True
    cells: list[int] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    def run(self, number: int, code: str) -> CellRun:
        self.cells.append(number)
        return self.sandbox.on_run(self, number, code)

    used_seconds: float = 0.0

    def ask(self, request: Request, cpu_seconds: float | None = None) -> Outcome:
        self.asked.append(request)
        return self.sandbox.on_ask(self, request)

    @property
    def record(self) -> Mapping[str, Any]:
        return {"kernel": self.number, "alive": self.alive, "time": self.sandbox.cpu_seconds}


@dataclass
class StubDefinitions:
    """The definitions process of a stub sandbox."""

    source: str
    on_ask: Callable[[Request], Outcome]
    asked: list[Request] = field(default_factory=list)
    records: list[Mapping[str, Any]] = field(default_factory=list)
    closed: bool = False

    used_seconds: float = 0.0

    def ask(self, requests: Sequence[Request], cpu_seconds: float | None = None) -> list[Outcome]:
        self.asked += requests
        return [self.on_ask(request) for request in requests]

    def close(self) -> None:
        self.closed = True
        self.records.append({"definitions": len(self.asked)})


@dataclass
class StubSandbox:
    """See `grader.sandbox.interface.Sandbox`."""

    on_run: Callable[[StubKernel, int, str], CellRun] = ran
    on_ask: Callable[[StubKernel, Request], Outcome] = replied
    on_ask_definitions: Callable[[Request], Outcome] = field(default=lambda request: Outcome("ok"))
    parts: tuple[str, ...] = ()
    kernels: list[StubKernel] = field(default_factory=list)
    processes: list[StubDefinitions] = field(default_factory=list)
    cpu_seconds: float = 0.0  # that each kernel has used
    left: int = 0  # kernels that were opened and given back

    def isolation(self, required: Level | None = None) -> Isolation:
        return Isolation(required or "C")

    @contextmanager
    def open_kernel(self, files: Mapping[str, bytes], limits: Limits) -> Iterator[StubKernel]:
        kernel = StubKernel(self, len(self.kernels) + 1, files, replace(limits))
        self.kernels.append(kernel)
        try:
            yield kernel
        finally:
            self.left += 1

    def definitions(self, source: str, limits: Limits, files: Mapping[str, bytes]) -> StubDefinitions:
        self.processes.append(StubDefinitions(source, self.on_ask_definitions))
        return self.processes[-1]

    def draw_pages(self, pdf: bytes, numbers: Sequence[int], level: Level | None = None) -> list[str]:
        return []

    def redraw_pictures(self, pictures: Sequence[bytes], level: Level | None = None) -> list[str]:
        return [""] * len(pictures)
