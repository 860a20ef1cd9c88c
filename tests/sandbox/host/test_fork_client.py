"""Processes that grade side by side share what one fork server has loaded."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from grader.model import Request
from grader.sandbox.host.fork_client import ForkServerClient, SharedForkServer
from grader.sandbox.host.process import descendants, readable
from grader.sandbox.interface import local_sandbox
from grader.sandbox.limits import Limits

SOURCE = "class Double:\n    def __call__(self, x):\n        return 2 * x\n"
REQUEST = Request("call", {"target": "Double", "cases": []})
END_SECONDS = 20


@pytest.fixture
def shared() -> Iterator[SharedForkServer]:
    """A shared server, from which this process takes its own."""
    before = ForkServerClient._current
    ForkServerClient._current = None  # that of other tests is kept for them
    server = SharedForkServer()
    yield server
    ForkServerClient.take_from(None)
    ForkServerClient.stop()
    ForkServerClient._current = before
    server.close()


def status() -> str:
    """The status of one request to a process of its own."""
    process = local_sandbox().definitions(SOURCE, Limits(), {})
    try:
        [outcome] = process.ask([REQUEST])
    finally:
        process.close()
    return outcome.status


def test_a_shared_server_gives_servers_until_it_has_ended_and_then_each_process_has_its_own(
    shared: SharedForkServer,
) -> None:
    ForkServerClient.take_from(shared.another)
    assert status() == "ok"
    taken = ForkServerClient.running()
    assert taken is not None
    assert taken.popen is None
    shared.close()
    ForkServerClient.take_from(None)
    assert status() == "ok"  # by a new interpreter
    assert status() == "ok"
    own = ForkServerClient.running()
    assert own is not None
    assert own.popen is not None
    channel = SharedForkServer().another(())
    assert channel is not None
    assert channel.recv(16) == b"ready"
    assert len(descendants(own.popen.pid)) > 1
    channel.close()


def test_a_server_ends_when_its_process_has_gone(shared: SharedForkServer) -> None:
    channel = shared.another(())
    assert channel is not None
    assert shared._client is not None
    assert shared._client.popen is not None
    assert channel.recv(16) == b"ready"
    [forked] = descendants(shared._client.popen.pid)[1:]
    descriptor = os.pidfd_open(forked)
    assert not readable(descriptor, 0)
    channel.close()
    assert readable(descriptor, END_SECONDS)
    os.close(descriptor)
    assert shared._client.alive
