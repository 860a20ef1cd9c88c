"""Student code in a process of its own: limits, deaths, hangs, replies; and evidence that survives them."""

from __future__ import annotations

import contextlib
import random
import secrets
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from grader.errors import GraderError
from grader.model import Cell, Request, Submission
from grader.rubric.load import parse_rubric
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host import definitions_host
from grader.sandbox.host import kernel as kernel_module
from grader.sandbox.host.kernel import open_kernel
from grader.sandbox.limits import Limits
from tests.helpers import collect

pytestmark = pytest.mark.kernel

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
LIMITS = Limits(cpu_seconds=60, cell_cpu_seconds=3)


def run_and_ask(
    *cells: str, files: dict[str, bytes] | None = None, limits: Limits = LIMITS
) -> tuple[list[str], list[str]]:
    """The status of every cell and of every request."""
    numbered = tuple(Cell(n, source, f"cell {n}") for n, source in enumerate(cells, 1))
    evidence = collect(Submission("t", "t", "d", files=files or {}, cells=numbered), RUBRIC, limits)
    return [run.status for run in evidence.cells], [outcome.status for outcome in evidence.outcomes.values()]


def test_cells_run_in_order_and_an_error_does_not_stop_the_rest() -> None:
    assert run_and_ask("x = 1", "1 / 0", MODEL, "y = x + 1") == (["ok", "error", "ok", "ok"], ["ok"])


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("while True: pass", "cpu_time"),
        ("import os; os._exit(3)", "died"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "died"),
        ("import ctypes; ctypes.string_at(0)", "died"),
        ("raise SystemExit", "error"),
        ("x = bytearray(64 << 30)", "error"),
        ("try:\n    while True: pass\nexcept BaseException:\n    while True: pass", "cpu_time"),
    ],
    ids=["hang", "exit", "killed", "crash", "SystemExit", "memory", "hang that catches"],
)
def test_one_bad_cell_does_not_cost_the_rest(cell: str, status: str) -> None:
    assert run_and_ask(MODEL, cell, "z = 1") == (["ok", status, "ok"], ["ok"])


def test_a_model_that_hangs_or_dies_is_an_outcome() -> None:
    slow = MODEL + "\n    def forward(self, x):\n        while True: pass"
    assert run_and_ask(slow, limits=replace(LIMITS, cpu_seconds=20)) == (
        ["ok"],
        ["cpu_time"] * 2,
    )  # only the definitions, and the notebook
    dead = MODEL + "\n    def forward(self, x):\n        import os; os._exit(1)"
    assert run_and_ask(dead) == (["ok"], ["died"])


def test_the_time_for_the_whole_submission_is_bounded() -> None:
    cells, outcomes = run_and_ask("while True: pass", MODEL, limits=Limits(cpu_seconds=4, cell_cpu_seconds=60))
    assert cells == ["not run", "not run"]
    assert outcomes == ["ok"]  # its definitions process answers all the same


def test_no_code_is_missing_and_not_broken() -> None:
    assert run_and_ask() == ([], ["missing"])


def test_a_tree_is_imported_and_its_main_part_not_run() -> None:
    files = {
        "lib/models.py": (MODEL + "\nif __name__ == '__main__': raise ValueError").encode(),
        "lib/__init__.py": b"",
    }
    cell = Cell(1, files["lib/models.py"].decode(), "lib/models.py", "lib.models")
    evidence = collect(Submission("t", "t", "d", files=files, cells=(cell,)), RUBRIC, LIMITS)
    assert [run.status for run in evidence.cells] == ["ok"]
    assert [outcome.status for outcome in evidence.outcomes.values()] == ["ok"]


def test_seeds_and_environment_of_the_process() -> None:
    with open_kernel({"data.txt": b"hello"}, Limits(cpu_seconds=30, seed=7)) as kernel:
        code = "import numpy, random, torch, os\nprint(torch.initial_seed(), sorted(k for k in os.environ if 'SECRET' in k))"
        assert kernel.run(1, code).text.strip() == "7 []"
        assert kernel.run(2, "print(open('data.txt').read(), torch.get_num_threads())").text.strip() == "hello 1"
        folder = kernel.run(3, "print(os.getcwd())").text.strip()
    assert not Path(folder).exists()


def test_secrets_of_the_environment_do_not_go_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SECRET_TOKEN", "hidden")
    with open_kernel({}, Limits(cpu_seconds=30)) as kernel:
        assert "hidden" not in kernel.run(1, "import os; print(dict(os.environ))").text


def running(token: str) -> int:
    """Return how many processes of the machine have the token on their command line."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(path.read_bytes())
    return sum(token.encode() in line for line in lines)


def test_children_of_a_submission_do_not_outlive_it() -> None:
    token = f"1000.{secrets.randbelow(1 << 40)}"
    with open_kernel({}, Limits(cpu_seconds=30)) as kernel:
        code = (
            "import subprocess\nfor new in (True, False):\n    subprocess.Popen(['sleep', '%s'], start_new_session=new)"
        )
        assert kernel.run(1, code % token).status == "ok"
        assert running(token) == 2
    assert running(token) == 0


def test_output_is_cut() -> None:
    with open_kernel({}, Limits(cpu_seconds=30)) as kernel:
        assert len(kernel.run(1, "for _ in range(1000): print('x' * 1000)").text) <= 20_000


def test_a_request_may_have_fewer_seconds_than_the_limit_and_what_it_uses_is_counted() -> None:
    code = "class Model:\n    def __init__(self):\n        while True: pass\n"
    request = Request("call", {"target": "Model", "cases": [{"init": {}, "calls": []}]})
    with open_kernel({}, Limits(cpu_seconds=60, cell_cpu_seconds=50)) as kernel:
        kernel.run(1, code)
        before = kernel.used_seconds
        outcome = kernel.ask(request, 0.5)
        assert (outcome.status, outcome.allowed) == ("cpu_time", 0.5)
        assert 0.5 <= kernel.used_seconds - before < 50


def test_the_message_of_a_request_that_raises_is_reported() -> None:
    request = Request("call", {"target": "Model", "cases": [{"init": {}, "calls": []}]})
    with open_kernel({}, Limits(cpu_seconds=30)) as kernel:
        assert kernel.ask(request).status == "missing"
        kernel.run(1, "class Model:\n    def __init__(self): raise ValueError('no')")
        outcome = kernel.ask(request)
    assert (outcome.status, outcome.message) == ("raised", "ValueError: no")


@pytest.mark.parametrize("level", ["A", "B", "C"])
@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_warm_and_cold_give_the_same_outcomes_at_every_level(level: Level, warm: bool) -> None:
    limits = Limits(cpu_seconds=60, cell_cpu_seconds=20, level=level, warm=warm)
    numbered = (Cell(1, MODEL, "cell 1"), Cell(2, "print(torch.rand(2), __import__('random').random())", "cell 2"))
    evidence = collect(Submission("t", "t", "d", cells=numbered), RUBRIC, limits)
    torch.manual_seed(42)
    assert evidence.cells[1].text == f"{torch.rand(2)} {random.Random(42).random()}\n"
    (outcome,) = evidence.outcomes.values()
    assert outcome.status == "ok"
    check = RUBRIC.questions[0].checks[1]
    (case,) = check.cases(42)  # type: ignore[attr-defined]
    torch.manual_seed(42)
    expected = torch.nn.Linear(3, 2)(torch.tensor(case.arrays["x"])).detach().numpy()
    assert outcome.arrays["case0.call0.out0"] == pytest.approx(expected, abs=1e-6)
    assert evidence.records[0]["status"] == "OK"


def test_processes_that_use_too_much_memory_together_are_ended_and_the_reason_reported() -> None:
    code = (
        "import subprocess, sys, time\n"
        "eat = 'import time; x = bytearray(600 << 20); time.sleep(20)'\n"
        "p = [subprocess.Popen([sys.executable, '-c', eat]) for _ in range(6)]\ntime.sleep(15)"
    )
    limits = Limits(cpu_seconds=60, cell_cpu_seconds=20, memory_bytes=2 << 30)
    with open_kernel({}, limits) as kernel:
        done = kernel.run(1, code)
        assert (done.status, kernel.record["killed"]) == ("died", "memory")
    assert "used more than 2048 MiB of memory" in done.error


def test_a_fork_bomb_and_a_flood_of_files_end_with_their_submission() -> None:
    bomb = "import os, time\nfor _ in range(400):\n    try:\n        if os.fork() == 0: time.sleep(3); os._exit(0)\n    except OSError: break\ntime.sleep(2)"
    with open_kernel({}, Limits(cpu_seconds=30, cell_cpu_seconds=10, processes=100)) as kernel:
        assert kernel.run(1, bomb).status in ("ok", "died")
    files = "import time\nfor n in range(30_000): open(f'f{n}', 'w').close()\ntime.sleep(3)"
    with open_kernel({}, Limits(cpu_seconds=60, cell_cpu_seconds=30)) as kernel:
        done = kernel.run(1, files)
    assert (done.status, "more than 20000 files" in done.error) == ("died", True)


@pytest.mark.parametrize("switch", ["torch.set_grad_enabled(False)", "torch.set_default_dtype(torch.float64)"])
def test_switches_that_a_notebook_left_on_do_not_fail_it(switch: str) -> None:
    assert run_and_ask(MODEL, switch) == (["ok", "ok"], ["ok"])
    request = Request(
        "call",
        {"target": "Model", "cases": [{"init": {}, "calls": [{"inputs": ["x"], "cotangents": ["g"]}]}]},
        {"x": np.ones((4, 3), np.float32), "g": np.ones((4, 2), np.float32)},
    )
    with open_kernel({}, Limits(cpu_seconds=30)) as kernel:
        kernel.run(1, MODEL + "\n" + switch)
        outcome = kernel.ask(request)
    assert outcome.value["cases"][0]["calls"][0]["gradients"] == 3


def test_processes_of_another_version_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_module, "version", lambda: "other")
    with pytest.raises(GraderError, match="from another version of grader"), open_kernel({}, LIMITS):
        pass
    monkeypatch.setattr(definitions_host, "version", lambda: "other")
    process = definitions_host.DefinitionsProcess("x = 1", LIMITS)
    with pytest.raises(GraderError, match="from another version of grader"):
        process.ask([Request("call", {"target": "x", "cases": []})])
    process.close()


def test_a_line_of_the_shell_runs_without_a_terminal_and_the_rest_of_the_cell_follows() -> None:
    with open_kernel({}, LIMITS) as kernel:
        done = kernel.run(
            1, "word = 'ready'\n!echo $word; false\nprint(_exit_code)\n!sudo pip3 install einops\nprint('after')"
        )
        assert (done.status, done.text.splitlines()) == (
            "ok", ["ready", "1", "Submissions are run without a network, so nothing is installed here.", "after"],
        )  # fmt: skip
        assert kernel.run(2, "%pip install einops").text.startswith("Submissions are run without a network")


def test_an_exception_has_the_students_lines() -> None:
    files = {"tools.py": b"def broken(x):\n    return x[9]\n"}
    with open_kernel(files, LIMITS) as kernel:
        kernel.run(1, "def first(x):\n    import tools\n    return tools.broken(x)")
        raised = kernel.run(2, "\n\nfirst([1])").raised
    assert (raised.type, raised.bases[:1], raised.origin) == ("IndexError", ("LookupError",), "student")
    assert [(frame.cell, frame.file, frame.line) for frame in raised.frames] == [
        (2, "", 3),
        (1, "", 3),
        (None, "tools.py", 2),
    ]


def test_of_cells_with_the_same_code_the_one_that_ran_is_named() -> None:
    with open_kernel({}, LIMITS) as kernel:
        kernel.run(1, "missing")
        assert kernel.run(2, "missing").raised.frames[0].cell == 2
        kernel.run(3, "x = 1")
        assert kernel.run(1, "missing").raised.frames[0].cell == 1


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_modules_of_the_submission_with_names_of_the_library_do_not_stop_the_kernel(warm: bool) -> None:
    files = {
        f"{name}.py": b"raise RuntimeError('mine')\n" for name in ("pdb", "xml", "bdb", "tokenize", "html", "code")
    }
    with open_kernel(files, replace(LIMITS, warm=warm)) as kernel:
        assert kernel.run(1, "print(1)").text == "1\n"


def test_files_in_memory_count_as_memory() -> None:
    limits = Limits(cpu_seconds=60, memory_bytes=768 << 20, level="A")
    fill = "import time\nwith open('/dev/shm/x', 'wb') as file:\n    file.write(bytes(900 << 20))\n"
    with open_kernel({}, limits) as kernel:
        done = kernel.run(1, fill + "while True:\n    time.sleep(0.1)")
        assert kernel.record["killed"] == "memory"
    assert done.status == "died"


def test_memory_that_belongs_to_no_process_cannot_be_had() -> None:
    attempts = """
import ctypes, os
library = ctypes.CDLL(None)
refused = [library.memfd_create(b'x', 0), library.shmget(0x68737431, 4096, 0o1600), library.msgget(0x68737431, 0o1600),
           library.semget(0x68737431, 1, 0o1600), library.syscall(240, b'x', 0o102, 0o600, 0)]
assert refused == [-1] * 5, refused
"""
    with open_kernel({}, Limits(cpu_seconds=60)) as kernel:
        assert kernel.run(1, attempts).status == "ok"
