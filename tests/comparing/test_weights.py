"""Which part of a reference is read as an LSTM cell, and which as a linear layer."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from grader.comparing.weights import units_of
from reference.lstm import LSTM, LSTMCell


class Projection(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, 8)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.linear(x))


class Zelle(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.gates = nn.Linear(width, 8)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        a, b, d, e = self.gates(x).chunk(4, 1)
        return torch.sigmoid(e) * torch.tanh(torch.sigmoid(a) * c + torch.sigmoid(b) * torch.tanh(d))


class Around(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.cell = Projection(width)
        self.inner = Zelle(width)


@pytest.mark.parametrize(
    ("model", "kinds"),
    [
        (LSTMCell(3, 2), ["cell"]),
        (LSTM(3, 2), ["cell"]),
        (Projection(5), ["linear"]),
        (nn.Sequential(nn.Linear(5, 8)), ["linear"]),
        (Zelle(5), ["cell"]),
        (Zelle(2), ["linear"]),
        (Around(5), ["linear", "cell"]),
        (nn.Embedding(4, 8), ["other"]),
    ],
    ids=["a cell", "a layer", "a projection", "a list", "another name", "without inputs", "inside", "a table"],
)
def test_a_linear_layer_is_a_cell_only_where_its_class_computes_one(model: nn.Module, kinds: list[str]) -> None:
    assert [unit.kind for unit in units_of(model)] == kinds
