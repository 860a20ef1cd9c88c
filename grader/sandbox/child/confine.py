"""Confine a submission's process, from inside and before any of its code runs. Standard library only."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import socket
from pathlib import Path
from typing import NoReturn

from grader.sandbox.boundary import cgroup, syscalls
from grader.sandbox.boundary.policy import SYSTEM, Policy
from grader.sandbox.child import landlock, seccomp

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


# Addresses that torch and its libraries reserve and never use; memory in use is counted by `host/watchdog.py`.
UNUSED = 2 << 30


GUARD_SECONDS = 0.5  # between two looks of a guard at its children, which need not be reaped at once


def confine(policy: Policy) -> None:
    """Apply `policy` to this process; at level A the caller continues in namespaces of its own.

    The calling process stays outside as a guard: it waits, and exits with the status of the confined process.

    Raises:
        OSError: the machine does not allow this level.
    """
    syscalls.adopt_orphans()
    if policy.group:
        cgroup.join(policy.group)
    host = _watched(policy.host)
    if policy.level == "A":
        _leave_namespaces()
        _fork_and_guard(host)  # the first process of the new process namespace, which only waits
        _build_root(policy)
        _fork_and_guard()
    else:
        _fork_and_guard(host)
    _limit(policy)
    if policy.level != "C":
        _change_user(policy)
        syscalls.no_new_privileges()
        landlock.restrict_files(_readable(policy), _writable(policy))
        seccomp.filter_calls(without_namespaces=policy.level == "B", same_user=policy.level == "B" and not policy.uid)
    os.environ.clear()
    os.environ.update(policy.environment)
    os.chdir(policy.work)


def _watched(host: int) -> int:
    """Return a descriptor of the grader's process, which has to outlive this one; -1 for a fork of the fork server.

    The fork server ends with the grader, and its forks with it.
    """
    if not host:
        return -1
    try:
        descriptor = os.pidfd_open(host)
    except OSError:
        os._exit(1)  # it has ended before this one could begin
    if os.getppid() != host:
        os._exit(1)
    return descriptor


def _fork_and_guard(host: int = -1) -> None:
    """Fork; the child continues, the parent waits for it, reaps orphans and exits with its status.

    With the descriptor `host`, it ends all processes below it when that process has ended.
    """
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        syscalls.die_with_parent(parent)
        if host >= 0:
            os.close(host)
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended = os.pidfd_open(child) if host >= 0 else -1
    while True:
        if host >= 0 and host in select.select([host, ended], [], [], GUARD_SECONDS)[0]:
            _end_all()
        done, status = os.waitpid(-1, os.WNOHANG if host >= 0 else 0)
        if done == child:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _end_all() -> NoReturn:
    """End the processes below this one, which adopts those whose parents have ended, and then this one."""
    with contextlib.suppress(OSError):
        while children := Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split():
            for pid in children:
                os.kill(int(pid), signal.SIGKILL)
            os.waitpid(-1, 0)
    os._exit(1)


def _leave_namespaces() -> None:
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        syscalls.unshare(syscalls.NAMESPACES)
        return
    syscalls.unshare(syscalls.NAMESPACES | syscalls.NEWUSER)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def _build_root(policy: Policy) -> None:
    """Make a root in which only the interpreter, the work folder and the connection folder exist."""
    with contextlib.suppress(OSError):
        socket.sethostname("submission")
    syscalls.mount("none", "/", "", syscalls.MS_REC | syscalls.MS_PRIVATE)
    root = policy.root
    syscalls.mount("tmpfs", root, "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, "size=64m,mode=755")
    for path, size in (("/tmp", "256m"), ("/dev/shm", "1g")):
        os.makedirs(root + path, exist_ok=True)
        syscalls.mount(
            "tmpfs",
            root + path,
            "tmpfs",
            syscalls.MS_NOSUID | syscalls.MS_NODEV,
            f"size={size},nr_inodes=20k,mode=1777",
        )
    for path in (*SYSTEM, *policy.readable):
        _bind(path, root, writable=False)
    for path in policy.hidden:
        if os.path.isdir(root + path):
            syscalls.mount("tmpfs", root + path, "tmpfs", syscalls.MS_RDONLY, "size=4k")
    for path in DEVICES:
        _bind(path, root, writable=True)
    for path in (policy.work, policy.private):
        _bind(path, root, writable=True)
    _users(policy)
    os.makedirs(f"{root}/proc", exist_ok=True)
    syscalls.mount("proc", f"{root}/proc", "proc", syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC)
    os.makedirs(f"{root}/.old", exist_ok=True)
    syscalls.pivot_root(root, f"{root}/.old")
    syscalls.mount(
        "none",
        "/",
        "",
        syscalls.MS_REMOUNT | syscalls.MS_BIND | syscalls.MS_RDONLY | syscalls.MS_NOSUID | syscalls.MS_NODEV,
    )


def _users(policy: Policy) -> None:
    os.makedirs(f"{policy.root}/etc", exist_ok=True)
    user = policy.uid or os.geteuid()
    Path(f"{policy.root}/etc/passwd").write_text(
        f"student:x:{user}:{user}::{policy.work}:/bin/false\n", encoding="ascii"
    )


def _bind(path: str, root: str, writable: bool) -> None:
    """Bind `path` at the same place under `root`; a symlink is copied, a path that does not exist is left out."""
    target = root + path
    if os.path.islink(path):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.symlink(os.readlink(path), target)
        return
    if not os.path.exists(path):
        return
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        Path(target).touch()
    syscalls.mount(path, target, "", syscalls.MS_BIND | syscalls.MS_REC)
    if not writable:
        flags = syscalls.MS_REMOUNT | syscalls.MS_BIND | syscalls.MS_RDONLY | _locked_flags(target)
        syscalls.mount(path, target, "", flags)


def _locked_flags(path: str) -> int:
    """Return the flags of a mount that a user namespace may not remove."""
    flags = os.statvfs(path).f_flag
    kept = ((os.ST_NOSUID, syscalls.MS_NOSUID), (os.ST_NODEV, syscalls.MS_NODEV), (os.ST_NOEXEC, syscalls.MS_NOEXEC))
    atime = ((1024, 1024), (2048, 2048), (4096, 1 << 21))  # noatime, nodiratime, relatime
    return sum(flag for bit, flag in (*kept, *atime) if flags & bit)


def _limit(policy: Policy) -> None:
    for which, value in (
        (resource.RLIMIT_AS, policy.memory_bytes + UNUSED),
        (resource.RLIMIT_FSIZE, policy.file_bytes),
        (resource.RLIMIT_CPU, policy.cpu_seconds),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_CORE, 0),
        *([(resource.RLIMIT_NPROC, policy.processes)] if policy.uid or policy.level == "A" else []),
    ):
        hard = resource.getrlimit(which)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (bound, bound))


def _change_user(policy: Policy) -> None:
    """As root, become a user without other processes; otherwise drop the capabilities of the user namespace."""
    if os.geteuid() == 0 and policy.uid:
        syscalls.drop_bounding_set()
        os.setgroups([])
        os.setresgid(policy.uid, policy.uid, policy.uid)
        os.setresuid(policy.uid, policy.uid, policy.uid)
    elif os.geteuid() == 0 or policy.level == "A":
        syscalls.drop_bounding_set()
        syscalls.drop_capabilities()
    syscalls.be_inspectable()


def _readable(policy: Policy) -> tuple[str, ...]:
    """Return the readable paths: at level A the whole new root; at level B the interpreter without the hidden paths."""
    if policy.level == "A":
        return ("/",)
    hidden = {os.path.realpath(path) for path in policy.hidden}
    parents = {os.path.dirname(path) for path in hidden}
    found = [*DEVICES, "/proc"]
    for path in dict.fromkeys(map(os.path.realpath, (*SYSTEM, *policy.readable))):
        found += _without(path, parents, hidden)
    return tuple(found)


def _without(path: str, parents: set[str], hidden: set[str]) -> list[str]:
    """Return `path`, or its entries one by one if a hidden path is below it."""
    if path in hidden:
        return []
    if path not in parents and not any(parent.startswith(path + os.sep) for parent in parents):
        return [path]
    return [part for name in sorted(os.listdir(path)) for part in _without(os.path.join(path, name), parents, hidden)]


def _writable(policy: Policy) -> tuple[str, ...]:
    own = (policy.work, policy.private, "/dev/null", "/dev/zero", "/dev/full", "/dev/shm")
    return (*own, "/tmp") if policy.level == "A" else own
