"""The time that a cell may use: CPU seconds of its own, and time in which nothing of it wants to run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox.boundary.policy import Policy
from grader.sandbox.host import watchdog
from grader.sandbox.host.process import Process, descendants
from grader.sandbox.host.watchdog import Watchdog, _Allowance, _wants_to_run


@pytest.mark.parametrize(
    ("moments", "limit"),
    [
        ([(1, 1, True)] * 4, ""),  # CPU seconds so far after each, seconds that passed, whether it wants to run
        ([(1, 1, True), (5, 1, True)], "cpu"),
        ([(4.9, 100, True)], ""),
        ([(0, 1, False)] * 2, ""),
        ([(0, 1, False)] * 3, "idle"),
        ([(0, 1, True)] * 50, ""),  # the machine is busy: it wants to run and is not let
        ([(n * 0.5, 1, False) for n in range(1, 7)], "idle"),  # it works half of the time
        ([(0, 1, False), (0, 1, True), (0, 1, False), (0, 1, True), (0, 1, False)], "idle"),
    ],
    ids=["in time", "CPU time", "a slow machine", "a short rest", "asleep", "not let", "in turns", "naps add up"],
)
def test_only_cpu_time_and_idle_time_are_used_up(moments: list[tuple[float, float, bool]], limit: str) -> None:
    allowance = _Allowance(0.0, 5.0, 3.0, 0.0)
    found = [allowance.exceeded(*moment) for moment in moments]
    assert found[-1] == limit
    assert set(found[:-1]) <= {""}


@pytest.fixture
def asleep(tmp_path: Path) -> Iterator[Process]:
    """A process that waits for a line."""
    popen = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = Process(popen.pid, os.pidfd_open(popen.pid), popen)
    yield process
    process.close()
    assert popen.stdin is not None
    popen.stdin.close()


def watched(process: Process, monkeypatch: pytest.MonkeyPatch) -> Watchdog:
    monkeypatch.setattr(watchdog, "SECONDS", 0.01)
    return Watchdog(process, Policy("C", "/nonexistent", "", ""))


def test_a_process_that_waits_for_ever_is_ended_as_idle(asleep: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watched(asleep, monkeypatch)
    watch.allow(cpu=100, idle=0.1)
    watch.run()  # returns when it has ended the process
    assert (watch.killed_by, watch.reason) == ("idle", "stopped after 0 seconds without any work")


def test_between_two_cells_no_time_counts(asleep: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watched(asleep, monkeypatch)
    watch.allow(cpu=100, idle=0.1)
    watch.rest()
    assert not watch._out_of_time(1000)
    watch.allow(cpu=100, idle=5)
    assert not watch._out_of_time(2)
    watch.rest()
    watch.allow(cpu=100, idle=5)
    assert not watch._out_of_time(4)
    watch.rest()
    assert watch.idle_seconds == 6


CHILDREN_THAT_NOBODY_REAPS = """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
child = os.fork()
while not child and time.process_time() < 0.5:
    pass
if child:
    print("started", flush=True)
    input()
    try:
        os.waitpid(child, 0)
    except ChildProcessError:
        print("ended", flush=True)
    input()
"""


def test_cpu_time_of_children_that_nobody_reaps_counts() -> None:
    popen = subprocess.Popen(
        [sys.executable, "-c", CHILDREN_THAT_NOBODY_REAPS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert popen.stdin is not None
    assert popen.stdout is not None
    process = Process(popen.pid, os.pidfd_open(popen.pid), popen)
    watch = Watchdog(process, Policy("C", "/nonexistent", "", ""))
    with popen.stdin, popen.stdout:
        popen.stdout.readline()
        [_, child] = descendants(popen.pid)
        seen = 0.0
        while child in descendants(popen.pid):
            seen = watch.cpu_seconds()
            if seen > 0.2:
                popen.stdin.write(b"\n")
                popen.stdin.flush()
                popen.stdout.readline()
        assert seen > 0.2
        assert descendants(popen.pid) == [popen.pid]
        assert watch.cpu_seconds() >= seen
        process.close()


def test_a_thread_that_runs_wants_to_run() -> None:
    assert _wants_to_run([os.getpid()])
    assert not _wants_to_run([1 << 22])
