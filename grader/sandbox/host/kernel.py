"""Control the confined kernel of a submission through nbclient, in a work folder of its own."""

from __future__ import annotations

import contextlib
import logging
import math
import queue
import resource
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from grader.model import CellRun, Outcome, Request
from grader.sandbox.boundary.policy import Policy
from grader.sandbox.boundary.worker_module import NAME
from grader.sandbox.host.channel import Channel
from grader.sandbox.host.make_policy import give_to
from grader.sandbox.host.watchdog import Watchdog
from grader.sandbox.host.workspace import workspace
from grader.sandbox.limits import START_SECONDS, Limits
from grader.text import clean

log = logging.getLogger(__name__)


MAX_TEXT = 20_000  # characters of the output of one cell that are saved


MAX_OUTPUT = 1 << 20  # bytes of the output of one cell that are read; the rest is dropped


MAX_ERROR = 500  # characters of a cell's exception


RECONNECT_MILLISECONDS = 10


class Channels(AsyncKernelClient):
    """A kernel client without a heartbeat: the host watches the process, and a heartbeat's thread may never end.

    It connects before the kernel listens, so it retries soon; it waits for the kernel's reply, not for a fixed time.
    """

    def start_channels(
        self, shell: bool = True, iopub: bool = True, stdin: bool = True, hb: bool = True, control: bool = True
    ) -> None:
        """Start all channels but the heartbeat's."""
        self.context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MILLISECONDS)
        super().start_channels(shell, iopub, stdin, False, control)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Send requests until a reply comes, and its end on the output channel, which may be connected later."""
        ends = time.monotonic() + (START_SECONDS if timeout is None else timeout)
        while time.monotonic() < ends:
            asked = self.kernel_info()
            with contextlib.suppress(queue.Empty):
                await self.shell_channel.get_msg(timeout=1)
                while True:
                    said = await self.iopub_channel.get_msg(timeout=0.2)
                    idle = said["content"].get("execution_state") == "idle"
                    if idle and said["parent_header"].get("msg_id") == asked:
                        return
            if not await self._async_is_alive():
                raise RuntimeError("the kernel ended before it answered")
        raise RuntimeError(f"the kernel did not answer in {START_SECONDS} seconds")

    wait_for_ready = _async_wait_for_ready


class _Manager(AsyncKernelManager):
    """A kernel manager that carries the policy to the provisioner and looks up no kernel of the machine."""

    policy: Policy
    warm: bool

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return the kernel's specification, which names the grader's provisioner."""
        metadata = {"kernel_provisioner": {"provisioner_name": "grader-sandbox", "config": {}}}
        return KernelSpec(argv=["in-process"], display_name="submission", language="python", metadata=metadata)

    def hand_over(self) -> None:
        """Make the connection file readable by the sandbox user."""
        give_to(self.policy.uid, Path(self.connection_file))


class _Client(NotebookClient):
    """An nbclient that reads a limited amount of output for each cell."""

    taken = 0
    reply: Any = None

    def output(self, outs: Any, msg: Any, display_id: str | None, cell_index: int) -> Any:
        """Save an output, or drop it once the cell has printed too much; errors are always saved."""
        self.taken += len(str(msg.get("content", "")))
        if self.taken > MAX_OUTPUT and msg.get("msg_type") != "error":
            return None
        return super().output(outs, msg, display_id, cell_index)

    async def _check_raise_for_error(self, cell: Any, cell_index: int, exec_reply: Any) -> None:
        """Save the reply: a cell that shows no error may have failed all the same."""
        self.reply = exec_reply


class NotebookKernel:
    """A kernel that is controlled through nbclient."""

    def __init__(self, policy: Policy, limits: Limits) -> None:
        self.policy, self._limits = policy, limits
        self._exchange = Channel(Path(policy.work), policy.uid)
        self._asked = 0
        self._begun = time.monotonic()
        self._deadline = self._begun + START_SECONDS
        self._seconds = limits.cell_seconds
        self.alive = True
        private = Path(policy.private)
        names = {"connection_file": str(private / "kernel.json"), "ip": str(private / "k")}
        manager = _Manager(transport="ipc", client_class=f"{__name__}.Channels", **names)
        manager.policy, manager.warm = policy, limits.warm
        self._manager = manager
        self._client = _Client(
            nbformat.v4.new_notebook(),
            km=manager,
            timeout=int(limits.cell_seconds),
            startup_timeout=START_SECONDS,
            allow_errors=True,
            store_widget_state=False,
            record_timing=False,
            shutdown_kernel="immediate",
        )
        self._stack = contextlib.ExitStack()
        self._status, self._killed = "OK", ""

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
        code = f"import {NAME} as _w; _w.seed_everything({self._limits.seed}); del _w"
        done = self._execute(0, code, START_SECONDS)
        if done.status != "ok":
            raise RuntimeError(f"the worker did not start: {done.error} {done.text}")
        self._deadline = time.monotonic() + self._limits.seconds

    def close(self) -> None:
        """End the process and everything it started."""
        with contextlib.suppress(Exception):
            self._stack.close()
        provisioner = getattr(self._manager, "provisioner", None)
        process = getattr(provisioner, "process", None)
        if process is not None:
            process.close()
        self._exchange.close()

    def run(self, number: int, code: str) -> CellRun:
        """Execute one cell; see `Kernel.run`."""
        return self._execute(number, code, self._limits.cell_seconds)

    def _execute(self, number: int, code: str, seconds: float) -> CellRun:
        seconds = min(seconds, self._deadline - time.monotonic())
        if not self.alive or seconds <= 0:
            return CellRun(number, "not run", "the time for the whole submission is used up")
        try:
            cell = nbformat.NotebookNode(cell_type="code", source=code, metadata=nbformat.NotebookNode(), outputs=[])
            self._client.nb.cells = [cell]
            self._client.timeout = max(1, math.ceil(seconds))
            self._client.taken, self._client.reply = 0, None
            begun = time.monotonic()
            self._client.execute_cell(cell, 0, store_history=False)
        except CellTimeoutError:
            self.alive, self._status, self._killed = False, "TO", "time"
            return CellRun(
                number, "timeout", f"stopped after {seconds:.0f} seconds", _text(cell), time.monotonic() - begun
            )
        except DeadKernelError:
            return self._died(number, _text(cell), time.monotonic() - begun)
        except UnicodeError:
            return CellRun(number, "error", "the cell holds characters that cannot be run")
        except Exception as error:  # the submission controls the channels: their messages may break the client
            log.info("the kernel's channel broke: %s", error)
            return self._died(number, "", time.monotonic() - begun)
        taken = time.monotonic() - begun
        if self._watch and self._watch.killed_by:  # the kernel may have ended a child of it for lack of memory
            return self._died(number, _text(cell), taken)
        raised = _error(cell, self._client.reply)
        return CellRun(number, "error" if raised else "ok", raised, _text(cell), taken)

    def _died(self, number: int, text: str, seconds: float) -> CellRun:
        self.alive, self._status = False, "SG"
        reason = self._watch.reason if self._watch else ""
        self._killed = self._watch.killed_by if self._watch else ""
        return CellRun(number, "died", reason or "the Python process ended", text, seconds)

    def ask(self, request: Request) -> Outcome:
        """Send one request; see `Kernel.ask`."""
        self._asked += 1
        number = self._asked
        try:
            self._exchange.write(number, [request])
        except OSError as error:
            return Outcome("raised", message=f"its work folder cannot be written ({error.strerror})")
        done = self.run(-number, f"import {NAME} as _g; _g.answer({self._exchange.path!r}, {number})")
        if done.status == "not run":
            return Outcome("out_of_time")
        if done.status == "timeout":
            return Outcome("timeout", message=done.error)
        if done.status == "died":
            return Outcome("died", message=done.error)
        if done.status == "error":
            return Outcome("raised", message=done.error)
        return self._exchange.read(number, [request])[0]


def run_record(status: str, watch: Watchdog | None, begun: float, killed: str) -> Mapping[str, Any]:
    """Return the record of a process, with keys of isolate: `time` (CPU), `time-wall`, `max-rss` (KiB), `killed`."""
    return {
        "status": status,
        "time": round(watch.cpu_seconds(), 3) if watch else 0.0,
        "time-wall": round(time.monotonic() - begun, 3),
        "max-rss": watch.peak_bytes >> 10 if watch else 0,
        "killed": killed,
    }


def _error(cell: Any, reply: Any) -> str:
    """Return the exception of a cell, as shown or else as the kernel replied; empty if there was none."""
    shown = [output for output in cell.outputs if output.get("output_type") == "error"]
    content = (reply or {}).get("content", {})
    found = shown[0] if shown else content if content.get("status") not in ("ok", None) else None
    if found is None:
        return ""
    name, value = str(found.get("ename", "error"))[:100], str(found.get("evalue", ""))[:MAX_ERROR]
    return clean(f"{name}: {value}")[:MAX_ERROR]


def _text(cell: Any) -> str:
    """Return the end of a cell's output, as text."""
    parts = []
    for output in cell.outputs:
        if output.get("output_type") == "stream":
            parts.append(str(output.get("text", "")))
        elif "text/plain" in output.get("data", {}):
            parts.append(str(output["data"]["text/plain"]) + "\n")
    return clean("".join(parts)[-MAX_TEXT:], MAX_TEXT)


def _many_files_open() -> None:
    """Raise the limit on open files to the system's: the host needs a dozen descriptors for each kernel."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(4096, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextlib.contextmanager
def open_kernel(files: Mapping[str, bytes], limits: Limits, parts: Sequence[str] = ()) -> Iterator[NotebookKernel]:
    """Give a started kernel whose work folder has `files` (safe relative paths); everything is removed afterwards."""
    _many_files_open()
    with workspace(files, limits, parts) as policy:
        kernel = NotebookKernel(policy, limits)
        try:
            kernel.start()
            yield kernel
        finally:
            kernel.close()
