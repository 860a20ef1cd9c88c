"""Running a submission without a process: the cells, the requests, and what happens when a kernel ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from grader.grading.environment import code_folders
from grader.grading.options import GradingOptions
from grader.grading.run import MAX_RESTARTS, run_and_ask
from grader.model import Cell, CellRun, Outcome, Request, Status, Submission
from tests.grading.asking_check import Asking, AskingDefinitions, rubric_of
from tests.grading.stub_runs import MODEL, Deaths, names, observed, submission
from tests.sandbox.stub_sandbox import StubKernel, StubSandbox


def test_cells_run_in_order_and_then_the_checks_ask() -> None:
    sandbox = StubSandbox()
    found = observed(sandbox, Asking(id="a", wanted=("1", "2")), of=submission("a = 1", "b = 2", files={"d": b"x"}))
    [kernel] = sandbox.kernels
    assert (kernel.cells, names(kernel), kernel.files) == ([1, 2], ["1", "2"], {"d": b"x"})
    assert [finding.status for finding in found.findings] == [Status.passed]
    assert [run.status for run in found.evidence.cells] == ["ok", "ok"]
    assert (found.evidence.records, found.ran, sandbox.left) == (({"kernel": 1, "alive": True, "time": 0.0},), True, 1)


def test_an_error_in_a_cell_does_not_stop_the_cells_after_it() -> None:
    sandbox = StubSandbox(on_run=lambda kernel, number, code: CellRun(number, "error" if number == 1 else "ok", "E"))
    found = observed(sandbox)
    assert [run.status for run in found.evidence.cells] == ["error", "ok"]
    assert len(sandbox.kernels) == 1


@pytest.mark.parametrize("status", ["died", "wall_time"])
def test_a_cell_that_ends_the_process_is_left_out_in_the_next_one(status: Literal["died", "wall_time"]) -> None:
    sandbox = Deaths(cells=[2], status=status).sandbox()
    found = observed(sandbox, Asking(id="a", wanted=("1",)), of=submission("a", "b", "c"))
    assert [kernel.cells for kernel in sandbox.kernels] == [[1, 2], [1, 3]]
    assert [run.status for run in found.evidence.cells] == ["ok", status, "ok"]
    assert [names(kernel) for kernel in sandbox.kernels] == [[], ["1"]]
    assert [record["alive"] for record in found.evidence.records] == [False, True]


def test_finished_cells_are_replayed_and_keep_their_first_output() -> None:
    sandbox = Deaths(cells=[2]).sandbox()
    found = observed(sandbox, of=submission("a", "b", "c"))
    assert [run.text for run in found.evidence.cells] == ["of kernel 1", "", "of kernel 2"]


def test_a_cell_that_ends_the_process_only_when_it_is_replayed_is_not_run_a_third_time() -> None:
    runs: list[int] = []

    def run(kernel: StubKernel, number: int, code: str) -> CellRun:
        runs.append(number)
        if (kernel.number, number) in ((1, 2), (2, 1)):
            kernel.alive = False
            return CellRun(number, "died", "gone")
        return CellRun(number, "ok")

    found = observed(StubSandbox(on_run=run), of=submission("a", "b", "c"))
    assert runs == [1, 2, 1, 3]
    assert [cell.status for cell in found.evidence.cells] == ["died", "died", "ok"]


def test_a_request_that_ends_the_process_is_not_put_again() -> None:
    sandbox = Deaths(requests=["2"]).sandbox()
    found = observed(sandbox, Asking(id="a", wanted=("1", "2", "3")))
    assert [names(kernel) for kernel in sandbox.kernels] == [["1", "2"], ["3"]]
    assert [kernel.cells for kernel in sandbox.kernels] == [[1, 2], [1, 2]]
    assert str(found.findings[0].message) == "ok, died, ok"


def test_a_training_that_lost_its_process_begins_again_and_other_replies_stay() -> None:
    sandbox = Deaths(requests=["b"]).sandbox()
    checks = (
        Asking(id="t", segments=2),
        Asking(id="call", wanted=("a", "b")),
        Asking(id="u", wanted=("c",), segments=3),
    )
    observed(sandbox, *checks)
    assert [names(kernel) for kernel in sandbox.kernels] == [["t0", "t1", "a", "b"], ["c", "u0", "u1", "u2"]]
    again = Deaths(requests=["u1"]).sandbox()
    found = observed(again, *checks)
    # What was known of the training is dropped with its process; what was called and other trainings are not.
    assert [names(kernel) for kernel in again.kernels] == [["t0", "t1", "a", "b", "c", "u0", "u1"], ["u0", "u1", "u2"]]
    assert [finding.status for finding in found.findings] == [Status.passed] * 3


def test_a_submission_whose_process_keeps_ending_is_out_of_time_and_never_fails_to_return() -> None:
    def run(kernel: StubKernel, number: int, code: str) -> CellRun:
        kernel.alive = False
        return CellRun(number, "died", "gone")

    many = submission(*["x"] * (MAX_RESTARTS + 3))
    sandbox = StubSandbox(on_run=run)
    found = observed(sandbox, Asking(id="a", wanted=("1",)), of=many)
    assert len(sandbox.kernels) == sandbox.left == MAX_RESTARTS + 1
    assert [cell.status for cell in found.evidence.cells] == ["died"] * (MAX_RESTARTS + 1) + ["not run"] * 2
    assert str(found.findings[0].message) == "out_of_time"


def test_without_time_left_no_kernel_is_opened_and_no_request_is_put() -> None:
    sandbox = replace(Deaths(cells=[1]).sandbox(), cpu_seconds=61)
    found = observed(sandbox, Asking(id="a", wanted=("1",)), cpu_minutes=1)
    assert len(sandbox.kernels) == 1
    assert [run.status for run in found.evidence.cells] == ["died", "not run"]
    assert [outcome.status for outcome in found.evidence.outcomes.values()] == ["out_of_time"]


def test_the_next_kernel_has_only_the_cpu_time_that_is_left() -> None:
    sandbox = replace(Deaths(cells=[1, 2]).sandbox(), cpu_seconds=20)
    observed(sandbox, cpu_minutes=1)
    assert [kernel.limits.cpu_seconds for kernel in sandbox.kernels] == [60, 40, 20]


def test_a_submission_without_code_opens_no_kernel_and_names_what_is_missing() -> None:
    sandbox = StubSandbox()
    check = Asking(id="a", wanted=("1",))
    found = observed(sandbox, check, of=submission())
    assert (sandbox.kernels, found.evidence.cells) == ([], ())
    assert [outcome.status for outcome in found.evidence.outcomes.values()] == ["missing"]


def test_only_cells_that_the_targets_depend_on_are_run() -> None:
    sandbox = StubSandbox()
    rubric = rubric_of(Asking(id="a"), cells="needed").model_copy(update={"targets": ("Model",)})
    given = submission("print('an advertisement')", MODEL)
    found = run_and_ask(given, rubric, GradingOptions(sandbox=sandbox))
    assert sandbox.kernels[0].cells == [2]
    assert [run.status for run in found.evidence.cells] == ["not needed", "ok"]


def test_definitions_are_asked_first_and_the_kernel_only_where_they_do_not_pass() -> None:
    sandbox = StubSandbox()
    check = AskingDefinitions(id="a", wanted=("1",))
    found = observed(sandbox, check, of=submission(MODEL))
    [process] = sandbox.processes
    assert ("class Model" in process.source, len(process.asked), process.closed) == (True, 1, True)
    assert names(sandbox.kernels[0]) == []
    assert found.evidence.records[-1] == {"definitions": 1}
    other = StubSandbox(on_ask_definitions=lambda request: Outcome("raised", message="E"))
    [finding] = observed(other, check, of=submission(MODEL)).findings
    assert names(other.kernels[0]) == ["1"]
    assert finding.status is Status.needs_review


def test_a_definitions_process_is_closed_when_the_grader_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(kernel: StubKernel, request: Request) -> Outcome:
        raise ZeroDivisionError

    sandbox = StubSandbox(on_ask=fail, on_ask_definitions=lambda request: Outcome("raised"))
    with pytest.raises(ZeroDivisionError):
        observed(sandbox, AskingDefinitions(id="a", wanted=("1",)), of=submission(MODEL))
    assert ([process.closed for process in sandbox.processes], sandbox.left) == ([True], 1)


@pytest.mark.parametrize(
    ("origins", "files", "folders"),
    [
        (["a.ipynb, cell 1"], [], ()),
        (["src/pkg/a.py"], [], ("src/pkg", "src")),
        (["a/b.ipynb, cell 1"], ["lib/c.py", "data/d.csv"], ("a", "lib")),
    ],
    ids=["the root", "a package and its parent", "modules beside a notebook"],
)
def test_the_folders_that_modules_are_imported_from(
    origins: list[str], files: list[str], folders: tuple[str, ...]
) -> None:
    cells = tuple(Cell(number, "", origin) for number, origin in enumerate(origins, 1))
    assert code_folders(Submission("t", "t.zip", "d", files=dict.fromkeys(files, b""), cells=cells)) == folders


def test_folders_are_made_known_before_the_first_cell() -> None:
    sandbox = StubSandbox()
    observed(sandbox, of=submission("a = 1", files={"lib/c.py": b""}))
    assert sandbox.kernels[0].cells == [0, 1]


def test_the_limits_of_the_options_reach_the_kernel() -> None:
    sandbox = StubSandbox()
    run_and_ask(submission("a"), rubric_of(), GradingOptions(sandbox=sandbox, cell_cpu_seconds=3, level="B"))
    limits = sandbox.kernels[0].limits
    assert (limits.cell_cpu_seconds, limits.level) == (3, "B")
