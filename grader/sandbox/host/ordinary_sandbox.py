"""An ordinary kernel for a person's own code, on systems where nothing can be confined: the same door, no isolation."""

from __future__ import annotations

import contextlib
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from grader.model import Outcome, Request
from grader.model.evidence import DEFINITIONS
from grader.sandbox.boundary.policy import EXCHANGE, Level, Policy
from grader.sandbox.host.channel import Channel
from grader.sandbox.host.kernel import NotebookKernel
from grader.sandbox.host.kernel_client import Channels
from grader.sandbox.host.reply_schema import BadReply
from grader.sandbox.limits import START_SECONDS, Isolation, Limits

MAX_STARTS = 4  # of one process of definitions
CHILD = "grader.sandbox.child.ordinary_child"


class OrdinaryChannel(Channel):
    """The same files by their paths: the code is the user's own, and not every system opens files below a folder."""

    def __init__(self, work: Path) -> None:
        folder = work / EXCHANGE
        folder.mkdir()
        self.path = str(folder)

    def close(self) -> None:
        """Keep nothing open."""

    def _remove(self, name: str) -> None:
        (Path(self.path) / name).unlink()

    def _put(self, name: str, data: bytes) -> None:
        (Path(self.path) / name).write_bytes(data)

    def _get(self, name: str, most: int) -> bytes:
        try:
            data = (Path(self.path) / name).read_bytes()
        except OSError as error:
            raise BadReply(f"{name}: {error.strerror}") from None
        if len(data) > most:
            raise BadReply(f"{name} has more than {most} bytes")
        return data


class OrdinaryManager(AsyncKernelManager):
    """A kernel manager that starts the grader's own kernel and looks up none of the machine."""

    policy_file: Path

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return the command of the kernel and its variables."""
        argv = [sys.executable, "-P", "-m", CHILD, str(self.policy_file), "{connection_file}"]
        variables = {"MPLBACKEND": "agg", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
        return KernelSpec(argv=argv, display_name="submission", language="python", env=variables)


class OrdinaryKernel(NotebookKernel):
    """A kernel without a watchdog: a limit is on its wall time, so reaching it is never a failure."""

    def _new_channel(self) -> Channel:
        return OrdinaryChannel(Path(self.policy.work))

    def _new_manager(self) -> AsyncKernelManager:
        private = Path(self.policy.private)
        file = private / "policy.json"
        file.write_text(self.policy.to_json(), encoding="utf-8")
        names = {"connection_file": str(private / "kernel.json"), "client_class": f"{Channels.__module__}.Channels"}
        if hasattr(socket, "AF_UNIX"):
            names |= {"transport": "ipc", "ip": str(private / "k")}
        manager = OrdinaryManager(**names)
        manager.policy_file = file
        return manager

    def _end(self, process: Any) -> None:
        process.kill()
        process.wait(START_SECONDS)

    def _wall_seconds(self, cpu: float) -> float:
        return min(super()._wall_seconds(cpu), cpu)

    def _execute(self, number: int, code: str, cpu: float) -> Any:
        begun = time.monotonic()
        try:
            return super()._execute(number, code, cpu)
        finally:
            self.used_seconds += time.monotonic() - begun
            self._left -= time.monotonic() - begun


@contextlib.contextmanager
def open_ordinary_kernel(
    files: Mapping[str, bytes], limits: Limits, parts: Sequence[str] = ()
) -> Iterator[OrdinaryKernel]:
    """Give a started kernel whose work folder has `files` (safe relative paths); the folder is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as folder:
        work, private = Path(folder).resolve() / "work", Path(folder).resolve() / "k"
        for path in (work, private):
            path.mkdir()
        for name, data in files.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_bytes(data)
        policy = Policy(
            "C", str(work), str(private), "", file_bytes=limits.file_bytes, parts=tuple(parts),
            cpu_seconds=int(limits.cpu_seconds) + START_SECONDS, observes=limits.observes,
        )  # fmt: skip
        kernel = OrdinaryKernel(policy, limits)
        try:
            kernel.start()
            yield kernel
        finally:
            kernel.close()


@dataclass
class OrdinaryDefinitions:
    """Answers requests from analysed definitions only, in a kernel of its own that ran nothing else."""

    source: str
    limits: Limits
    parts: tuple[str, ...]
    files: Mapping[str, bytes]
    records: list[Mapping[str, Any]] = field(default_factory=list)
    _kernel: OrdinaryKernel | None = None
    _failed: Outcome | None = None  # what every request gets, where the definitions themselves do not run
    _starts: int = 0
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _used_before: float = 0.0

    @property
    def used_seconds(self) -> float:
        """See `interface.Definitions.used_seconds`; here it is wall time."""
        return self._used_before + (self._kernel.used_seconds if self._kernel is not None else 0.0)

    def ask(self, requests: Sequence[Request], cpu_seconds: float | None = None) -> list[Outcome]:
        """Send requests one after the other; those after one that ended the process are not sent."""
        outcomes: list[Outcome] = []
        for request in requests:
            if outcomes and self._kernel is None:
                outcomes.append(Outcome("ended_before"))
                continue
            outcomes.append(self._answer(request, cpu_seconds))
        return outcomes

    def _answer(self, request: Request, cpu_seconds: float | None) -> Outcome:
        if self._kernel is None:
            if self._starts >= MAX_STARTS:
                return Outcome("died", message="the process ended too often")
            self._start()
        assert self._kernel is not None
        outcome = self._failed or self._kernel.ask(request, cpu_seconds)
        if not self._kernel.alive:
            self.close()
        return outcome

    def _start(self) -> None:
        self._starts += 1
        self._kernel = self._stack.enter_context(open_ordinary_kernel(self.files, self.limits, self.parts))
        done = self._kernel.run(1, f"exec(compile({self.source!r}, {DEFINITIONS!r}, 'exec'), globals())")
        if done.status == "error":
            self._failed = Outcome("raised", message=str(done.raised), raised=done.raised)

    def close(self) -> None:
        """End the process, if one runs."""
        if self._kernel is not None:
            self._used_before += self._kernel.used_seconds
            self.records.append(self._kernel.record)
            self._kernel = None
        self._stack.close()


@dataclass(frozen=True)
class OrdinarySandbox:
    """Kernels of this machine without isolation: for a person's own code only."""

    parts: tuple[str, ...] = ()

    def isolation(self, required: Level | None = None) -> Isolation:
        """Return the lowest level."""
        return Isolation("C")

    def open_kernel(
        self, files: Mapping[str, bytes], limits: Limits
    ) -> contextlib.AbstractContextManager[OrdinaryKernel]:
        """See `Sandbox.open_kernel`."""
        return open_ordinary_kernel(files, limits, self.parts)

    def definitions(self, source: str, limits: Limits, files: Mapping[str, bytes]) -> OrdinaryDefinitions:
        """See `Sandbox.definitions`."""
        return OrdinaryDefinitions(source, limits, self.parts, files)

    def draw_pages(self, pdf: bytes, numbers: Sequence[int], level: Level | None = None) -> list[str]:
        """Draw nothing: pages are drawn for tutors."""
        return []

    def redraw_pictures(self, pictures: Sequence[bytes], level: Level | None = None) -> list[str]:
        """Draw nothing, as above."""
        return [""] * len(pictures)
