"""Another system for the grader's own modules, for tests: what Python has on Linux only is not there for them.

Python imports this file when it starts with this folder in its path. `GRADER_TEST_SYSTEM` names the system. Libraries
see the real one, as theirs differ there by themselves.
"""

import builtins
import os
import sys
from types import ModuleType
from typing import Any

LINUX = {
    "os": {
        "pidfd_open", "memfd_create", "sched_getaffinity", "sched_setaffinity", "setresuid", "setresgid", "getresuid",
        "getresgid", "O_PATH", "O_TMPFILE", "unshare", "setns", "eventfd", "splice", "copy_file_range", "P_PIDFD",
        "posix_fadvise", "getrandom",
    },
    "signal": {"pidfd_send_signal", "sigtimedwait", "sigwaitinfo", "SIGPWR", "SIGSTKFLT", "SIGPOLL"},
    "socket": {"SOCK_CLOEXEC", "SOCK_NONBLOCK", "AF_PACKET", "AF_NETLINK"},
    "time": {"pthread_getcpuclockid", "CLOCK_BOOTTIME"},
    "ctypes": set(),
}  # fmt: skip
UNIX = {
    "os": {
        "fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getgroups", "setuid", "setgid", "setgroups",
        "chown", "lchown", "fchmod", "fchown", "O_CLOEXEC", "O_NOFOLLOW", "O_DIRECTORY", "O_NONBLOCK", "setsid", "getsid",
        "killpg", "getpgid", "getpgrp", "getppriority", "statvfs", "fstatvfs", "sysconf", "uname", "mkfifo", "mknod",
        "wait", "wait3", "wait4", "waitid", "WNOHANG", "openpty", "ttyname", "pread", "pwrite", "posix_spawn", "sync",
        "nice", "getloadavg",
    },
    "signal": {
        "SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGPROF", "SIGALRM", "SIGXCPU", "SIGPIPE", "setitimer",
        "getitimer", "ITIMER_PROF", "alarm", "pthread_kill", "pthread_sigmask", "sigwait",
    },
    "socket": {"AF_UNIX", "SOCK_SEQPACKET", "send_fds", "recv_fds"},
    "time": {"clock_gettime", "clock_settime", "pthread_getcpuclockid"},
    "ctypes": set(),
}  # fmt: skip
UNIX_MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix", "readline", "crypt"}
SYSTEM = os.environ.get("GRADER_TEST_SYSTEM", "")
WINDOWS = SYSTEM == "win32"
GONE_PACKAGES = set(filter(None, os.environ.get("GRADER_TEST_LACKS", "").split(",")))  # not installed here
GONE = {name: attributes | (UNIX[name] if WINDOWS else set()) for name, attributes in LINUX.items()}
_import = builtins.__import__
_open = builtins.open


def _library(name: str | None = None, *rest: Any, **named: Any) -> Any:
    """`CDLL`, which needs the name of a library on Windows."""
    if name is None and WINDOWS:
        raise TypeError("expected a path of a library, not None")
    return _import("ctypes").CDLL(name, *rest, **named)


class Elsewhere(ModuleType):
    """A module as it is on the other system."""

    def __init__(self, real: ModuleType) -> None:
        super().__init__(real.__name__)
        self.__dict__["_real"] = real

    def __getattr__(self, name: str) -> Any:
        real = self.__dict__["_real"]
        if name in GONE.get(real.__name__, ()):
            raise AttributeError(f"module {real.__name__!r} has no attribute {name!r} on {SYSTEM}")
        if (real.__name__, name) == ("sys", "platform"):
            return SYSTEM
        if (real.__name__, name) == ("ctypes", "CDLL"):
            return _library
        return getattr(real, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.__dict__["_real"], name, value)


MODULES: dict[str, ModuleType] = {}


def _elsewhere(name: str) -> ModuleType:
    return MODULES.setdefault(name, Elsewhere(_import(name)))


class _Msvcrt(ModuleType):
    """The locks of files on Windows."""

    LK_NBLCK = 2

    @staticmethod
    def locking(descriptor: int, mode: int, count: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


if WINDOWS:
    MODULES["msvcrt"] = _Msvcrt("msvcrt")


def _is_ours(space: Any) -> bool:
    name = (space or {}).get("__package__") or (space or {}).get("__name__") or ""
    return name.partition(".")[0] in ("grader", "reference", "_grader_worker", "_grader_live")


def _import_there(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    if level or not _is_ours(globals):
        return _import(name, globals, locals, fromlist, level)
    if WINDOWS and name in UNIX_MODULES:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    if name in MODULES:
        return MODULES[name]
    found = _import(name, globals, locals, fromlist, level)
    return _elsewhere(name) if name in (*GONE, "sys") else found


def _open_there(file: Any, *rest: Any, **named: Any) -> Any:
    if str(file).startswith("/proc"):
        raise FileNotFoundError(2, "No such file or directory", str(file))
    return _open(file, *rest, **named)


if SYSTEM:
    builtins.__import__ = _import_there
    builtins.open = _open_there


class _NotInstalled:
    """Keeps packages from being found, also by `find_spec`."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> None:
        if name.partition(".")[0] in GONE_PACKAGES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


if GONE_PACKAGES:
    sys.meta_path.insert(0, _NotInstalled)
