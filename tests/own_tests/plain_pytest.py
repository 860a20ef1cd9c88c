"""Plain pytest, in forks of one process that has torch loaded: each run imports a submission itself, as any test does.

Run as `python -m tests.own_tests.plain_pytest`: each line of the input is a folder with a file `test_it.py`; the answer
is a line of JSON, the result of each test by its name.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import hypothesis  # noqa: F401 - loaded before the forks
import numpy  # noqa: F401
import pytest
import torch


class Results:
    """Keeps the result of each test; a test that fails in a fixture is an error."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.partition("::")[2]
        if report.when == "call":
            self.of[name] = report.outcome
        elif report.failed:
            self.of[name] = "error"


def run_here(folder: str) -> dict[str, str]:
    os.chdir(folder)
    sys.path.insert(0, folder)
    results = Results()
    options = ["-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", folder, "--confcutdir", folder]
    pytest.main([*options, "test_it.py"], plugins=[results])
    return results.of


def serve() -> None:
    torch.set_num_threads(1)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    while line := sys.stdin.readline():
        if child := os.fork():
            os.waitpid(child, 0)
            continue
        try:
            answers.write(json.dumps(run_here(line.strip())) + "\n")
            answers.flush()
        finally:
            os._exit(0)


class PlainPytest:
    """The process with torch; it ends when it is closed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
            cwd=Path(__file__).parents[2],
        )

    def results(self, folder: Path) -> dict[str, str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder}\n")
        found: dict[str, str] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


if __name__ == "__main__":
    serve()
