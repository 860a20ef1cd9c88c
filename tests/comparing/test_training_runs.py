"""The reference is trained as a submission is: on one thread, with the same inputs, from the same seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from grader.asking.values import Held, Tensor
from grader.comparing.reference_outputs import ReferenceFault
from grader.comparing.training_runs import TrainingRuns

SOLUTION = """
import torch
class Model(torch.nn.Module):
    def __init__(self, size):
        super().__init__()
        self.layer = torch.nn.Linear(size, 1)
    def forward(self, x):
        return self.layer(x) if not self.training else self.layer(x) * 0
def fit(model, x, y, value):
    model.train()
    with torch.no_grad():
        model.layer.weight.fill_(value)
        model.layer.bias.fill_(torch.get_num_threads() + y.sum())
def broken(model, x, y, value):
    raise ValueError("no step")
"""
GIVEN: dict[str, Any] = {"model": Held("model"), "x": Held("inputs"), "y": Held("targets"), "value": 2.0}
DATA = (Tensor(np.ones((3, 2), np.float32), "float32"), Tensor(np.ones(3, np.int64), "int64"))


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "solution.py").write_text(SOLUTION)
    return str(tmp_path)


def test_the_trained_model_answers_in_evaluation_mode(folder: str) -> None:
    threads = torch.get_num_threads()
    runs = TrainingRuns("solution:Model", "solution:fit", folder)
    found = runs.run({"size": 2}, GIVEN, DATA, Tensor(np.ones((1, 2), np.float32), "float32"), 1)
    assert found.array.tolist() == [[2.0 + 2.0 + 1 + 3]]
    assert torch.get_num_threads() == threads


def test_what_it_raises_is_the_references_fault(folder: str) -> None:
    with pytest.raises(ReferenceFault, match="no step"):
        TrainingRuns("solution:Model", "solution:broken", folder).run({"size": 2}, GIVEN, DATA, DATA[0], 1)
