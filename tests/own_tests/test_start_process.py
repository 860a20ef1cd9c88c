"""Each run of tests has a process of its own, a fork of one that has everything loaded, and leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.model import Outcome, Request
from grader.own_tests.session import run_tests
from grader.own_tests.start_process import WarmServer
from tests.own_tests.running import run

pytestmark = pytest.mark.kernel
WHO = "import os\ndef test_a(): raise AssertionError(f'{os.getppid()} {os.getpid()}')\n"


def _ids() -> tuple[int, int]:
    value, _ = run(WHO, Outcome("ok", {}))
    parent, own = value["tests"][0]["message"].splitlines()[0].split()
    return int(parent), int(own)


def _server() -> WarmServer:
    server = WarmServer.get()
    assert server is not None
    return server


def test_runs_are_forks_of_one_process_and_end() -> None:
    first, second = _ids(), _ids()
    assert first[0] == second[0] == _server().popen.pid
    assert first[1] != second[1]
    assert not Path(f"/proc/{second[1]}").exists()


def test_a_run_does_not_see_what_another_one_did() -> None:
    spoils = "import torch, sys\ntorch.allclose = sys.left = 1\ndef test_a(): torch.manual_seed(9)\n"
    run(spoils, Outcome("ok", {}))
    sees = "import torch, sys\ndef test_a():\n    assert callable(torch.allclose) and not hasattr(sys, 'left')\n"
    value, _ = run(sees + "    assert torch.initial_seed() == 0\n", Outcome("ok", {}))
    assert value["tests"][0]["result"] == "passed", value["tests"]


def test_what_a_test_started_ends_with_it() -> None:
    text = "import subprocess\ndef test_a(): raise AssertionError(subprocess.Popen(['sleep', '600']).pid)\n"
    value, _ = run(text, Outcome("ok", {}))
    started = int(value["tests"][0]["message"].split()[0])
    state = Path(f"/proc/{started}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_no_file_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    value, _ = run("def test_a(tmp_path): (tmp_path / 'x').write_text('')\n", Outcome("ok", {}))
    assert value["tests"][0]["result"] == "passed"
    assert list(tmp_path.iterdir()) == []


def test_a_warm_process_that_has_ended_is_replaced() -> None:
    before = _server()
    before.popen.kill()
    before.popen.wait(20)
    parent, _ = _ids()
    assert parent == _server().popen.pid != before.popen.pid


def test_a_warm_process_that_ends_while_it_is_used_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    server = _server()
    server.popen.kill()
    server.popen.wait(20)
    monkeypatch.setattr(WarmServer, "get", lambda: server)
    assert _ids()[0] == os.getpid(), "a new interpreter is started"


def test_without_a_warm_process_the_result_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "import torch\ndef test_a(): assert torch.rand(1).item() < 0\ndef test_b(): pass\n"
    warm, _ = run(text, Outcome("ok", {}))
    monkeypatch.setattr(WarmServer, "get", lambda: None)
    cold, _ = run(text, Outcome("ok", {}))
    assert cold == warm
    assert [test["result"] for test in cold["tests"]] == ["failed", "passed"]


def _cpu_seconds_of_forks(server: WarmServer, do: Callable[[], Any]) -> float:
    """The CPU seconds of the warm process, and of its processes that have ended, while something is done."""

    def used() -> float:
        fields = Path(f"/proc/{server.popen.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    before = used()
    do()
    return used() - before


def test_a_run_costs_little_besides_its_calls() -> None:
    text = "import numpy\nimport torch\nfrom models import f\ndef test_a(): assert f == 1\n"
    arguments = {"files": {"test_it.py": text}, "name": "test_it.py", "modules": ["models"]}
    server = _server()
    costs = []
    for _ in range(4):
        one = lambda: run_tests(Request("tests", arguments), lambda *_: (Outcome("ok", {"result": 1}), 0.0), 30)  # noqa: E731
        costs.append(_cpu_seconds_of_forks(server, one))
    assert 0 < min(costs) < 0.5, "0.1 was measured; a new interpreter took 3"
