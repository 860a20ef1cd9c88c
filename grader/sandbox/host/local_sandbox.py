"""The sandbox of this machine, which implements `interface.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.definitions_host import DefinitionsProcess
from grader.sandbox.host.isolation import choose
from grader.sandbox.host.kernel import NotebookKernel, open_kernel
from grader.sandbox.host.pictures import draw, redraw
from grader.sandbox.limits import Isolation, Limits


@dataclass(frozen=True)
class LocalSandbox:
    """Confined processes on this machine; it has only texts, so it can be sent to worker processes."""

    parts: tuple[str, ...] = ()

    def isolation(self, required: Level | None = None) -> Isolation:
        """See `Sandbox.isolation`."""
        return choose(required)

    def open_kernel(self, files: Mapping[str, bytes], limits: Limits) -> AbstractContextManager[NotebookKernel]:
        """See `Sandbox.open_kernel`."""
        return open_kernel(files, limits, self.parts)

    def definitions(self, source: str, limits: Limits, files: Mapping[str, bytes]) -> DefinitionsProcess:
        """See `Sandbox.definitions`."""
        return DefinitionsProcess(source, limits, self.parts, files)

    def draw_pages(self, pdf: bytes, numbers: Sequence[int], level: Level | None = None) -> list[str]:
        """See `Sandbox.draw_pages`."""
        return draw(pdf, numbers, level)

    def redraw_pictures(self, pictures: Sequence[bytes], level: Level | None = None) -> list[str]:
        """See `Sandbox.redraw_pictures`."""
        return redraw(pictures, level)
