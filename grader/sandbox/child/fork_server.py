"""A process with torch, NumPy and ipykernel loaded that forks one confined kernel per submission.

Run as `python -I -m grader.sandbox.child.fork_server FD`: requests come as JSON over an inherited socket, the answer
is the child's process id. A request with a socket asks for a further fork server, which answers on that socket. It has
no rubric, no reference and no open file, as children inherit its memory.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import numpy

from grader.sandbox.boundary import syscalls
from grader.sandbox.boundary.absent_torch import is_installed
from grader.sandbox.boundary.policy import Policy
from grader.sandbox.boundary.worker_module import worker
from grader.sandbox.child.definitions_child import become_answerer
from grader.sandbox.child.kernel_child import become_kernel

MAX_REQUEST = 1 << 18
SINGLE = 2  # processes that one submission uses


# Modules that a kernel and its first cells would otherwise load again in each child.
_WANTED = (
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic",
    "faulthandler", "grader.sandbox.child.kernel_app", "ipykernel.debugger", "numpy", "pdb", "sqlite3",
    "tornado.platform.asyncio",
)  # fmt: skip


def preload() -> None:
    """Load the modules that every notebook needs."""
    for name in _WANTED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    ours = worker()
    if is_installed():
        import torch

        torch.set_num_threads(1)
        _rehearse(ours)
    _freeze()


def _freeze() -> None:
    gc.collect()
    gc.freeze()


def _make_an_optimizer() -> None:
    """Make the first optimizer, for which torch imports hundreds of modules."""
    import torch

    torch.optim.Adam(torch.nn.Linear(2, 2).parameters())


def _import_pyplot() -> None:
    with contextlib.suppress(ImportError):
        importlib.import_module("matplotlib.pyplot")


LARGE = {"torch.optim": _make_an_optimizer, "matplotlib.pyplot": _import_pyplot}  # what only some notebooks need


class Loaded:
    """What was loaded for one submission is there for all later ones."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def load(self, names: Iterable[str]) -> None:
        """Load what is not loaded yet."""
        new = set(names) - self._names
        for name in sorted(new):
            LARGE[name]()
        self._names |= new
        if new:
            _freeze()


def _rehearse(ours: ModuleType) -> None:
    """Answer one request here, so that every child has the modules and caches that it needs."""
    import torch

    with tempfile.TemporaryDirectory() as folder:
        case = {
            "init": {"in_features": 2, "out_features": 1},
            "weights": "w:",
            "calls": [{"inputs": ["x"], "trace": True}],
        }
        arguments = {"target": "Linear", "cases": [case]}
        arrays: dict[str, Any] = {"x": [[1.0, 2.0]], "w:weight": [[1.0, 2.0]], "w:bias": [0.0]}
        asked = [{"action": "call", "arguments": arguments, "arrays": {name: name for name in arrays}}]
        Path(folder, "ask-1.json").write_text(json.dumps(asked), encoding="utf-8")
        numpy.savez(Path(folder, "ask-1.npz"), **arrays)
        main = vars(sys.modules["__main__"])
        main["Linear"] = torch.nn.Linear
        ours.answer(folder, 1)
        del main["Linear"]


def _threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def serve(channel: socket.socket) -> None:
    """Fork a kernel for each request, until the host closes its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps children; the host has a pidfd
    preload()
    if _threads() != 1:
        raise RuntimeError("a process with several threads must not fork kernels")
    channel.send(b"ready")
    forks, loaded = 0, Loaded()
    while True:
        request, sockets, _, _ = socket.recv_fds(channel, MAX_REQUEST, 1)
        if not request:
            return
        forks += 1
        if forks == SINGLE + 1:
            syscalls.use_huge_pages()  # takes most of a second, too long for one submission
        wanted = json.loads(request)
        loaded.load(wanted["loads"])
        parent = os.getpid()
        child = os.fork()
        if child:
            if sockets:
                os.close(sockets[0])
            else:
                channel.send(str(child).encode())
            continue
        syscalls.die_with_parent(parent)
        if not sockets:
            _child(channel, wanted)
        channel.close()
        channel, forks = socket.socket(fileno=sockets[0]), 0
        channel.send(b"ready")


def _child(channel: socket.socket, wanted: dict[str, str]) -> NoReturn:
    """Become a confined process; ends with it."""
    policy = Policy.from_json(wanted["policy"])
    channel.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    try:
        become = become_answerer if wanted["role"] == "definitions_child" else become_kernel
        become(policy, wanted["connection"])
    finally:
        os._exit(0)


if __name__ == "__main__":
    syscalls.die_with_parent(os.getppid())
    serve(socket.socket(fileno=int(sys.argv[1])))
