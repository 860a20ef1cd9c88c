"""Whether a notebook runs, and whose fault it is where it does not."""

from __future__ import annotations

import pytest

from grader.model import CellRun, Place
from tests.helpers import context, make


@pytest.mark.parametrize(
    ("runs", "status"),
    [
        ([CellRun(1, "ok")], "passed"),
        ([CellRun(1, "error", "ValueError: x")], "failed"),
        ([CellRun(1, "cpu_time", allowed=20)], "failed"),
        ([CellRun(1, "wall_time", allowed=20)], "needs_review"),
        ([CellRun(1, "died", "the Python process ended")], "needs_review"),
        ([CellRun(1, "error", "ModuleNotFoundError: No module named 'seaborn'")], "needs_review"),
        ([CellRun(1, "error", "AttributeError: module 'numpy' has no attribute 'float'")], "needs_review"),
    ],
    ids=["ok", "error", "CPU time", "wall time", "died", "missing module", "old name"],
)
def test_notebook_runs(runs: list[CellRun], status: str) -> None:
    assert make("notebook_runs").judge(context(cells=["x = 1"], runs=runs)).status == status


def test_no_code_fails() -> None:
    assert make("notebook_runs").judge(context()).status == "failed"


def test_the_first_cell_that_stopped_is_the_place_of_the_finding() -> None:
    runs = [CellRun(1, "ok"), CellRun(2, "error", "ValueError: x"), CellRun(3, "not run")]
    verdict = make("notebook_runs").judge(context(cells=["a", "b", "c"], runs=runs))
    assert verdict.place == Place("notebook", cell=2)
    assert str(verdict.message) == "2 of 3 cells did not run to the end. notebook, cell 2: ValueError: x."
    assert [str(quote.title) for quote in verdict.details] == ["notebook, cell 2", "notebook, cell 3"]
