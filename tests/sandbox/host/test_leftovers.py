"""What a killed run leaves is removed by the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox.boundary import cgroup
from grader.sandbox.boundary.owner import owned_prefix
from grader.sandbox.host.leftovers import remove_folder, sweep
from grader.sandbox.host.process import readable

ENDS_SECONDS = 60
HOLDS = """
import os, sys, time
from grader.sandbox.host.kernel import open_kernel
from grader.sandbox.host.process import descendants
from grader.sandbox.limits import Limits

CELL = '''
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
'''
with open_kernel({"a.txt": b"x"}, Limits(level=sys.argv[1], warm=sys.argv[2] == "warm")) as kernel:
    assert kernel.run(1, CELL).status == "ok"
    print(*descendants(os.getpid())[1:], flush=True)
    time.sleep(600)
"""


def left_by_a_dead_process(folder: Path) -> Path:
    code = "from grader.sandbox.boundary.owner import owned_prefix; print(owned_prefix())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return folder / f"{said.stdout.strip()}x"


def test_folders_and_canaries_of_dead_processes_are_removed(tmp_path: Path) -> None:
    temporary, prefix = tmp_path / "temporary", tmp_path / "prefix"
    temporary.mkdir()
    prefix.mkdir()
    left = left_by_a_dead_process(temporary)
    (left / "work").mkdir(parents=True)
    (left / "work" / "answers.md").write_text("x", encoding="ascii")
    canary = prefix / f".{left_by_a_dead_process(prefix).name}"
    canary.touch()
    kept = temporary / f"{owned_prefix()}x"
    kept.mkdir()
    (temporary / "graded").mkdir()
    sweep(temporary, prefix)
    assert sorted(path.name for path in temporary.iterdir()) == sorted([kept.name, "graded"])
    assert not canary.exists()


def test_a_process_that_still_works_in_such_a_folder_is_ended(tmp_path: Path) -> None:
    left = left_by_a_dead_process(tmp_path)
    left.mkdir()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], cwd=left) as process:
        sweep(tmp_path, tmp_path / "none")
        assert process.wait(ENDS_SECONDS) == -signal.SIGKILL


def test_a_folder_without_rights_is_removed(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    inner.chmod(0)
    inner.parent.chmod(0)
    remove_folder(str(tmp_path / "a"))
    assert not (tmp_path / "a").exists()


@pytest.fixture
def short() -> Iterator[Path]:
    """A temporary folder with a short name: the sockets of a kernel lie there, and those of tests have long ones."""
    with tempfile.TemporaryDirectory(prefix="left-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("start", ["warm", "cold"])
@pytest.mark.parametrize("level", ["A", "B"])
def test_nothing_of_a_killed_run_survives_the_next(level: str, start: str, short: Path) -> None:
    """A submission has started a daemon when the grader is killed; the next run ends what is left of it."""
    environment = {**os.environ, "TMPDIR": str(short)}
    command = [sys.executable, "-c", HOLDS, level, start]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        watched = {int(pid): os.pidfd_open(int(pid)) for pid in run.stdout.readline().split()}
        assert len(watched) > 2
        assert [path for path in short.iterdir() if path.name.startswith("grader-")]
        run.kill()
        run.wait()
    sweep(short, short / "none")
    survivors = [pid for pid, descriptor in watched.items() if not readable(descriptor, ENDS_SECONDS)]
    for descriptor in watched.values():
        os.close(descriptor)
    assert survivors == []
    assert list(short.iterdir()) == []
    for parent, _ in cgroup._places(cgroup.ROOT, 0):
        assert not [name for name in os.listdir(parent) if name.startswith(f"grader-{run.pid:x}-")]  # not of others
