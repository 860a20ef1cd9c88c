"""Apply the filter of system calls to this process."""

from __future__ import annotations

import ctypes
import platform
import struct

from grader.sandbox.boundary.syscalls import (
    _ALLOW,
    _AND,
    _CLONE,
    _CLONE3,
    _CONNECT,
    _ENOSYS,
    _EOPNOTSUPP,
    _EPERM,
    _ERRNO,
    _FIRST_AT,
    _IOCTL,
    _JUMP_ABOVE,
    _JUMP_EQUAL,
    _JUMP_SET,
    _KILL,
    _LOAD,
    _MACHINE_AT,
    _NUMBER_AT,
    _RETURN,
    _SECCOMP,
    _SECOND_AT,
    _SOCKET,
    _TIOCSTI,
    NAMESPACES,
    NEWUSER,
    Instruction,
    _check,
    _libc,
)

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
    # Memory and messages that belong to no process: nobody would count them, and they would outlive the submission.
    "memfd_create": (319, 279), "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
}  # fmt: skip


# Rights, times and attributes of files, and priorities: denied if other files and processes belong to the same user.
_OF_FILES: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "setxattrat": (463, 463), "setpriority": (141, 140), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
}  # fmt: skip


_PRLIMIT = (302, 261)


_ANY_NAMESPACE = NAMESPACES | NEWUSER | 0x02000000 | 0x80


def _program(without_namespaces: bool, same_user: bool) -> list[Instruction]:
    """Return the filter; `without_namespaces` is for processes that share the network and the sockets with others (level B).

    `same_user` is for those that share the user too: they may not change limits of processes or rights of files.
    """
    machine, column = _MACHINES[platform.machine()]
    found: list[Instruction] = [(_LOAD, 0, 0, _MACHINE_AT), (_JUMP_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _KILL)]
    found += [(_LOAD, 0, 0, _NUMBER_AT), (_JUMP_ABOVE, 0, 1, 0x40000000), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    denied = [*_DENIED.values(), *(_OF_FILES.values() if same_user else ())]
    for numbers in denied:
        if (number := numbers[column]) is not None:
            found += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    found += [(_JUMP_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    if without_namespaces:
        found += [(_JUMP_EQUAL, 0, 1, _CONNECT[column]), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    clone = [(_LOAD, 0, 0, _FIRST_AT), (_JUMP_SET, 0, 1, _ANY_NAMESPACE & ~0x80), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    ioctl = [(_LOAD, 0, 0, _SECOND_AT), (_JUMP_EQUAL, 0, 1, _TIOCSTI), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    # EAFNOSUPPORT would make libzmq abort; EOPNOTSUPP is only a warning to it.
    socket = [(_LOAD, 0, 0, _FIRST_AT), (_JUMP_EQUAL, 1, 0, 1), (_RETURN, 0, 0, _ERRNO | _EOPNOTSUPP)]
    if without_namespaces:  # a datagram can be sent to a named socket without connecting
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


def filter_calls(without_namespaces: bool, same_user: bool = False) -> None:
    """Deny the system calls that no notebook needs: other processes, namespaces, mounts, keys, io_uring, networks.

    Raises:
        OSError: the machine has no such filter, or its processor is not known here.
    """
    if platform.machine() not in _MACHINES:
        raise OSError(f"no filter for {platform.machine()}")
    program = b"".join(struct.pack("=HBBI", *instruction) for instruction in _program(without_namespaces, same_user))
    buffer = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    described = Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    _check(_libc.prctl(_SECCOMP, 2, ctypes.byref(described), 0, 0), "seccomp")
