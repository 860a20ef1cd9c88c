"""Which cells are needed: definitions and what they rest on, not the training."""

from __future__ import annotations

import pytest

from grader.ingest.needed_cells import needed_cells
from grader.model import Cell

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
