"""The control group of a submission's processes: made where it can be, and what it counts that a watch does not see."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.model import Request
from grader.sandbox.boundary import cgroup
from grader.sandbox.host.definitions_host import DefinitionsProcess
from grader.sandbox.host.kernel import open_kernel
from grader.sandbox.host.process import descendants
from grader.sandbox.host.watchdog import resident
from grader.sandbox.limits import Limits

FILES_IN_MEMORY = """
for number in range(45):
    with open(f"/dev/shm/part{number}", "wb") as file:
        file.write(bytes(20 << 20))
import os
read, write = os.pipe()
if child := os.fork():
    kept = bytearray(b"x") * (900 << 20)
    os.write(write, b"both")
    os.waitpid(child, 0)
else:
    kept = bytearray(b"x") * (900 << 20)
    os.read(read, 4)
    os._exit(0)
"""


@pytest.mark.kernel
def test_files_in_memory_count_where_a_group_can_be_made() -> None:
    """A watch sees 2 GiB in two processes; the files make it 2.9."""
    available = cgroup.make(1 << 30)
    cgroup.remove(available)
    with open_kernel({}, Limits(cpu_seconds=60, cell_cpu_seconds=40, memory_bytes=2560 << 20)) as kernel:
        done = kernel.run(1, FILES_IN_MEMORY)
        killed = kernel.record["killed"]
    assert (done.status == "died", killed == "memory") == (bool(available), bool(available)), done
    assert not available or "used more than 2560 MiB of memory" in done.error


CHILDREN_TAKE_MOST = """
import os, signal
for number in range(45):
    with open(f"/dev/shm/part{number}", "wb") as file:
        file.write(bytes(20 << 20))
children = []
for number in range(2):
    if child := os.fork():
        children.append(child)
    else:
        kept = bytearray(b"x") * (900 << 20)
        signal.pause()
os.wait()
for child in children:
    os.kill(child, signal.SIGKILL)
"""


@pytest.mark.kernel
def test_a_child_that_the_system_ends_for_want_of_memory_ends_the_submission() -> None:
    """The kernel ends only the largest process; the others must not continue as if nothing had happened."""
    available = cgroup.make(1 << 30)
    cgroup.remove(available)
    with open_kernel({}, Limits(cpu_seconds=60, cell_cpu_seconds=30, memory_bytes=2560 << 20)) as kernel:
        done = kernel.run(1, CHILDREN_TAKE_MOST)
        killed = kernel.record["killed"]
        alive = kernel.alive
    assert not alive
    assert (done.status, killed) == (("died", "memory") if available else ("wall_time", "idle")), done


@pytest.mark.kernel
def test_a_group_is_gone_after_the_submission() -> None:
    with open_kernel({}, Limits(cpu_seconds=60, cell_cpu_seconds=20)) as kernel:
        group = kernel.policy.group
        assert not group or Path(group, "cgroup.procs").read_text().split()
    assert not group or not Path(group).exists()


def test_the_second_version_limits_memory_if_the_parent_delegates_it(tmp_path: Path) -> None:
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    own = next((line.split(":", 2)[2] for line in lines if line.startswith("0::")), "/")
    place = tmp_path / own.strip("/")
    place.mkdir(parents=True, exist_ok=True)
    assert cgroup.make(5 << 20, tmp_path) == ""
    (place / "cgroup.subtree_control").write_text("cpu memory pids\n")
    made = cgroup.make(5 << 20, tmp_path)
    assert Path(made, "memory.max").read_text() == str(5 << 20)


def test_the_kernel_s_own_count_of_kills_is_read_in_both_versions(tmp_path: Path) -> None:
    assert not cgroup.exceeded("")
    assert not cgroup.exceeded(str(tmp_path))
    (tmp_path / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n")
    assert cgroup.exceeded(str(tmp_path))
    (tmp_path / "memory.events").write_text("low 0\nmax 3\noom 0\noom_kill 0\n")
    assert not cgroup.exceeded(str(tmp_path))


LEADER_ENDS = """
import ctypes, os, sys, threading
def work():
    block = bytearray(64 << 20)
    leader = f"/proc/self/task/{os.getpid()}/stat"
    while open(leader).read().rpartition(")")[2].split()[0] != "Z":
        pass
    print("alone", flush=True)
    sys.stdin.read()
threading.Thread(target=work).start()
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
"""


def test_a_process_whose_first_thread_has_ended_is_found_and_counted() -> None:
    child = subprocess.Popen([sys.executable, "-c", LEADER_ENDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"alone\n"
        assert child.pid in descendants(os.getpid())
        assert resident(child.pid) > 64 << 20
    finally:
        child.kill()
        child.wait()
    assert child.pid not in descendants(os.getpid())


CHILDREN_OF_A_DEFINITION = f"""
import torch
class Model(torch.nn.Module):
    def forward(self, x):
        exec({CHILDREN_TAKE_MOST!r})
        return x * 2
"""


@pytest.mark.kernel
def test_an_answer_is_not_taken_after_a_child_was_ended_for_want_of_memory() -> None:
    available = cgroup.make(1 << 30)
    cgroup.remove(available)
    arguments = {"target": "Model", "cases": [{"init": {}, "calls": [{"inputs": ["x"]}]}]}
    request = Request("call", arguments, {"x": np.ones((2, 2))})
    answerer = DefinitionsProcess(
        CHILDREN_OF_A_DEFINITION, Limits(cpu_seconds=120, cell_cpu_seconds=30, memory_bytes=2560 << 20)
    )
    try:
        [outcome] = answerer.ask([request])
    finally:
        answerer.close()
    assert outcome.status == ("died" if available else "wall_time"), outcome
