"""The control group of a hand-in's processes: made where it can be, and what it counts that a watch does not see."""

from __future__ import annotations

from pathlib import Path

from grader.sandbox import groups
from grader.sandbox.host import Limits, open_kernel

FILES_IN_MEMORY = """
for number in range(45):
    with open(f"/dev/shm/part{number}", "wb") as file:
        file.write(bytes(20 << 20))
import os
if child := os.fork():
    kept = bytearray(b"x") * (900 << 20)
    os.waitpid(child, 0)
else:
    import time
    kept = bytearray(b"x") * (900 << 20)
    time.sleep(5)
    os._exit(0)
"""


def test_files_in_memory_count_where_a_group_can_be_made() -> None:
    """A watch sees 2 GiB in two processes; the files make it 2.9."""
    available = groups.make(1 << 30)
    groups.remove(available)
    with open_kernel({}, Limits(seconds=60, cell_seconds=40, memory_bytes=2560 << 20)) as kernel:
        done = kernel.run(1, FILES_IN_MEMORY)
        killed = kernel.record["killed"]
    assert (done.status == "died", killed == "memory") == (bool(available), bool(available)), done
    assert not available or "used more than 2560 MiB of memory" in done.error


def test_a_group_is_gone_after_the_hand_in() -> None:
    with open_kernel({}, Limits(seconds=60, cell_seconds=20)) as kernel:
        group = kernel.policy.group  # type: ignore[attr-defined]
        assert not group or Path(group, "cgroup.procs").read_text().split()
    assert not group or not Path(group).exists()


def test_the_second_version_bounds_memory_where_the_parent_hands_it_on(tmp_path: Path) -> None:
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    own = next((line.split(":", 2)[2] for line in lines if line.startswith("0::")), "/")
    place = tmp_path / own.strip("/")
    place.mkdir(parents=True, exist_ok=True)
    assert groups.make(5 << 20, tmp_path) == ""
    (place / "cgroup.subtree_control").write_text("cpu memory pids\n")
    made = groups.make(5 << 20, tmp_path)
    assert Path(made, "memory.max").read_text() == str(5 << 20)


def test_the_kernel_s_own_count_of_kills_is_read_in_both_versions(tmp_path: Path) -> None:
    assert not groups.exceeded("")
    assert not groups.exceeded(str(tmp_path))
    (tmp_path / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n")
    assert groups.exceeded(str(tmp_path))
    (tmp_path / "memory.events").write_text("low 0\nmax 3\noom 0\noom_kill 0\n")
    assert not groups.exceeded(str(tmp_path))
