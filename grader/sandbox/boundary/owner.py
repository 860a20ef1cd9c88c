"""Whose a folder or a control group is, by its name: the process that made it, so that the next run can remove it.

Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import re
from functools import cache
from pathlib import Path

PREFIX = "grader"
_NAME = re.compile(r"^\.?grader-(?P<pid>[0-9a-f]+)-(?P<start>[0-9a-f]+)-(?P<place>[0-9a-f]{6})-")


def owned_prefix() -> str:
    """Return the beginning of the names of what this process makes."""
    return f"{PREFIX}-{os.getpid():x}-{_start_of(os.getpid()):x}-{_place()}-"


def is_left(name: str) -> bool:
    """Return whether something has the name of a process of this machine that has ended.

    What another machine or container has made is never left: nothing is known here of its processes.
    """
    found = _NAME.match(name)
    if found is None or found["place"] != _place():
        return False
    return _start_of(int(found["pid"], 16)) != int(found["start"], 16)


def _start_of(pid: int) -> int:
    """Return when a process started, in clock ticks; 0 if there is none. The same id may be that of a later process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[19])


@cache
def _place() -> str:
    """Return six letters for this start of this machine and the process namespace."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        namespace = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        return "000000"
    return hashlib.sha256(f"{boot}{namespace}".encode()).hexdigest()[:6]
