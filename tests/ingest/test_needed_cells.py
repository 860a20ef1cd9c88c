"""Which cells are needed: definitions and what they rest on, not the training."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from grader.definitions.bindings import bindings_of
from grader.definitions.extract import Definitions, extract_definitions
from grader.ingest.discover import discover
from grader.ingest.modules import statements
from grader.ingest.needed_cells import needed_cells, needed_source
from grader.ingest.open_submission import open_submission
from grader.model import Cell, Submission
from tests.helpers import shipped

MODEL = "class Model(nn.Module):\n    def forward(self, x): return helper(x) * SCALE"


def needed(*sources: str) -> set[int]:
    return needed_cells([Cell(n, source, "") for n, source in enumerate(sources, 1)], ["Model"])


def test_imports_helpers_and_constants_run_and_training_does_not() -> None:
    cells = ["from torch import nn", "SCALE = 2", "def helper(x): return x", MODEL, "m = Model()\ntrain(m)", "plot(m)"]
    assert needed(*cells) == {1, 2, 3, 4}


@pytest.mark.parametrize(
    "cell",
    ["Model.forward = other", "setattr(Model, 'forward', other)", "%run other.py", "!pip list", "from lib import *",
     "torch.manual_seed(0)", "class Model: pass", "Model = wrap(Model)", "CONFIG['x'] = 1; SCALE['a'] = 2", "exec(text)"],
)  # fmt: skip
def test_what_may_matter_runs(cell: str) -> None:
    assert 3 in needed("from torch import nn\nSCALE = {}\ndef helper(x): return x", MODEL, cell)


@pytest.mark.parametrize(
    "cell", ["for e in range(9): step(e)", "print(SCALE)", "losses = train(Model())", "y = SCALE + 1"]
)
def test_what_cannot_matter_does_not_run(cell: str) -> None:
    assert 3 not in needed("SCALE = 2", MODEL, cell)


def test_a_cell_that_does_not_parse_makes_all_run() -> None:
    assert needed("x = 1", "y = = 2", MODEL) == {1, 2, 3}


def test_names_that_are_local_to_a_method_need_no_cell() -> None:
    cells = [
        "import torch\nfrom torch import nn",
        "class Model(nn.Module):\n    def forward(self, x):\n        y = self.a(x)\n        self.last = y\n        return y",
        "x = torch.zeros(1, 3)",
        "class Other:\n    def __init__(self, rate):\n        self.rate = rate",
        "def train():\n    for bar in tqdm(range(9)): bar.update(1)",
        "for y in range(100): train()",
    ]
    assert needed(*cells) == {1, 2}


@pytest.mark.parametrize(
    "function",
    [
        "def f():\n    Model.forward = other",
        "def f():\n    global SCALE\n    SCALE = 3",
        "def f():\n    SCALE['a'] = 3",
    ],
    ids=["a method is replaced", "a constant is set", "an item is set"],
)
def test_the_call_of_a_function_that_changes_what_is_needed_runs(function: str) -> None:
    head = "from torch import nn\nSCALE = {}\ndef helper(x): return x"
    assert needed(head, MODEL, function, "f()", "g()") == {1, 2, 3, 4}


@pytest.mark.parametrize(
    "cell",
    ["class Base(nn.Module):\n    size = size", "Base = type(size)", "def Base(a=size): pass", "@size\ndef Base(): pass",
     "Base = nn\nBase += size", "Base = [size for _ in range(3)]", "def Base(): return [size for _ in range(3)]"],
)  # fmt: skip
def test_a_name_from_outside_is_needed_wherever_it_stands(cell: str) -> None:
    assert needed("size = 3", cell, "class Model(Base): pass") == {1, 2, 3}


@pytest.mark.parametrize(
    "cell", ["x = " + "+".join(["y"] * 3000), "def f():\n    print(a)\n    global a"], ids=["too deep", "scopes"]
)
def test_a_cell_whose_names_are_not_known_makes_all_run(cell: str) -> None:
    assert needed("x = 1", cell, MODEL) == {1, 2, 3}


TRAINS = re.compile(r"\.backward\(|\.step\(|\btrain\w*\(|\bfit\(|\brun_\w+\(")


def _trains(cell: Cell) -> bool:
    """Whether a cell trains when it runs, and not only defines how."""
    definitions = (ast.ClassDef, ast.FunctionDef, ast.Import, ast.ImportFrom)
    run = (ast.unparse(one) for one in statements(cell) if not isinstance(one, definitions))
    return not cell.module and any(TRAINS.search(text) for text in run)


def test_most_of_the_training_in_the_samples_is_left_out_and_every_definition_stays(submissions: Path) -> None:
    training, left_out = 0, 0
    for name in ("noise-removal", "sequence-modeling"):
        rubric = shipped(name)
        for source in discover([submissions / name]):
            opened = open_submission(source, rubric.execute.notebook, rubric.targets)
            needed = needed_cells(opened.cells, rubric.targets)
            trains = [cell.number for cell in opened.cells if _trains(cell)]
            training += len(trains)
            left_out += len(set(trains) - needed)
            kept = replace(opened, cells=tuple(cell for cell in opened.cells if cell.number in needed))
            assert _definitions(kept, rubric.targets) == _definitions(opened, rubric.targets), opened.team
    assert training >= 20
    assert 2 * left_out >= training


def _definitions(submission: Submission, targets: Sequence[str]) -> Definitions:
    return extract_definitions(bindings_of(submission), targets)


def test_the_source_of_a_target_is_written_alike_without_what_it_does_not_depend_on() -> None:
    cells = [
        Cell(1, "import re, torch\nN=1", ""),
        Cell(2, "class Model:\n  n = N  # so\n\n  t=torch", ""),
        Cell(3, "x = (", ""),
    ]
    more = [
        Cell(1, "%matplotlib inline\nimport torch\nM = 2\nN = 1\nprint(N)\nclass Model:\n    n = N\n    t = torch", "")
    ]
    assert needed_source(cells, "Model") == needed_source(more, "Model")
    assert needed_source(cells, "Model") == ("import torch", "N = 1", "class Model:\n    n = N\n    t = torch")
