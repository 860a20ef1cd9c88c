"""What is loaded before a submission's process is forked: what its code names, and what the rubric's checks need."""

from __future__ import annotations

import pytest

from grader.grading.loaded_first import loaded_first
from grader.rubric.load import parse_rubric
from tests.helpers import context

RUBRIC = """
rubric: 1
title: Lines
points: 1
questions:
  - {id: line, title: The line, points: 1, checks: [{kind: notebook_runs, points: 1}]}
"""
TRAINS = """
rubric: 1
title: Training
points: 1
questions:
  - id: net
    title: The net
    points: 1
    checks:
      - kind: noise_removed
        points: 1
        target: Net
        training: {epochs: 1, batch_size: 10, learning_rate: 0.01, curves: 20, held_back: 10}
        full_at: 50
"""


@pytest.mark.parametrize(
    ("cell", "file", "loads"),
    [
        ("import torch\nx = torch.zeros(3)", "", ()),
        ("optimizer = torch.optim.Adam(net.parameters())", "", ("torch.optim",)),
        ("from torch.optim import SGD", "import matplotlib.pyplot as plt", ("matplotlib.pyplot", "torch.optim")),
        ("optimisation = 1  # optimal", "import seaborn", ("matplotlib.pyplot",)),
    ],
)
def test_modules_that_the_code_names_are_loaded(cell: str, file: str, loads: tuple[str, ...]) -> None:
    files = {"lib/plots.py": file.encode(), "notes.txt": b"matplotlib and torch.optim"}
    assert loaded_first(context(cells=[cell], files=files).submission, parse_rubric(RUBRIC, "rubric.yaml")) == loads


def test_a_rubric_that_trains_needs_optimizers() -> None:
    assert loaded_first(context(cells=["x = 1"]).submission, parse_rubric(TRAINS, "rubric.yaml")) == ("torch.optim",)
