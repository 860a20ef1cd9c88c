"""A control group for the memory of one submission's processes, where this machine lets us make one.

The kernel then counts what a watch cannot see: files in memory, and what is taken between two looks.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import signal
import time
from pathlib import Path

log = logging.getLogger(__name__)

ROOT = Path("/sys/fs/cgroup")
REMOVE_SECONDS = 2.0  # processes that were killed leave their group a little later


def make(memory_bytes: int, root: Path = ROOT) -> str:
    """Make a group whose processes may take `memory_bytes` together and return its folder; empty where none can be."""
    for parent, limits in _places(root, memory_bytes):
        group = parent / f"grader-{os.getpid()}-{secrets.token_hex(4)}"
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
    """Where a group could be made: below or beside the one we are in, in the first or the second version."""
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


def how() -> str:
    """How the memory of a submission's processes is bounded here, for the person who asks."""
    group = make(1 << 30)
    remove(group)
    return "bounded by a control group" if group else "watched four times a second (no control group can be made)"


def join(group: str) -> None:
    """Put this process into `group`; where that is refused, the watch has to do."""
    with contextlib.suppress(OSError):
        Path(group, "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")


def exceeded(group: str) -> bool:
    """Whether the kernel has ended a process of `group` for want of memory."""
    for name in ("memory.events", "memory.oom_control") if group else ():
        with contextlib.suppress(OSError):
            words = Path(group, name).read_text(encoding="ascii").split()
            counts = dict(zip(words[::2], words[1::2], strict=False))
            return int(counts.get("oom_kill", "0")) > 0
    return False


def remove(group: str) -> None:
    """End whatever is left in the group, wherever it hides from lists of children, and take the group away."""
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
