"""The filter of system calls: each row of its tables in a program that is read here, and once in a real process."""

from __future__ import annotations

import errno
import platform
import socket

import pytest

from grader.sandbox.child import seccomp
from tests.sandbox.child.confined import confined

ALLOWED, KILLED = 0x7FFF0000, 0x80000000
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# The numbers of the kernel's own tables (x86_64, aarch64), and not those of the filter: a row that goes is noticed.
DENIED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "process_madvise": (440, 440), "pidfd_getfd": (438, 438), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430), "fsmount": (432, 432),
    "mount_setattr": (442, 442), "chroot": (161, 51), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264), "quotactl": (179, 60), "reboot": (169, 142), "swapon": (167, 224),
    "swapoff": (168, 225), "settimeofday": (164, 170), "clock_settime": (227, 112), "acct": (163, 89),
    "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "syslog": (103, 116), "vhangup": (153, 58),
    "personality": (135, 92), "fanotify_init": (300, 262), "lookup_dcookie": (212, 18), "memfd_secret": (447, None),
    "memfd_create": (319, 279), "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
}  # fmt: skip
DENIED_FOR_ONE_USER: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "setxattrat": (463, 463), "setpriority": (141, 140), "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274), "ioprio_set": (251, 30),
}  # fmt: skip
READ, OPENAT = (0, 63), (257, 56)
CLONE, CLONE3, SOCKET, CONNECT, IOCTL, PRLIMIT = (56, 220), (435, 435), (41, 198), (42, 203), (16, 29), (302, 261)
THREAD = 0x3D0F00  # the flags of a thread of glibc
NEW_USER, NEW_NETWORK, NEW_CGROUP, TIOCSTI = 0x10000000, 0x40000000, 0x02000000, 0x5412
INET, INET6, NETLINK, VSOCK, ALG = 2, 10, 16, 40, 38


def refused(number: int) -> int:
    """The action of the kernel that refuses a call with an error number."""
    return 0x00050000 | number


def action(program: list[tuple[int, int, int, int]], machine: int, number: int, *arguments: int) -> int:
    """What a program of classic BPF says to a call, as the kernel reads it: the low halves of the arguments alone."""
    data = {0: number, 4: machine, **{16 + 8 * place: value & 0xFFFFFFFF for place, value in enumerate(arguments)}}
    at = value = 0
    while True:
        code, if_true, if_false, constant = program[at]
        at += 1
        if code == 0x06:
            return constant
        if code == 0x20:
            value = data.get(constant, 0)
        elif code == 0x54:
            value &= constant
        else:
            holds = {0x15: value == constant, 0x35: value >= constant, 0x45: bool(value & constant)}[code]
            at += if_true if holds else if_false


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A processor that the filter is made for."""
    name: str = request.param
    monkeypatch.setattr(platform, "machine", lambda: name)
    return name


def rows_of(table: dict[str, tuple[int | None, int | None]]) -> list[tuple[str, str]]:
    """Each processor with each call that it has."""
    return [
        (machine, name)
        for name, numbers in table.items()
        for machine, number in zip(MACHINES, numbers, strict=True)
        if number is not None
    ]


def asked(machine: str, numbers: tuple[int | None, ...], *arguments: int, only: bool = False, one: bool = False) -> int:
    """The action of the filter on a call: `only` for the definitions process, `one` where the user stays."""
    number = numbers[list(MACHINES).index(machine)]
    assert number is not None
    return action(seccomp._program(only, one), MACHINES[machine], number, *arguments)


@pytest.mark.parametrize(("machine", "name"), rows_of(DENIED), indirect=["machine"])
def test_a_denied_call_is_refused_on_each_processor(machine: str, name: str) -> None:
    assert asked(machine, DENIED[name]) == refused(errno.EPERM)


@pytest.mark.parametrize(("machine", "name"), rows_of(DENIED_FOR_ONE_USER), indirect=["machine"])
def test_rights_of_files_are_refused_where_the_user_stays(machine: str, name: str) -> None:
    assert asked(machine, DENIED_FOR_ONE_USER[name], one=True) == refused(errno.EPERM)
    assert asked(machine, DENIED_FOR_ONE_USER[name]) == ALLOWED


def test_no_row_of_the_filter_is_without_a_test() -> None:
    assert (seccomp._DENIED, seccomp._OF_FILES) == (DENIED, DENIED_FOR_ONE_USER)


@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        (READ, (), ALLOWED),
        (OPENAT, (), ALLOWED),
        (CLONE, (THREAD,), ALLOWED),
        (CLONE, (NEW_USER,), refused(errno.EPERM)),
        (CLONE, (THREAD | NEW_NETWORK,), refused(errno.EPERM)),
        (CLONE, (NEW_CGROUP,), refused(errno.EPERM)),
        (CLONE3, (), refused(errno.ENOSYS)),  # glibc then takes clone, whose flags can be read
        (IOCTL, (0, 0x5401), ALLOWED),
        (IOCTL, (0, TIOCSTI), refused(errno.EPERM)),
        (IOCTL, (0, TIOCSTI | 1 << 32), refused(errno.EPERM)),  # the kernel reads the low half alone
        (SOCKET, (socket.AF_UNIX,), ALLOWED),
        *((SOCKET, (family,), refused(errno.EOPNOTSUPP)) for family in (INET, INET6, NETLINK, VSOCK, ALG)),
        (PRLIMIT, (0,), ALLOWED),
        (PRLIMIT, (1234,), refused(errno.EPERM)),
        (CONNECT, (), ALLOWED),
    ],
)  # fmt: skip
def test_calls_whose_arguments_count(
    machine: str, call: tuple[int, int], arguments: tuple[int, ...], expected: int
) -> None:
    assert asked(machine, call, *arguments) == expected


@pytest.mark.parametrize(
    ("call", "arguments"),
    [(CONNECT, ()), (SOCKET, (socket.AF_UNIX, socket.SOCK_DGRAM)), (SOCKET, (socket.AF_UNIX, 2 | 0o2000000))],
    ids=["connect", "datagram", "datagram with a flag"],
)
def test_a_process_that_shares_the_network_reaches_no_socket(
    machine: str, call: tuple[int, int], arguments: tuple[int, ...]
) -> None:
    assert asked(machine, call, *arguments, only=True) == refused(errno.EPERM)
    assert asked(machine, SOCKET, socket.AF_UNIX, socket.SOCK_STREAM, only=True) == ALLOWED


def test_calls_of_another_processor_and_of_x32_are_no_way_around(machine: str) -> None:
    program = seccomp._program(False, False)
    [other] = [number for name, number in MACHINES.items() if name != machine]
    assert action(program, other, READ[0]) == KILLED
    assert action(program, MACHINES[machine], 0x40000000 | READ[0]) == refused(errno.EPERM)


CALL_EACH = """
seccomp.filter_calls(without_namespaces=False, same_user=True)
call = ctypes.CDLL(None, use_errno=True).syscall
errors = {}
for name, number in given["numbers"].items():
    errors[name] = ctypes.get_errno() if call(number, *[ctypes.c_long(-1)] * 6) < 0 else 0
print(json.dumps(errors))
"""


def test_a_real_process_is_refused_every_call() -> None:
    column = list(MACHINES).index(platform.machine())
    rows = DENIED | DENIED_FOR_ONE_USER
    numbers = {name: row[column] for name, row in rows.items() if row[column] is not None}
    errors = confined(CALL_EACH, numbers={**numbers, "clone3": CLONE3[column], "getpgid": (121, 155)[column]})
    assert errors == dict.fromkeys(numbers, errno.EPERM) | {"clone3": errno.ENOSYS, "getpgid": errno.ESRCH}


def test_a_processor_that_is_not_known_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(OSError, match="no filter for riscv64"):
        seccomp.filter_calls(without_namespaces=False)
