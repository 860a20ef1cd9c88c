"""Run a command as a user without rights: `python -m tests.hostile.unprivileged [--root] COMMAND ...`, started by root.

What the command needs to read (the interpreter, this checkout) may lie below folders that are closed to others. So it
runs in a mount namespace of its own in which those folders are empty but for what is needed. Nothing outside changes.
With `--root` the command stays root there, so that level B finds an interpreter that its throw-away users may read.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

from grader.sandbox.boundary import syscalls

USER = 65534
ROOT = Path(__file__).resolve().parents[2]


def needed() -> list[Path]:
    """The folders that the tests read."""
    paths = sysconfig.get_paths()
    found = {ROOT, Path(sys.prefix), Path(sys.base_prefix), Path(paths["stdlib"]), Path(paths["purelib"])}
    found.add(Path(sys.executable).resolve().parent.parent)
    found |= {Path(word) for word in sys.argv[1:] if Path(word).is_absolute() and Path(word).is_dir()}
    return sorted(path for path in found if not any(path != other and path.is_relative_to(other) for other in found))


def closed(path: Path) -> Path | None:
    """The uppermost folder on the way to `path` that others may not pass."""
    return next((part for part in reversed((path, *path.parents)) if not part.stat().st_mode & 0o001), None)


def open_the_way(paths: list[Path]) -> None:
    """Cover closed folders by empty ones, and put what is needed back in its place."""
    syscalls.unshare(syscalls.NEWNS)
    syscalls.mount("none", "/", "", syscalls.MS_REC | syscalls.MS_PRIVATE)
    one_connection = {path: os.open(path, os.O_RDONLY | os.O_DIRECTORY) for path in paths}
    for cover in {gate for path in paths if (gate := closed(path)) is not None}:
        syscalls.mount("tmpfs", str(cover), "tmpfs", 0, "mode=755")
    for path, descriptor in one_connection.items():
        if not path.exists():
            path.mkdir(parents=True)
            syscalls.mount(f"/proc/self/fd/{descriptor}", str(path), "", syscalls.MS_BIND | syscalls.MS_REC)
        os.close(descriptor)


if __name__ == "__main__":
    stay = sys.argv[1] == "--root"
    if stay:
        del sys.argv[1]
    if os.geteuid() == 0:
        open_the_way(needed())
    if os.geteuid() == 0 and not stay:
        os.setgroups([])
        os.setresgid(USER, USER, USER)
        os.setresuid(USER, USER, USER)
        os.environ["HOME"] = "/nonexistent"
    os.execv(sys.argv[1], sys.argv[1:])
