"""The work folder of one submission, its throw-away user, and the policy that confines it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader.sandbox.boundary import cgroup, syscalls
from grader.sandbox.boundary.owner import owned_prefix
from grader.sandbox.boundary.policy import Policy
from grader.sandbox.host.isolation import choose
from grader.sandbox.host.leftovers import remove_folder, sweep_once
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
    sweep_once()
    folder = tempfile.mkdtemp(prefix=owned_prefix())
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
        remove_folder(folder)
        if uid or level == "B":
            remove_shared(uid or os.geteuid(), frozenset() if uid else shared)
