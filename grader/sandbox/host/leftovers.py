"""Remove what earlier runs have left that were killed: work folders, control groups, and processes of submissions."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from grader.sandbox.boundary import cgroup
from grader.sandbox.boundary.owner import is_left
from grader.sandbox.host.shared_memory import remove_shared

log = logging.getLogger(__name__)


@cache
def sweep_once() -> None:
    """Remove what is left, at the first use in this process."""
    sweep(Path(tempfile.gettempdir()), Path(sys.prefix))


def sweep(temporary: Path, prefix: Path) -> None:
    """Remove folders in `temporary`, canaries in `prefix` and control groups whose processes have ended.

    Only what belongs to this user is touched, or anything as root.
    """
    cgroup.remove_left()
    for path in _left_in(temporary):
        log.info("removing %s, which a run that was ended has left", path)
        _end_processes_in(path)
        owner = path.lstat().st_uid
        if owner not in (0, os.geteuid()):  # the throw-away user of that submission
            remove_shared(owner)
        remove_folder(str(path))
    for path in _left_in(prefix):
        with contextlib.suppress(OSError):
            path.unlink()


def _left_in(folder: Path) -> list[Path]:
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if is_left(entry.name) and os.geteuid() in (0, entry.stat(follow_symlinks=False).st_uid):
                found.append(Path(entry.path))
    return found


def _end_processes_in(folder: Path) -> None:
    """End the processes that still work in a folder, by their folder or their environment."""
    below = f"{folder}/"
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid() and _works_in(f"/proc/{name}", below):
            with contextlib.suppress(OSError):
                os.kill(int(name), signal.SIGKILL)


def _works_in(process: str, below: str) -> bool:
    with contextlib.suppress(OSError):
        if f"{os.readlink(f'{process}/cwd')}/".startswith(below):
            return True
    with contextlib.suppress(OSError):
        return f"HOME={below}".encode() in Path(process, "environ").read_bytes()
    return False


def remove_folder(folder: str) -> None:
    """Remove the files of a submission at any depth, also if it has removed the rights to them."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        for command in (["chmod", "-R", "u+rwX", folder], ["rm", "-rf", "--one-file-system", folder]):
            with contextlib.suppress(OSError):
                subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True)
