"""An ordinary kernel for own code: the same answers as the sandbox, a hang needs review, and nothing is left behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grader.model import Request
from grader.sandbox.host.ordinary_sandbox import OrdinaryChannel, OrdinarySandbox
from grader.sandbox.limits import Limits

LIMITS = Limits(cpu_seconds=60, cell_cpu_seconds=3)
DOUBLE = "def double(x):\n    return 2 * x\n"


def steps(name: str) -> Request:
    call = {"do": "call", "on": "f", "given": [["x", {"array": "x", "dtype": "float64"}]], "as": "y"}
    return Request("steps", {"steps": [{"do": "get", "name": name, "as": "f"}, call], "send": ["y"]}, {"x": np.ones(2)})


@pytest.mark.kernel
def test_cells_run_requests_are_answered_and_a_hang_ends_only_this_process() -> None:
    with OrdinarySandbox().open_kernel({"data/x.txt": b"7"}, LIMITS) as kernel:
        folder = Path(kernel.policy.work)
        assert kernel.run(1, DOUBLE + "print(open('data/x.txt').read())").text == "7\n"
        failed = kernel.run(2, "\n1 / 0")
        assert (failed.status, failed.raised.type, failed.raised.frames[-1].line) == ("error", "ZeroDivisionError", 2)
        assert kernel.ask(steps("nothing")).status == "missing"
        assert kernel.run(3, "while True: pass").status == "wall_time"
        assert not kernel.alive
        assert kernel.run(4, "x = 1").status == "not run"
    assert not folder.exists()


@pytest.mark.kernel
def test_definitions_answer_by_themselves_and_come_back_after_a_death() -> None:
    source = DOUBLE + "def end(x):\n    import os\n    os._exit(1)\n"
    process = OrdinarySandbox().definitions(source, LIMITS, {})
    try:
        assert [one.status for one in process.ask([steps("end"), steps("double")])] == ["died", "ended_before"]
        [again] = process.ask([steps("double")])
        assert (again.status, len(process.records)) == ("ok", 1)
    finally:
        process.close()


def test_definitions_that_raise_are_the_outcome_of_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    from grader.model import CellRun, Raised
    from grader.sandbox.host import ordinary_sandbox

    class Kernel:
        alive, used_seconds = True, 0.0

        def run(self, number: int, code: str) -> CellRun:
            return CellRun(number, "error", raised=Raised("NameError", "x"))

    monkeypatch.setattr(ordinary_sandbox, "open_ordinary_kernel", lambda *_: nullcontext(Kernel()))
    process = OrdinarySandbox().definitions("x", LIMITS, {})
    assert [one.message for one in process.ask([steps("a"), steps("b")])] == ["NameError: x", "NameError: x"]


def test_files_of_requests_are_bounded_and_a_missing_one_is_unreadable(tmp_path: Path) -> None:
    channel = OrdinaryChannel(tmp_path)
    channel.write(1, [Request("call", {}, {"x": np.ones(2)})])
    assert sorted(path.name for path in Path(channel.path).iterdir()) == ["ask-1.json", "ask-1.npz"]
    assert channel.read(1, [Request("call", {})])[0].status == "unreadable"
    (Path(channel.path) / "reply-1.json").write_text("[" * 5_000_000)
    assert "more than" in channel.read(1, [Request("call", {})])[0].message


def test_the_lowest_level_is_named_and_nothing_is_drawn() -> None:
    sandbox = OrdinarySandbox()
    assert sandbox.isolation().level == "C"
    assert (sandbox.draw_pages(b"", [0]), sandbox.redraw_pictures([b"a", b"b"])) == ([], ["", ""])
