"""Limit the memory of one submission's processes by a control group, if this machine allows one.

The kernel then also counts what the watchdog cannot measure: files in memory, and peaks between two measurements.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import signal
import time
from pathlib import Path

from grader.sandbox.boundary.owner import is_left, owned_prefix

log = logging.getLogger(__name__)

ROOT = Path("/sys/fs/cgroup")
REMOVE_SECONDS = 2.0  # killed processes leave their group a little later


def make(memory_bytes: int, root: Path = ROOT) -> str:
    """Make a group whose processes may use `memory_bytes` together and return its folder; empty if none can be made."""
    for parent, limits in _places(root, memory_bytes):
        group = parent / f"{owned_prefix()}{secrets.token_hex(4)}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            for name, value in limits.items():
                if name == "memory.max" or name == "memory.limit_in_bytes" or (group / name).exists():
                    (group / name).write_text(value, encoding="ascii")
            return str(group)
        except OSError as error:
            log.info("no control group in %s: %s", parent, error)
            remove(str(group))
    return ""


def _places(root: Path, memory_bytes: int) -> list[tuple[Path, dict[str, str]]]:
    """Yield the places for a group: below or beside that of this process, in the first or the second version."""
    most = str(memory_bytes)
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            first = {"memory.limit_in_bytes": most, "memory.memsw.limit_in_bytes": most}
            found.append((root / "memory" / path.strip("/"), first))
        elif not controllers:
            second = {"memory.max": most, "memory.swap.max": "0", "memory.oom.group": "1"}
            own = root / path.strip("/")
            found += [(place, second) for place in (own, own.parent) if _hands_memory_on(place)]
    return found


def _hands_memory_on(place: Path) -> bool:
    with contextlib.suppress(OSError):
        return "memory" in (place / "cgroup.subtree_control").read_text(encoding="ascii").split()
    return False


def remove_left(root: Path = ROOT) -> None:
    """Remove the groups of runs that were killed, with the processes in them."""
    for parent, _ in _places(root, 0):
        with contextlib.suppress(OSError):
            for name in os.listdir(parent):
                if is_left(name):
                    remove(str(parent / name))


def how() -> str:
    """Return how the memory of a submission's processes is limited on this machine, as a text for the user."""
    group = make(1 << 30)
    remove(group)
    return "bounded by a control group" if group else "watched four times a second (no control group can be made)"


def join(group: str) -> None:
    """Move this process into `group`; if that is refused, only the watchdog limits the memory."""
    with contextlib.suppress(OSError):
        Path(group, "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")


def exceeded(group: str) -> bool:
    """Return whether the kernel has ended a process of `group` for lack of memory."""
    for name in ("memory.events", "memory.oom_control") if group else ():
        with contextlib.suppress(OSError):
            words = Path(group, name).read_text(encoding="ascii").split()
            counts = dict(zip(words[::2], words[1::2], strict=False))
            return int(counts.get("oom_kill", "0")) > 0
    return False


def cpu_seconds(group: str) -> float:
    """Return the CPU seconds of all processes that were ever in `group`; 0 where the kernel does not count them."""
    with contextlib.suppress(OSError, ValueError):
        if group:
            words = Path(group, "cpu.stat").read_text(encoding="ascii").split()
            return int(dict(zip(words[::2], words[1::2], strict=False)).get("usage_usec", "0")) / 1e6
    return 0.0


def remove(group: str) -> None:
    """End all processes of the group, also those that are in no list of children, and remove the group."""
    ends = time.monotonic() + REMOVE_SECONDS
    while group:
        with contextlib.suppress(OSError):
            for pid in Path(group, "cgroup.procs").read_text(encoding="ascii").split():
                with contextlib.suppress(OSError):
                    os.kill(int(pid), signal.SIGKILL)
        try:
            os.rmdir(group)
            return
        except FileNotFoundError:
            return
        except OSError as error:
            if time.monotonic() > ends:
                log.warning("the control group %s could not be removed: %s", group, error.strerror)
                return
            time.sleep(0.005)
