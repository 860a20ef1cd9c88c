"""The work folder of one submission, its throw-away user, and the policy that confines it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader.sandbox.boundary import cgroup, syscalls
from grader.sandbox.boundary.policy import Policy
from grader.sandbox.host.isolation import choose
from grader.sandbox.host.make_policy import give_to, make_policy
from grader.sandbox.host.shared_memory import remove_shared, shared_files
from grader.sandbox.limits import START_SECONDS, Limits


def _write_files(work: Path, files: Mapping[str, bytes], uid: int) -> None:
    for name, data in files.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for root, folders, names in os.walk(work):
        give_to(uid, *(Path(root) / name for name in (*folders, *names)))


@contextlib.contextmanager
def workspace(files: Mapping[str, bytes], limits: Limits, parts: Sequence[str] = ()) -> Iterator[Policy]:
    """Give the policy of one process whose work folder has `files` (safe relative paths); all is removed afterwards."""
    level = limits.level or choose().level
    if level == "B" and os.geteuid():
        syscalls.be_private()
    folder = tempfile.mkdtemp(prefix="grader-")
    group = cgroup.make(limits.memory_bytes)
    shared, uid = shared_files(), 0
    try:
        policy = make_policy(
            level,
            Path(folder),
            memory_bytes=limits.memory_bytes,
            file_bytes=limits.file_bytes,
            processes=limits.processes,
            cpu_seconds=int(limits.cpu_seconds) + START_SECONDS,
            parts=tuple(parts),
            loads=limits.loads,
            observes=limits.observes,
            group=group,
        )
        uid = policy.uid
        _write_files(Path(policy.work), files, policy.uid)
        yield policy
    finally:
        cgroup.remove(group)
        _remove(folder)
        if uid or level == "B":
            remove_shared(uid or os.geteuid(), frozenset() if uid else shared)


def _remove(folder: str) -> None:
    """Remove the files of a submission at any depth, also if it has removed the rights to them."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        for command in (["chmod", "-R", "u+rwX", folder], ["rm", "-rf", "--one-file-system", folder]):
            with contextlib.suppress(OSError):
                subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True)
