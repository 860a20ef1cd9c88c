"""Get a confined process from the fork server, or start a new interpreter."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys

from grader.sandbox.boundary.policy import Policy
from grader.sandbox.host.process import Process, Role, environment, start_cold

log = logging.getLogger(__name__)


WARM_SECONDS = 60


class ForkServerClient:
    """The fork server of this host process; it starts at the first use and ends with the host process."""

    _current: ForkServerClient | None = None

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.owner = os.getpid()  # a fork of this process must not share the channel
        self.popen = subprocess.Popen(
            [sys.executable, "-I", "-m", "grader.sandbox.child.fork_server", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self.channel = ours
        ours.settimeout(WARM_SECONDS)
        if ours.recv(16) != b"ready":
            raise OSError("the warm process did not start")

    @classmethod
    def get(cls) -> ForkServerClient | None:
        """Return the fork server, or None if it cannot start; a new interpreter gives the same results."""
        current = cls._current
        if current is not None and current.popen.poll() is None and current.owner == os.getpid():
            return current
        try:
            cls._current = ForkServerClient()
        except OSError as error:
            log.info("no warm process: %s", error)
            cls._current = None
        return cls._current

    def start(self, policy: Policy, connection: str, role: Role) -> Process:
        """Fork a kernel, or a process that answers requests.

        Raises:
            OSError: the fork server has ended.
        """
        wanted = {"policy": policy.to_json(), "connection": connection, "role": role}
        self.channel.send(json.dumps(wanted).encode())
        pid = int(self.channel.recv(32))
        return Process(pid, os.pidfd_open(pid))

    @classmethod
    def stop(cls) -> None:
        """End the fork server of this host process, if there is one."""
        if cls._current is not None:
            cls._current.channel.close()
            cls._current.popen.kill()
            cls._current.popen.wait(5)
            cls._current = None


def start(policy: Policy, connection: str, warm: bool, role: Role = "kernel_child") -> Process:
    """Start the kernel or definitions process for `connection`; forked if `warm` is set and it is possible."""
    source = ForkServerClient.get() if warm else None
    if source is not None:
        try:
            return source.start(policy, connection, role)
        except (OSError, ValueError) as error:
            log.info("the warm process did not fork: %s", error)
            ForkServerClient.stop()
    return start_cold(policy, connection, role)
