"""Get a confined process from the fork server, or start a new interpreter."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
from collections.abc import Callable, Sequence

from grader.sandbox.boundary.policy import Policy
from grader.sandbox.host.process import Process, Role, start_cold, start_server

log = logging.getLogger(__name__)


WARM_SECONDS = 60


Source = Callable[[Sequence[str]], socket.socket | None]  # gives the channel of a fork server that has loaded modules


class ForkServerClient:
    """The fork server of this host process; it starts at the first use and ends with the host process.

    Processes that grade side by side share what it loads: the first one's server forks one for each of them.
    """

    _current: ForkServerClient | None = None
    _source: Source | None = None

    def __init__(self, channel: socket.socket, popen: subprocess.Popen[bytes] | None = None) -> None:
        self.owner = os.getpid()  # a fork of this process must not share the channel
        self.channel, self.popen = channel, popen
        channel.settimeout(WARM_SECONDS)

    @classmethod
    def launch(cls) -> ForkServerClient:
        """Start a fork server, without waiting until it is ready."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            popen = start_server("grader.sandbox.child.fork_server", theirs)
        return cls(ours, popen)

    @property
    def alive(self) -> bool:
        """Return whether this process can use it; one that another process started is found dead when it is used."""
        return self.owner == os.getpid() and (self.popen is None or self.popen.poll() is None)

    @classmethod
    def take_from(cls, source: Source | None) -> None:
        """Let this process ask `source` for a fork server before it starts one of its own."""
        cls._source = source

    @classmethod
    def running(cls) -> ForkServerClient | None:
        """Return the fork server of this process, or None if none runs."""
        return cls._current if cls._current is not None and cls._current.alive else None

    @classmethod
    def get(cls, loads: Sequence[str] = ()) -> ForkServerClient | None:
        """Return the fork server, or None if it cannot start; a new interpreter gives the same results."""
        if (running := cls.running()) is not None:
            return running
        channel = cls._source(loads) if cls._source is not None else None
        try:
            cls._current = cls(channel) if channel is not None else cls.launch()
            if cls._current.channel.recv(16) != b"ready":
                raise OSError("the warm process did not start")
        except OSError as error:
            log.info("no warm process: %s", error)
            cls.stop()  # one that hangs must not stay behind
        return cls._current

    def another(self, loads: Sequence[str]) -> socket.socket:
        """Return the channel of a further fork server, forked from this one, for another process of the grader.

        Raises:
            OSError: the fork server has ended.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(self.channel, [json.dumps({"loads": list(loads)}).encode()], [theirs.fileno()])
        return ours

    def start(self, policy: Policy, connection: str, role: Role) -> Process:
        """Fork a kernel, or a process that answers requests.

        Raises:
            OSError: the fork server has ended.
        """
        wanted = {"policy": policy.to_json(), "connection": connection, "role": role, "loads": list(policy.loads)}
        self.channel.send(json.dumps(wanted).encode())
        pid = int(self.channel.recv(32))
        return Process(pid, os.pidfd_open(pid))

    def close(self) -> None:
        """End the fork server, with the processes that it forked."""
        self.channel.close()
        if self.popen is not None:
            self.popen.kill()
            self.popen.wait(5)

    @classmethod
    def stop(cls) -> None:
        """End the fork server of this host process, if there is one."""
        if cls._current is not None:
            cls._current.close()
            cls._current = None


class SharedForkServer:
    """A fork server for several processes that grade side by side; it starts when the first of them needs it."""

    def __init__(self) -> None:
        self._client: ForkServerClient | None = None

    def another(self, loads: Sequence[str]) -> socket.socket | None:
        """Return the channel of a fork server for one of the processes; None if none can be had."""
        try:
            return self._running().another(loads)
        except OSError as error:
            log.info("no shared warm process: %s", error)
            return None

    def _running(self) -> ForkServerClient:
        """Return a fork server: that of this process, if it has one already."""
        if (own := ForkServerClient.running()) is not None:
            return own
        if self._client is None or not self._client.alive:
            self._client = ForkServerClient.launch()
        return self._client

    def close(self) -> None:
        """End it."""
        if self._client is not None:
            self._client.close()
            self._client = None


def start(policy: Policy, connection: str, warm: bool, role: Role = "kernel_child") -> Process:
    """Start the kernel or definitions process for `connection`; forked if `warm` is set and it is possible."""
    source = ForkServerClient.get(policy.loads) if warm else None
    if source is not None:
        try:
            return source.start(policy, connection, role)
        except (OSError, ValueError) as error:
            log.info("the warm process did not fork: %s", error)
            ForkServerClient.stop()
    return start_cold(policy, connection, role)
