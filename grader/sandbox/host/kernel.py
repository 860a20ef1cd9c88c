"""Control the confined kernel of a submission through nbclient, in a work folder of its own."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from ipykernel.compiler import get_file_name as cell_file
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from grader.errors import GraderError
from grader.model import CellRun, Frame, Outcome, Raised, Request
from grader.sandbox.boundary.policy import OTHER_VERSION, Policy
from grader.sandbox.boundary.worker_module import NAME, version
from grader.sandbox.host.cell_outputs import MAX_ERROR, error_of, run_record, text_of
from grader.sandbox.host.channel import Channel
from grader.sandbox.host.kernel_client import Channels, Client, Manager
from grader.sandbox.host.watchdog import Watchdog
from grader.sandbox.limits import START_SECONDS, Limits

log = logging.getLogger(__name__)

USED_UP = "the time for the whole submission is used up"
TELL_SECONDS = 20  # CPU seconds to describe an exception


class NotebookKernel:
    """A kernel that is controlled through nbclient."""

    def __init__(self, policy: Policy, limits: Limits) -> None:
        self.policy, self._limits = policy, limits
        self._exchange = self._new_channel()
        self._asked = 0
        self._begun = time.monotonic()
        self._ends = self._begun + START_SECONDS
        self._left = START_SECONDS + limits.cpu_seconds
        self.used_seconds = 0.0
        self._code: dict[int, str] = {}
        self.alive = True
        self._manager = self._new_manager()
        self._client = Client(
            nbformat.v4.new_notebook(),
            km=self._manager,
            timeout=None,
            startup_timeout=START_SECONDS,
            allow_errors=True,
            store_widget_state=False,
            record_timing=False,
            shutdown_kernel="immediate",
        )
        self._stack = contextlib.ExitStack()
        self._status, self._killed = "OK", ""

    def _new_channel(self) -> Channel:
        return Channel(Path(self.policy.work), self.policy.uid)

    def _new_manager(self) -> AsyncKernelManager:
        private = Path(self.policy.private)
        names = {"connection_file": str(private / "kernel.json"), "ip": str(private / "k")}
        manager = Manager(transport="ipc", client_class=f"{Channels.__module__}.Channels", **names)
        manager.policy, manager.warm = self.policy, self._limits.warm
        return manager

    def _wall_seconds(self, cpu: float) -> float:
        """Return the wall time that a cell or request may take, which may use `cpu` seconds."""
        return self._ends - time.monotonic()

    @property
    def _watch(self) -> Watchdog | None:
        provisioner = getattr(self._manager, "provisioner", None)
        watch: Watchdog | None = getattr(provisioner, "watch", None)
        return watch

    @property
    def pid(self) -> int:
        """Return the id of the process above all processes of the submission."""
        provisioner: Any = self._manager.provisioner
        return int(provisioner.process.pid)

    @property
    def record(self) -> Mapping[str, Any]:
        """See `interface.Kernel.record`."""
        return run_record(self._status, self._watch, self._begun, self._killed)

    def start(self) -> None:
        """Start the process; the worker is loaded in it."""
        self._stack.enter_context(self._client.setup_kernel(cwd=self.policy.work, cleanup_kc=True))
        code = f"import {NAME} as _w; _w.seed_everything({self._limits.seed}); print(_w.VERSION); del _w"
        done = self._execute(0, code, START_SECONDS)
        if done.status != "ok":
            raise RuntimeError(f"the worker did not start: {done.error} {done.text}")
        if done.text.strip() != version():
            raise GraderError(OTHER_VERSION)
        self._ends = time.monotonic() + self._limits.wall_seconds
        self._left = self._limits.cpu_seconds

    def close(self) -> None:
        """End the process and everything it started."""
        with contextlib.suppress(Exception):
            self._stack.close()
        provisioner = getattr(self._manager, "provisioner", None)
        process = getattr(provisioner, "process", None)
        if process is not None:
            self._end(process)
        self._exchange.close()

    def _end(self, process: Any) -> None:
        process.close()

    def run(self, number: int, code: str) -> CellRun:
        """Execute one cell; see `Kernel.run`."""
        self._code[number] = code
        return self._execute(number, code, self._limits.cell_cpu_seconds)

    def _execute(self, number: int, code: str, cpu: float) -> CellRun:
        whole = self._left < cpu  # its end would be that of the whole submission's time
        cpu = min(cpu, self._left)
        wall = self._wall_seconds(cpu)
        if not self.alive or min(cpu, wall) <= 0:
            return CellRun(number, "not run", USED_UP)
        cell = nbformat.NotebookNode(cell_type="code", source=code, metadata=nbformat.NotebookNode(), outputs=[])
        begun, watch = time.monotonic(), self._watch
        if watch is not None:
            watch.allow(cpu, min(self._limits.idle_seconds, self._left))
        try:
            self._client.nb.cells = [cell]
            self._client.timeout = max(1, math.ceil(wall))
            self._client.taken, self._client.reply = 0, None
            self._client.execute_cell(cell, 0, store_history=False)
        except CellTimeoutError:
            self.alive, self._status, self._killed = False, "TO", "time"
            return CellRun(number, "wall_time", text=text_of(cell), seconds=time.monotonic() - begun, allowed=wall)
        except DeadKernelError:
            return self._ended(number, text_of(cell), time.monotonic() - begun, cpu, whole)
        except UnicodeError:
            return CellRun(number, "error", "the cell holds characters that cannot be run")
        except Exception as error:  # the submission controls the channels: their messages may break the client
            log.info("the kernel's channel broke: %s", error)
            return self._ended(number, "", time.monotonic() - begun, cpu, whole)
        finally:
            self._count()
        taken = time.monotonic() - begun
        if watch and watch.killed_by:  # the kernel may have ended a child of it for lack of memory
            return self._ended(number, text_of(cell), taken, cpu, whole)
        shown = error_of(cell, self._client.reply)
        if shown is None:
            return CellRun(number, "ok", "", text_of(cell), taken)
        raised = self._described(shown, number) if number > 0 else shown
        return CellRun(number, "error", str(raised)[:MAX_ERROR], text_of(cell), taken, raised=raised)

    def _count(self) -> None:
        """Take the time of the cell that ended, idle time included, from that of the whole submission."""
        if (watch := self._watch) is not None:
            idle, used = watch.idle_seconds, watch.rest()
            self.used_seconds += used
            self._left -= used + watch.idle_seconds - idle

    def _described(self, shown: Raised, cell: int) -> Raised:
        """Return the exception that the last cell raised, with the student's lines, as the worker describes it."""
        self._asked += 1
        number = self._asked
        code = f"import {NAME} as _g; _g.tell({self._exchange.path!r}, {number})"
        if self._execute(-number, code, TELL_SECONDS).status != "ok":
            return shown
        described = self._exchange.read_error(number)
        return self._placed(described, cell) if described is not None and described.type == shown.type else shown

    def _placed(self, raised: Raised, cell: int = 0) -> Raised:
        """Return the exception with the numbers of cells in place of the names under which they were compiled.

        Of cells with the same code it is `cell`, which ran, or else the last one, whose definitions are in use.
        """
        if not raised.frames:
            return raised
        order = sorted((number for number in self._code if number > 0), key=lambda number: (number == cell, number))
        names = {os.path.basename(cell_file(self._code[number])): number for number in order}

        def placed(frame: Frame) -> Frame:
            number = names.get(os.path.basename(frame.file))
            if number is None:
                return replace(frame, file=frame.file.removeprefix(f"{self.policy.work}/"))
            return replace(frame, file="", cell=number, line=frame.line + _empty_lines(self._code[number]))

        return replace(raised, frames=tuple(map(placed, raised.frames)))

    def _ended(self, number: int, text: str, seconds: float, cpu: float, whole: bool) -> CellRun:
        """Return the run of a cell during which the process ended: at a limit, or for a reason of its own."""
        self.alive = False
        self._killed = killed = self._watch.killed_by if self._watch else ""
        self._status = "TO" if killed in ("cpu", "idle") else "SG"
        if killed == "cpu" and whole:  # of which replayed cells and idle time are a part
            return CellRun(number, "not run", USED_UP, text, seconds)
        if killed == "cpu":
            return CellRun(number, "cpu_time", text=text, seconds=seconds, allowed=cpu)
        if killed == "idle":
            return CellRun(number, "wall_time", text=text, seconds=seconds, allowed=self._limits.idle_seconds)
        reason = self._watch.reason if self._watch else ""
        return CellRun(number, "died", reason or "the Python process ended", text, seconds, limit=killed)

    def ask(self, request: Request, cpu_seconds: float | None = None) -> Outcome:
        """Send one request; see `Kernel.ask`."""
        self._asked += 1
        number, limit = self._asked, self._limits.cell_cpu_seconds
        limit = limit if cpu_seconds is None else min(limit, cpu_seconds)
        try:
            self._exchange.write(number, [request])
        except OSError as error:
            return Outcome("unreadable", message=f"its work folder cannot be written ({error.strerror})")
        done = self._execute(
            -number,
            f"import {NAME} as _g; _g.answer({self._exchange.path!r}, {number})",
            limit,
        )
        if done.status == "not run":
            return Outcome("out_of_time")
        if done.status == "ok":
            outcome = self._exchange.read(number, [request])[0]
            return replace(outcome, raised=self._placed(outcome.raised))
        if done.status == "error":
            return Outcome("unreadable", message=done.error)
        status: Any = done.status
        return Outcome(status, message=done.error, limit=done.limit, allowed=done.allowed)


def _empty_lines(code: str) -> int:
    """Return the number of empty lines at the beginning of a cell, which IPython leaves out when it counts."""
    lines = code.splitlines()
    return next((number for number, line in enumerate(lines) if line.strip()), 0)


def _many_files_open() -> None:
    """Raise the limit on open files to the system's: the host needs a dozen descriptors for each kernel."""
    import resource  # not on every system

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(4096, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextlib.contextmanager
def open_kernel(files: Mapping[str, bytes], limits: Limits, parts: Sequence[str] = ()) -> Iterator[NotebookKernel]:
    """Give a started kernel whose work folder has `files` (safe relative paths); everything is removed afterwards."""
    from grader.sandbox.host.workspace import workspace  # for Linux only

    _many_files_open()
    with workspace(files, limits, parts) as policy:
        kernel = NotebookKernel(policy, limits)
        try:
            kernel.start()
            yield kernel
        finally:
            kernel.close()
