"""What a submission leaves in the machine's shared memory at level B, where it has no folder of its own for that."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

PLACE = Path("/dev/shm")


def shared_files(place: Path = PLACE) -> frozenset[int]:
    """Return the numbers (inodes) of the files and folders that are there."""
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        return frozenset(entry.inode() for entry in entries)
    return frozenset()


def remove_shared(uid: int, before: frozenset[int] = frozenset(), place: Path = PLACE) -> None:
    """Remove what user `uid` has left there, without what was there `before` and what a process uses.

    The user may be that of the grader, who runs other programs at the same time; theirs are in use.
    """
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        left = [entry for entry in entries if entry.inode() not in before and _owner(entry) == uid]
        used = _used(place) if left else frozenset()
        for entry in left:
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path)
                elif entry.inode() not in used:
                    os.unlink(entry.path)


def _owner(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_uid
    except OSError:
        return -1


def _used(place: Path) -> frozenset[int]:
    """Return the files there that a process has open or in its memory, as far as this user may see it."""
    device = place.stat().st_dev
    found: set[int] = set()
    for process in os.listdir("/proc"):
        if process.isdigit():
            with contextlib.suppress(OSError):
                found |= _mapped(f"/proc/{process}/maps", f"{place}/") | _opened(f"/proc/{process}/fd", device)
    return frozenset(found)


def _mapped(maps: str, below: str) -> set[int]:
    with open(maps, encoding="utf-8", errors="replace") as lines:
        return {int(line.split(maxsplit=5)[4]) for line in lines if below in line}


def _opened(folder: str, device: int) -> set[int]:
    found = set()
    for name in os.listdir(folder):
        with contextlib.suppress(OSError):
            status = os.stat(f"{folder}/{name}")
            if status.st_dev == device:
                found.add(status.st_ino)
    return found
