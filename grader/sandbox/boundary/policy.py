"""The policy of a submission's process, which is fixed before any of its code runs. Standard library only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Literal

EXCHANGE = ".exchange"
Level = Literal["A", "B", "C"]

# Folders of programs and libraries; others below /usr may hold somebody's own files, such as a course in /usr/src.
SYSTEM = (
    "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/share", "/usr/include",
    "/usr/local/bin", "/usr/local/lib", "/usr/local/lib64", "/usr/local/include", "/usr/local/cuda", "/bin", "/sbin",
    "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime",
    "/etc/ssl/certs", "/sys/devices/system/cpu", "/opt/nvidia",
)  # fmt: skip

MEANING = {
    "A": "own user, files, processes and network; system calls filtered; limits",
    "B": "files and network closed by Landlock and a system call filter; limits",
    "C": "limits of time and memory only: for trusted work",
}


@dataclass(frozen=True)
class Policy:
    """One submission's bounds. Paths are absolute; sizes are bytes; `uid` 0 means that the user is not changed."""

    level: Level
    work: str
    private: str
    root: str
    environment: dict[str, str] = field(default_factory=dict)
    readable: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    uid: int = 0
    memory_bytes: int = 4 << 30
    file_bytes: int = 256 << 20
    processes: int = 256
    cpu_seconds: int = 3600
    parts: tuple[str, ...] = ()  # texts of files that run beside the worker
    loads: tuple[str, ...] = ()  # modules that are loaded before the process is forked, for speed
    observes: tuple[str, ...] = ()  # what is kept of the run besides outputs: `figures`, `training`
    host: int = 0  # the process with which a new interpreter ends; 0 for a fork, whose server ends with the grader
    group: str = ""  # the folder of a control group that bounds the memory of all its processes

    @property
    def exchange(self) -> str:
        """Return the folder in the work folder for requests and replies."""
        return f"{self.work}/{EXCHANGE}"

    def to_json(self) -> str:
        """Return the policy as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Policy:
        """Read a policy that `to_json` wrote."""
        values = json.loads(text)
        return cls(
            **{
                **values,
                "readable": tuple(values["readable"]),
                "hidden": tuple(values["hidden"]),
                "parts": tuple(values["parts"]),
                "loads": tuple(values["loads"]),
                "observes": tuple(values["observes"]),
            }
        )


SOURCE, ASK, DONE = "source.py", "ask", "done"
STARTED = b"started"  # the first word of a definitions process; its version follows
OTHER_VERSION = (
    "the process for students' code was started from another version of grader than this one; "
    "install one version only, and start 'grader desk' and workers again after an update"
)
