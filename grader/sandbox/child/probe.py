"""Attack from inside a confined process, as a submission could; print the attacks that succeed. Standard library only.

Run as `python -I -m grader.sandbox.child.probe POLICY TARGETS`; the targets are canaries that the host made for this.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from grader.sandbox.boundary.policy import Policy
from grader.sandbox.child.confine import confine


def _contact(kind: int, family: int, address: Any) -> None:
    with socket.socket(family, kind) as made:
        made.settimeout(1)
        if kind == socket.SOCK_DGRAM:
            made.sendto(b"probe", address)
        else:
            made.connect(address)


def _read(path: str) -> None:
    Path(path).read_bytes()


def _call(number: int, *arguments: int) -> None:
    if ctypes.CDLL(None, use_errno=True).syscall(number, *arguments) < 0:
        raise OSError


def _memory_file() -> None:
    if ctypes.CDLL(None).memfd_create(b"probe", 0) < 0:
        raise OSError


def _shared(get: str, control: str, *arguments: int) -> None:
    """Make an object of System V that would outlive this process, and remove it."""
    library = ctypes.CDLL(None)
    if (made := getattr(library, get)(*arguments)) < 0:
        raise OSError
    getattr(library, control)(made, 0, None)


def probes(targets: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """Return the attacks by name; one that raises has failed."""
    return {
        "read a file outside": lambda: Path(targets["file"]).read_bytes(),
        "write outside": lambda: Path(targets["folder"], "written").write_text("x", encoding="ascii"),
        "reach TCP": lambda: _contact(socket.SOCK_STREAM, socket.AF_INET, ("127.0.0.1", targets["tcp"])),
        "reach UDP": lambda: _contact(socket.SOCK_DGRAM, socket.AF_INET, ("127.0.0.1", targets["udp"])),
        "reach a Unix socket": lambda: _contact(socket.SOCK_STREAM, socket.AF_UNIX, targets["unix"]),
        "reach an abstract socket": lambda: _contact(socket.SOCK_STREAM, socket.AF_UNIX, "\0" + targets["abstract"]),
        "signal the grader": lambda: os.kill(targets["parent"], 0),
        "read the grader's environment": lambda: Path(f"/proc/{targets['parent']}/environ").read_bytes(),
        "make a user namespace": lambda: _call(272, 0x10000000),
        "trace a process": lambda: _call(101, 0, 0, 0, 0),
        "use memory that belongs to no process": _memory_file,
        "leave shared memory behind": partial(_shared, "shmget", "shmctl", 0, 4096, 0o1600),
        "leave a message queue behind": partial(_shared, "msgget", "msgctl", 0, 0o1600),
        **{f"read {name}": partial(_read, path) for name, path in targets.get("secrets", {}).items()},
    }


def main() -> None:
    """Confine this process, try all attacks, and print the names of those that succeeded."""
    targets = json.loads(sys.argv[2])
    sys.stdout.flush()
    confine(Policy.from_json(sys.argv[1]))
    through = []
    for name, attempt in probes(targets).items():
        try:
            attempt()
        except OSError:
            continue
        through.append(name)
    Path("own").write_text("x", encoding="ascii")  # the process must be able to use its own folder
    print(json.dumps(through), flush=True)


if __name__ == "__main__":
    main()
