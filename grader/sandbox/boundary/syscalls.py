"""The few system calls that Python does not offer, through ctypes. Standard library only."""

from __future__ import annotations

import ctypes
import os
import platform
import struct

_libc = ctypes.CDLL(None, use_errno=True)


NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000


NAMESPACES = NEWNS | NEWUTS | NEWIPC | NEWPID | NEWNET


MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1,
    2,
    4,
    8,
    32,
    4096,
    16384,
    1 << 18,
)


_DETACH = 2


_HUGE, _COLLAPSE = 1 << 21, 25


_PDEATHSIG, _DUMPABLE, _BOUNDING_DROP, _SECCOMP, _SUBREAPER, _NO_NEW_PRIVILEGES = 1, 4, 24, 22, 36, 38


_LAST_CAPABILITY = 40


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces named by `flags`."""
    _check(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount; an empty `kind` or `data` is none."""
    _check(
        _libc.mount(
            source.encode(), target.encode(), kind.encode() or None, ctypes.c_ulong(flags), data.encode() or None
        ),
        f"mount {target}",
    )


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root, move the old one to `old`, and unmount it."""
    number = {"x86_64": 155, "aarch64": 41}[platform.machine()]
    _check(_libc.syscall(number, new.encode(), old.encode()), "pivot_root")
    os.chdir("/")
    inside = old[len(new) :]
    _check(_libc.umount2(inside.encode(), _DETACH), "umount")
    os.rmdir(inside)


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent ends."""
    _libc.prctl(_PDEATHSIG, 9, 0, 0, 0)
    if os.getppid() not in (parent, 0):  # 0: the parent is outside of this process namespace
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of all orphans among this process's descendants."""
    _libc.prctl(_SUBREAPER, 1, 0, 0, 0)


def be_private() -> None:
    """Hide the open files and the memory of this process from other processes of the same user."""
    _libc.prctl(_DUMPABLE, 0, 0, 0, 0)


def be_inspectable() -> None:
    """Let this process read its own /proc entries after a change of user."""
    _libc.prctl(_DUMPABLE, 1, 0, 0, 0)


def use_huge_pages() -> None:
    """Gather this process's own memory in pages of 2 MiB: forks copy far smaller page tables, and children run faster.

    Where the kernel refuses, nothing changes.
    """
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        areas = [line.split() for line in maps]
    for addresses, rights, _, _, inode, *name in areas:
        if rights[:2] == "rw" and inode == "0" and name in ([], ["[heap]"]):
            first, last = (int(address, 16) for address in addresses.split("-"))
            first, last = -(-first // _HUGE) * _HUGE, last // _HUGE * _HUGE
            if first < last:
                _libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), _COLLAPSE)


def drop_bounding_set() -> None:
    """Make sure that no program started later can have a capability."""
    for capability in range(_LAST_CAPABILITY + 1):
        _libc.prctl(_BOUNDING_DROP, capability, 0, 0, 0)


def drop_capabilities() -> None:
    """Give up every capability of this process."""
    header = struct.pack("=Ii", 0x20080522, 0)
    _check(_libc.capset(header, struct.pack("=6I", 0, 0, 0, 0, 0, 0)), "capset")


def no_new_privileges() -> None:
    """Make set-user-id programs harmless; Landlock and the filter need this."""
    _check(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")


# Landlock -------------------------------------------------------------------------------------------------------------

_CREATE, _ADD, _RESTRICT = 444, 445, 446


_CLONE, _CLONE3, _SOCKET, _CONNECT, _IOCTL = (56, 220), (435, 435), (41, 198), (42, 203), (16, 29)


_EPERM, _ENOSYS, _EOPNOTSUPP, _TIOCSTI = 1, 38, 95, 0x5412


_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000


_LOAD, _JUMP_EQUAL, _JUMP_ABOVE, _JUMP_SET, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06


_NUMBER_AT, _MACHINE_AT, _FIRST_AT, _SECOND_AT = 0, 4, 16, 24


Instruction = tuple[int, int, int, int]
