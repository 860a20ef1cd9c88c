"""Where a line of a traceback stands in a submission, and what is known of the code around it."""

from __future__ import annotations

import pytest

from grader.blame.scene import Scene, bound
from grader.model import CellRun, Frame, Place, Raised
from tests.helpers import context

CELLS = ["import torch", "class Net:\n    def forward(self, x):\n        return x[9]\n"]


@pytest.mark.parametrize(
    ("frame", "place", "line"),
    [
        (Frame(cell=2, line=3), Place("notebook", 3, 2), "        return x[9]"),
        (Frame(cell=2, line=30), Place("notebook", 30, 2), ""),
        (Frame(cell=7, line=1), Place(line=1), ""),
        (Frame("src/a.py", line=2), Place("src/a.py", 2), "b = 2"),
        (Frame("<definitions>", line=4), Place("notebook", 2, 2), "    def forward(self, x):"),
        (Frame("<string>", line=4), Place(), ""),
    ],
    ids=["a cell", "beyond its end", "no such cell", "a file", "a definition", "made at run time"],
)
def test_the_place_of_a_line_and_its_text(frame: Frame, place: Place, line: str) -> None:
    view = context(cells=CELLS, files={"src/a.py": b"a = 1\nb = 2\n"})
    scene = Scene(view.submission, view.evidence, ((3, Place("notebook", 2, 2)), (8, Place("notebook", 3, 2))))
    assert (scene.place_of(frame), scene.line_of(frame)) == (place, line)


def test_the_submissions_own_modules_and_names() -> None:
    scene = context(cells=CELLS, files={"src/models.py": b"", "data.csv": b""}).scene
    around = scene.surroundings(Raised("E", frames=(Frame(cell=2, line=3, function="forward"),)))
    assert around.modules == {"src", "models"}
    assert {"Net", "forward"} <= around.names
    assert (around.line.strip(), around.function) == ("return x[9]", "forward")


def test_cells_that_did_not_run_to_their_end() -> None:
    runs = [CellRun(1, "error", "E"), CellRun(2, "ok"), CellRun(3, "not needed"), CellRun(4, "not run")]
    assert [run.number for run in context(runs=runs).scene.stopped()] == [1, 4]


@pytest.mark.parametrize(
    ("source", "names", "others"),
    [
        ("import numpy as np\nfrom torch import nn", ["np", "nn"], ["numpy", "torch"]),
        ("def f(): pass\nclass C: pass\nx, y = 1, 2", ["f", "C", "x", "y"], ["z"]),
        ("!pip install einops\nimport einops.layers", ["einops"], ["pip"]),
        ("from course import *", ["anything"], []),
        ("print 'done'", ["done"], ["other"]),
    ],
)
def test_the_names_that_a_cell_binds(source: str, names: list[str], others: list[str]) -> None:
    found = bound(source)
    assert all(name in found for name in names)
    assert not any(name in found for name in others)


def test_a_cell_of_empty_lines_is_searched_in_a_moment() -> None:
    """A pattern that crosses lines would take hours here."""
    scene = context(cells=["\n" * 300_000 + "class Net: pass"]).scene
    assert "Net" in scene.surroundings(Raised("E")).names
