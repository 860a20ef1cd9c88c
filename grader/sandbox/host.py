"""The host's side: one kernel per hand-in, driven through nbclient, in a process and a work folder of its own."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from grader.model import CellRun, Outcome, Request
from grader.sandbox import exchange

log = logging.getLogger(__name__)

MOST_TEXT = 20_000  # characters kept of what one cell prints
START_SECONDS = 60
PROCESSES = 512  # processes and threads of the user; torch and zmq need some dozens
KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")


@dataclass(frozen=True)
class Limits:
    """Bounds of one hand-in: seconds of wall time, bytes of address space and of one written file."""

    seconds: float = 1200
    cell_seconds: float = 300
    memory_bytes: int = 4 << 30
    file_bytes: int = 256 << 20
    seed: int = 42


class Kernel(Protocol):
    """A running process with the hand-in's files in its work folder."""

    def run(self, number: int, code: str) -> CellRun:
        """Execute one cell; an error is recorded, and a hang or a death ends this process and no more."""

    def ask(self, request: Request) -> Outcome:
        """Put one request to the hand-in's code and return the raw reply."""

    @property
    def alive(self) -> bool:
        """Whether further cells and requests can be run here."""


class _SpecManager(AsyncKernelManager):
    """A kernel manager with its command given here, so that no kernel installed on the machine is looked up."""

    command: list[str]

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel: our launcher, which sets the limits and becomes ipykernel."""
        return KernelSpec(argv=self.command, display_name="hand-in", language="python")


class NotebookKernel:
    """A kernel behind nbclient."""

    def __init__(self, work: Path, private: Path, limits: Limits) -> None:
        self._work, self._limits = work, limits
        self._exchange = work / exchange.FOLDER
        self._exchange.mkdir()
        self._asked = 0
        self._deadline = time.monotonic() + START_SECONDS
        self.alive = True
        manager = _SpecManager(transport="ipc", connection_file=str(private / "kernel.json"), ip=str(private / "k"))
        launcher = str(Path(__file__).with_name("launch.py"))
        numbers = [str(limits.memory_bytes), str(limits.file_bytes), str(PROCESSES)]
        manager.command = [sys.executable, "-I", launcher, *numbers, "{connection_file}"]
        self._client = NotebookClient(
            nbformat.v4.new_notebook(),
            km=manager,
            timeout=limits.cell_seconds,
            startup_timeout=START_SECONDS,
            allow_errors=True,
            store_widget_state=False,
            record_timing=False,
            shutdown_kernel="immediate",
        )
        self._client.resources = {"metadata": {"path": str(work)}}

    def start(self) -> None:
        """Start the process and put the worker into it."""
        self._setup_context = self._client.setup_kernel(env=_environment(self._work), cwd=str(self._work))
        self._setup_context.__enter__()
        worker = Path(__file__).with_name("worker.py").read_text(encoding="utf-8")
        code = (
            "import sys as _s, types as _t\n"
            "_m = _t.ModuleType('_grader_worker'); _s.modules['_grader_worker'] = _m\n"
            f"exec(compile({worker!r}, 'worker.py', 'exec'), _m.__dict__)\n"
            f"_m.seed_everything({self._limits.seed})\n"
            "del _m, _s, _t\n"
        )
        done = self.run(0, code)
        if done.status != "ok":
            raise RuntimeError(f"the worker did not start: {done.error} {done.text}")
        self._deadline = time.monotonic() + self._limits.seconds

    def close(self) -> None:
        """End the process and everything it started."""
        manager = self._client.km
        group = getattr(getattr(manager, "provisioner", None), "pgid", None)
        with contextlib.suppress(Exception):
            self._setup_context.__exit__(None, None, None)
        if group:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)

    def run(self, number: int, code: str) -> CellRun:
        """Execute one cell; see `Kernel.run`."""
        seconds = min(self._limits.cell_seconds, self._deadline - time.monotonic())
        if not self.alive or seconds <= 0:
            return CellRun(number, "not run", "the time for the whole hand-in is used up")
        cell = nbformat.v4.new_code_cell(code, id=f"cell-{number}")
        self._client.nb.cells = [cell]
        self._client.timeout = max(1, int(seconds))
        begun = time.monotonic()
        try:
            self._client.execute_cell(cell, 0, store_history=False)
        except CellTimeoutError:
            self.alive = False
            text = f"stopped after {seconds:.0f} seconds"
            return CellRun(number, "timeout", text, _text(cell), time.monotonic() - begun)
        except DeadKernelError:
            self.alive = False
            return CellRun(number, "died", "the Python process ended", _text(cell), time.monotonic() - begun)
        error = next((o for o in cell.outputs if o.get("output_type") == "error"), None)
        taken = time.monotonic() - begun
        if error is None:
            return CellRun(number, "ok", "", _text(cell), taken)
        return CellRun(number, "error", f"{error.get('ename')}: {error.get('evalue')}"[:500], _text(cell), taken)

    def ask(self, request: Request) -> Outcome:
        """Put one request; see `Kernel.ask`."""
        self._asked += 1
        number = self._asked
        exchange.write_request(self._exchange, number, request)
        code = f"import _grader_worker as _g; _g.answer({str(self._exchange)!r}, {number})"
        done = self.run(-number, code)
        if done.status in ("timeout", "died"):
            return Outcome(done.status, message=done.error)
        if done.status == "not run":
            return Outcome("timeout", message=done.error)
        if done.status == "error":
            return Outcome("raised", message=done.error)
        return exchange.read_reply(self._exchange, number)


def _environment(work: Path) -> dict[str, str]:
    """Nothing of the user's own: paths in the work folder, one thread, no display."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    home = work / ".home"
    home.mkdir(exist_ok=True)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    folders = dict.fromkeys(("HOME", "IPYTHONDIR", "MPLCONFIGDIR", "TMPDIR", "JUPYTER_CONFIG_DIR"), str(home))
    return {**kept, **threads, **folders, "MPLBACKEND": "agg", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def _text(cell: Any) -> str:
    """The tail of what a cell printed, as plain text."""
    parts = []
    for output in cell.outputs:
        if output.get("output_type") == "stream":
            parts.append(str(output.get("text", "")))
        elif "text/plain" in output.get("data", {}):
            parts.append(str(output["data"]["text/plain"]) + "\n")
    return "".join(parts)[-MOST_TEXT:]


def _write_files(work: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@contextlib.contextmanager
def open_kernel(files: Mapping[str, bytes], limits: Limits) -> Iterator[Kernel]:
    """Give a started kernel whose work folder holds `files` (safe relative paths); everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        work, private = Path(folder) / "work", Path(folder) / "k"
        work.mkdir()
        private.mkdir(mode=0o700)
        _write_files(work, files)
        kernel = NotebookKernel(work, private, limits)
        try:
            kernel.start()
            yield kernel
        finally:
            kernel.close()
