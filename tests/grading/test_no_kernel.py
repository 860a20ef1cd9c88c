"""Where nothing can run, every request has the same answer."""

from __future__ import annotations

from grader.grading.no_kernel import NoKernel
from grader.model import Outcome, Request


def test_a_request_gets_the_one_answer_with_the_name_of_its_target() -> None:
    assert NoKernel(Outcome("missing")).ask(Request("steps", {"target": "f"})) == Outcome("missing", message="f")
    assert NoKernel(Outcome("out_of_time", message="late")).ask(Request("steps", {"target": "f"})).message == "late"


def test_a_cell_is_not_run() -> None:
    run = NoKernel(Outcome("missing", message="no code")).run(3, "x = 1")
    assert (run.number, run.status, run.error) == (3, "not run", "no code")
