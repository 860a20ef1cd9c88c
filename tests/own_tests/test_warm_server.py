"""The warm process answers until its channel is closed; see also `test_start_process.py`."""

from __future__ import annotations

import os
import socket

import pytest

from grader.own_tests import warm_server


def test_it_forks_with_the_descriptors_and_ends_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_server, "preload", lambda: None)
    monkeypatch.setattr(warm_server, "_threads", lambda: 1)
    forked: list[tuple[int, int]] = []
    ended: list[int] = []

    def fork(channel: socket.socket, descriptors: list[int]) -> int:
        forked.append((os.fstat(descriptors[0]).st_ino, os.fstat(descriptors[1]).st_ino))
        return 42

    monkeypatch.setattr(warm_server, "_forked", fork)
    monkeypatch.setattr(warm_server, "_end", ended.append)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    to_read, to_write = os.pipe()
    socket.send_fds(ours, [b"run"], [to_read, to_write])
    ours.send(b"end 42")
    ours.shutdown(socket.SHUT_WR)
    warm_server.serve(theirs)
    assert [ours.recv(32) for _ in range(3)] == [b"ready", b"42", b"ended"]
    assert forked == [(os.fstat(to_read).st_ino, os.fstat(to_write).st_ino)]
    assert ended == [42]
    for one in (to_read, to_write):
        os.close(one)
    ours.close()
    theirs.close()


def test_a_process_with_several_threads_does_not_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_server, "preload", lambda: None)
    monkeypatch.setattr(warm_server, "_threads", lambda: 2)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs, pytest.raises(RuntimeError, match="several threads"):
        warm_server.serve(theirs)
