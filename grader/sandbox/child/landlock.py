"""Apply Landlock's rules on files to this process."""

from __future__ import annotations

import ctypes
import os
import struct

from grader.sandbox.boundary.syscalls import _ADD, _CREATE, _RESTRICT, _check, _libc

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
