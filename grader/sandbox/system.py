"""The few system calls that Python has no name for, through ctypes. Standard library only."""

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
    """Make `new` the root and put the old one under `old`, then let go of it."""
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
    """Become the parent of what this process's descendants leave behind."""
    _libc.prctl(_SUBREAPER, 1, 0, 0, 0)


def be_private() -> None:
    """Hide what this process has open, and its memory, from other processes of the same user."""
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
_FILE_READ = 1 << 0 | 1 << 2  # execute, read
_READ = _FILE_READ | 1 << 3
_FILE_WRITE = _FILE_READ | 1 << 1 | 1 << 14


def landlock_version() -> int:
    """Return the version of Landlock that the kernel offers, 0 for none."""
    return max(0, int(_libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(1))))


def restrict_files(readable: tuple[str, ...], writable: tuple[str, ...]) -> None:
    """Allow reading under some paths and everything under others; TCP, signals and abstract sockets stay inside."""
    version = landlock_version()
    if version < 1:
        raise OSError("the kernel has no Landlock")
    rights = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    net = 3 if version >= 4 else 0
    scoped = 3 if version >= 6 else 0
    attribute = struct.pack("=QQQ", rights, net, scoped)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = _check(_libc.syscall(_CREATE, attribute, ctypes.c_size_t(len(attribute)), 0), "landlock")
    for paths, folder, file in ((readable, _READ, _FILE_READ), (writable, rights, _FILE_WRITE)):
        for path in paths:
            try:
                descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            allowed = (folder if os.path.isdir(path) else file) & rights
            rule = struct.pack("=Qi", allowed, descriptor)
            _check(_libc.syscall(_ADD, ruleset, 1, rule, 0), f"landlock {path}")
            os.close(descriptor)
    _check(_libc.syscall(_RESTRICT, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)


# The filter of system calls -------------------------------------------------------------------------------------------

_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
# name: (x86_64, aarch64); None where a machine does not have it
_DENIED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "process_madvise": (440, 440), "pidfd_getfd": (438, 438), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430), "fsmount": (432, 432), "mount_setattr": (442, 442),
    "chroot": (161, 51), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "quotactl": (179, 60), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "settimeofday": (164, 170), "clock_settime": (227, 112), "acct": (163, 89),
    "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "syslog": (103, 116), "vhangup": (153, 58),
    "personality": (135, 92), "fanotify_init": (300, 262), "lookup_dcookie": (212, 18), "memfd_secret": (447, None),
}  # fmt: skip
# Rights, times and attributes of files, and priorities: denied where files and processes of the same user lie around.
_OF_FILES: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "setxattrat": (463, 463), "setpriority": (141, 140), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
}  # fmt: skip
_PRLIMIT = (302, 261)
_CLONE, _CLONE3, _SOCKET, _CONNECT, _IOCTL = (56, 220), (435, 435), (41, 198), (42, 203), (16, 29)
_EPERM, _ENOSYS, _EOPNOTSUPP, _TIOCSTI = 1, 38, 95, 0x5412
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_ANY_NAMESPACE = NAMESPACES | NEWUSER | 0x02000000 | 0x80
_LOAD, _JUMP_EQUAL, _JUMP_ABOVE, _JUMP_SET, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER_AT, _MACHINE_AT, _FIRST_AT, _SECOND_AT = 0, 4, 16, 24

Instruction = tuple[int, int, int, int]


def _program(alone: bool, same_user: bool) -> list[Instruction]:
    """The filter; `alone` is for processes that share the network and the sockets with others (level B).

    `same_user` is for those that share the user too: then other processes' limits and files' rights are out of reach.
    """
    machine, column = _MACHINES[platform.machine()]
    found: list[Instruction] = [(_LOAD, 0, 0, _MACHINE_AT), (_JUMP_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _KILL)]
    found += [(_LOAD, 0, 0, _NUMBER_AT), (_JUMP_ABOVE, 0, 1, 0x40000000), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    denied = [*_DENIED.values(), *(_OF_FILES.values() if same_user else ())]
    for numbers in denied:
        if (number := numbers[column]) is not None:
            found += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    found += [(_JUMP_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    if alone:
        found += [(_JUMP_EQUAL, 0, 1, _CONNECT[column]), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    clone = [(_LOAD, 0, 0, _FIRST_AT), (_JUMP_SET, 0, 1, _ANY_NAMESPACE & ~0x80), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    ioctl = [(_LOAD, 0, 0, _SECOND_AT), (_JUMP_EQUAL, 0, 1, _TIOCSTI), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    # EAFNOSUPPORT would make libzmq abort; EOPNOTSUPP is only a warning to it.
    socket = [(_LOAD, 0, 0, _FIRST_AT), (_JUMP_EQUAL, 1, 0, 1), (_RETURN, 0, 0, _ERRNO | _EOPNOTSUPP)]
    if alone:  # a datagram can be sent to a named socket without connecting
        socket += [
            (_LOAD, 0, 0, _SECOND_AT),
            (_AND, 0, 0, 0xF),
            (_JUMP_EQUAL, 0, 1, 2),
            (_RETURN, 0, 0, _ERRNO | _EPERM),
        ]
    # 0 is the process itself
    prlimit = [(_LOAD, 0, 0, _FIRST_AT), (_JUMP_EQUAL, 1, 0, 0), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    for numbers, part in ((_CLONE, clone), (_IOCTL, ioctl), (_SOCKET, socket), (_PRLIMIT, prlimit)):
        body = [*part, (_RETURN, 0, 0, _ALLOW)]
        found += [(_JUMP_EQUAL, 0, len(body), numbers[column]), *body]
    return [*found, (_RETURN, 0, 0, _ALLOW)]


def filter_calls(alone: bool, same_user: bool = False) -> None:
    """Deny what no notebook needs: other processes, namespaces, mounts, keys, io_uring, networks.

    Raises:
        OSError: the machine has no such filter, or its processor is not known here.
    """
    if platform.machine() not in _MACHINES:
        raise OSError(f"no filter for {platform.machine()}")
    program = b"".join(struct.pack("=HBBI", *instruction) for instruction in _program(alone, same_user))
    buffer = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    described = Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    _check(_libc.prctl(_SECCOMP, 2, ctypes.byref(described), 0, 0), "seccomp")
