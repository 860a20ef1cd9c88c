"""Student code in a process of its own: limits, deaths, hangs, replies; and evidence that survives them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.execute import collect
from grader.model import Cell, Request, Submission
from grader.rubric import parse_rubric
from grader.sandbox import Limits, exchange, open_kernel

RUBRIC = parse_rubric(
    """\
rubric: 1
title: Example
points: 1
questions:
  - id: q
    title: Shapes
    points: 1
    checks:
      - {kind: notebook_runs, id: runs}
      - {kind: shapes, id: shapes, points: 1, target: Model, calls: [{x: [batch, 3]}], returns: {y: [batch, 2]}, sizes: [{batch: 4}]}
""",
    "r.yaml",
)
MODEL = "import torch\nclass Model(torch.nn.Linear):\n    def __init__(self): super().__init__(3, 2)"
LIMITS = Limits(seconds=60, cell_seconds=3)


def observe(*cells: str, files: dict[str, bytes] | None = None, limits: Limits = LIMITS) -> tuple[list[str], list[str]]:
    """The status of every cell and of every request."""
    numbered = tuple(Cell(n, source, f"cell {n}") for n, source in enumerate(cells, 1))
    evidence = collect(Submission("t", "t", "d", files=files or {}, cells=numbered), RUBRIC, limits)
    return [run.status for run in evidence.cells], [outcome.status for outcome in evidence.outcomes.values()]


def test_cells_run_in_order_and_an_error_does_not_stop_the_rest() -> None:
    assert observe("x = 1", "1 / 0", MODEL, "y = x + 1") == (["ok", "error", "ok", "ok"], ["ok"])


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("while True: pass", "timeout"),
        ("import os; os._exit(3)", "died"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "died"),
        ("import ctypes; ctypes.string_at(0)", "died"),
        ("raise SystemExit", "error"),
        ("x = bytearray(64 << 30)", "error"),
        ("try:\n    while True: pass\nexcept BaseException:\n    while True: pass", "timeout"),
    ],
    ids=["hang", "exit", "killed", "crash", "SystemExit", "memory", "hang that catches"],
)
def test_one_bad_cell_does_not_cost_the_rest(cell: str, status: str) -> None:
    assert observe(MODEL, cell, "z = 1") == (["ok", status, "ok"], ["ok"])


def test_a_model_that_hangs_or_dies_is_an_outcome() -> None:
    slow = MODEL + "\n    def forward(self, x):\n        while True: pass"
    assert observe(slow) == (["ok"], ["timeout"])
    dead = MODEL + "\n    def forward(self, x):\n        import os; os._exit(1)"
    assert observe(dead) == (["ok"], ["died"])


def test_the_time_for_the_whole_hand_in_is_bounded() -> None:
    cells, outcomes = observe("while True: pass", MODEL, limits=Limits(seconds=4, cell_seconds=60))
    assert cells == ["timeout", "not run"]
    assert outcomes == ["timeout"]


def test_no_code_is_missing_and_not_broken() -> None:
    assert observe() == ([], ["missing"])


def test_a_tree_is_imported_and_its_main_part_left_alone() -> None:
    files = {
        "lib/models.py": (MODEL + "\nif __name__ == '__main__': raise ValueError").encode(),
        "lib/__init__.py": b"",
    }
    cell = Cell(1, files["lib/models.py"].decode(), "lib/models.py", "lib.models")
    evidence = collect(Submission("t", "t", "d", files=files, cells=(cell,)), RUBRIC, LIMITS)
    assert [run.status for run in evidence.cells] == ["ok"]
    assert [outcome.status for outcome in evidence.outcomes.values()] == ["ok"]


def test_seeds_and_environment_of_the_process() -> None:
    with open_kernel({"data.txt": b"hello"}, Limits(seconds=30, seed=7)) as kernel:
        code = "import numpy, random, torch, os\nprint(torch.initial_seed(), sorted(k for k in os.environ if 'SECRET' in k))"
        assert kernel.run(1, code).text.strip() == "7 []"
        assert kernel.run(2, "print(open('data.txt').read(), torch.get_num_threads())").text.strip() == "hello 1"
        folder = kernel.run(3, "print(os.getcwd())").text.strip()
    assert not Path(folder).exists()


def test_secrets_of_the_environment_do_not_go_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SECRET_TOKEN", "hidden")
    with open_kernel({}, Limits(seconds=30)) as kernel:
        assert "hidden" not in kernel.run(1, "import os; print(dict(os.environ))").text


def test_children_of_a_hand_in_do_not_outlive_it() -> None:
    with open_kernel({}, Limits(seconds=30)) as kernel:
        code = "import subprocess; p = subprocess.Popen(['sleep', '1000']); print(p.pid)"
        process = int(kernel.run(1, code).text)
    status = Path(f"/proc/{process}/stat")
    assert not status.exists() or status.read_text().split()[2] == "Z"


def test_output_is_cut() -> None:
    with open_kernel({}, Limits(seconds=30)) as kernel:
        assert len(kernel.run(1, "for _ in range(1000): print('x' * 1000)").text) <= 20_000


def written(folder: Path, reply: object, **arrays: Any) -> None:
    (folder / "reply-1.json").write_text(json.dumps(reply))
    np.savez(folder / "reply-1.npz", **arrays)


def test_a_proper_reply_is_read(tmp_path: Path) -> None:
    written(tmp_path, {"status": "ok", "value": {"a": 1}}, x=np.ones(3))
    outcome = exchange.read_reply(tmp_path, 1)
    assert (outcome.status, outcome.value, outcome.arrays["x"].tolist()) == ("ok", {"a": 1}, [1, 1, 1])


@pytest.mark.parametrize("reply", [[], {"status": "passed"}, {"status": "ok", "value": 3}, {}, "ok", None])
def test_a_reply_of_another_form_is_refused(tmp_path: Path, reply: object) -> None:
    written(tmp_path, reply)
    assert exchange.read_reply(tmp_path, 1).status == "raised"


def test_pickles_links_pipes_and_floods_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proper = {"status": "ok", "value": {}}
    written(tmp_path, proper, x=np.array([{"a": 1}], dtype=object))
    assert exchange.read_reply(tmp_path, 1).status == "raised"
    written(tmp_path, proper, x=np.array(["text"]))
    assert exchange.read_reply(tmp_path, 1).status == "raised"
    written(tmp_path, proper)
    (tmp_path / "secret").write_text(json.dumps(proper))
    (tmp_path / "reply-1.json").unlink()
    (tmp_path / "reply-1.json").symlink_to(tmp_path / "secret")
    assert exchange.read_reply(tmp_path, 1).status == "raised"
    (tmp_path / "reply-1.json").unlink()
    os.mkfifo(tmp_path / "reply-1.json")
    assert exchange.read_reply(tmp_path, 1).status == "raised"
    (tmp_path / "reply-1.json").unlink()
    written(tmp_path, proper, x=np.ones(100))
    monkeypatch.setattr(exchange, "MOST_ARRAYS", 64)
    assert exchange.read_reply(tmp_path, 1).status == "raised"


def test_a_request_that_raises_is_told_in_its_words() -> None:
    request = Request("call", {"target": "Model", "cases": [{"init": {}, "calls": []}]})
    with open_kernel({}, Limits(seconds=30)) as kernel:
        assert kernel.ask(request).status == "missing"
        kernel.run(1, "class Model:\n    def __init__(self): raise ValueError('no')")
        outcome = kernel.ask(request)
    assert (outcome.status, outcome.message) == ("raised", "ValueError: no")
