"""Whether a notebook runs, and whose fault it is where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from grader.model import Cell, CellRun, Document, Mistake, Notice, NoticeCode, Place
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


def judged(cells: Sequence[Cell] = (), others: Sequence[Cell] = (), **submission: Any) -> tuple[str, str]:
    """Return status and message for a submission whose cells, if there are any, ran without an error."""
    given = context(runs=[CellRun(cell.number, "ok") for cell in cells], **submission)
    opened = replace(given.submission, cells=tuple(cells), other_modules=tuple(others))
    verdict = make("notebook_runs").judge(replace(given, submission=opened))
    return verdict.status, str(verdict.message)


def module(path: str, number: int = 0, error: str = "", imported: bool = False) -> Cell:
    mistake = Mistake(Place(path, line=2), error) if error else None
    return Cell(number, "", path, path.removesuffix(".py"), place=Place(path), mistake=mistake, imported=imported)


NO_CODE = "The submission contains no code: neither a notebook nor a module was found."


def test_no_code_fails_where_everything_was_read() -> None:
    assert judged() == ("failed", NO_CODE)
    assert judged(files={"net.pt": b"x", "answers.md": b"x"}) == ("failed", NO_CODE)


def test_a_notebook_without_code_cells_fails_in_other_words() -> None:
    found = judged(files={"a.ipynb": b"x"}, notebooks=("a.ipynb",))
    assert found == ("failed", "a.ipynb contains no code cells.")


def test_files_that_were_not_read_need_review() -> None:
    found = judged(files={"work.docx": b"x"})
    assert found == ("needs_review", "No code was found. work.docx cannot be read here.")


def test_damage_needs_review_and_is_named() -> None:
    notice = Notice(NoticeCode.damaged_notebook, "a.ipynb is empty.", "Submit it again.", serious=True)
    assert judged(files={"a.ipynb": b""}, notices=[notice], notebooks=("a.ipynb",)) == (
        "needs_review",
        "a.ipynb is empty.",
    )


def test_modules_of_which_none_was_run_need_review_and_are_named() -> None:
    files = {"net.py": b"x", "train.py": b"x"}
    status, message = judged(others=[module("net.py"), module("train.py")], files=files)
    assert status == "needs_review"
    assert message == "No module was run, as none defines a class that the assignment asks for: net.py, train.py."
    error = "SyntaxError: expected ':'"
    status, message = judged(others=[module("net.py"), module("train.py", error=error)], files=files)
    assert status == "needs_review"
    assert message.startswith("train.py, line 2: SyntaxError: expected ':'. No module was run")


@pytest.mark.parametrize(
    ("others", "status", "message"),
    [
        ([], "passed", "1 module was imported."),
        ([module("util.py", imported=True)], "passed", "1 module was imported."),
        ([module("train.py"), module("plot.py")], "passed", "1 module was imported; not run: train.py, plot.py."),
        (
            [module("train.py", error="SyntaxError: expected ':'")],
            "needs_review",
            "1 module was imported; not run: train.py. train.py, line 2: SyntaxError: expected ':'.",
        ),
    ],
    ids=["one", "one that it imports", "others", "one with a mistake"],
)
def test_the_modules_that_were_not_run_are_named(others: list[Cell], status: str, message: str) -> None:
    assert judged([module("net.py", 1)], others) == (status, message)


def test_where_nobody_knows_which_code_counts_that_is_said() -> None:
    notice = Notice(NoticeCode.ambiguous_notebook, "Net is in two files.", "Choose one.", serious=True)
    cells = [Cell(0, "x", f"a.ipynb, cell {n}", place=Place("a.ipynb", cell=n)) for n in (1, 2)]
    assert judged(others=[*cells, module("net.py")], notices=[notice]) == ("needs_review", "Net is in two files.")
    status, message = judged([module("net.py", 1)], cells)
    assert (status, message) == ("passed", "1 module was imported; not run: a.ipynb.")


def test_a_file_that_may_hold_code_beside_answers_that_were_read_needs_review() -> None:
    document = Document("work.qmd", "markdown", "1) Two.")
    assert judged(files={"work.qmd": b"x"}, documents=(document,)) == (
        "needs_review",
        "No code was found. work.qmd cannot be read here.",
    )


def test_modules_beside_a_notebook_are_its_own_affair() -> None:
    cells = [Cell(1, "import train", "a.ipynb, cell 1", place=Place("a.ipynb", cell=1))]
    assert judged(cells, [module("train.py")]) == ("passed", "The only cell ran without an error.")


def test_the_first_cell_that_stopped_is_the_place_of_the_finding() -> None:
    runs = [CellRun(1, "ok"), CellRun(2, "error", "ValueError: x"), CellRun(3, "not run")]
    verdict = make("notebook_runs").judge(context(cells=["a", "b", "c"], runs=runs))
    assert verdict.place == Place("notebook", cell=2)
    assert str(verdict.message) == "2 of 3 cells did not run to the end. notebook, cell 2: ValueError: x."
    assert [str(quote.title) for quote in verdict.details] == ["notebook, cell 2", "notebook, cell 3"]
