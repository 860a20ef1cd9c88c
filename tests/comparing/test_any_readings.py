"""The weights of a submission in any layout, read as those of the reference."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from grader.comparing.any_readings import MAX_READINGS, readings
from grader.comparing.any_weights import (
    Weight,
    biases_differ,
    draw,
    weights_in,
    weights_of,
)
from grader.sandbox.boundary.worker_module import worker


def listed(model: nn.Module) -> tuple[Weight, ...]:
    """Return the weights of a model as the worker lists them."""
    entries = worker()._weights({"on": "m"}, {}, {"m": model})
    found = weights_of(entries)
    assert found is not None
    return found


class Reference(nn.Module):
    """Two projections, a norm and an output."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k = nn.Linear(4, 6), nn.Linear(4, 6)
        self.norm = nn.LayerNorm(6)
        self.out = nn.Linear(6, 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        q, k = self.q(x), self.k(x)
        result: Tensor = self.out(self.norm(q * torch.sigmoid(k)))
        return result


class Fused(Reference):
    def __init__(self) -> None:
        nn.Module.__init__(self)
        self.out = nn.Linear(6, 2, bias=False)
        self.n = nn.LayerNorm(6)
        self.both = nn.Linear(4, 12)

    def forward(self, x: Tensor) -> Tensor:
        k, q = self.both(x).chunk(2, -1)
        result: Tensor = self.out(self.n(q * torch.sigmoid(k)))
        return result


class InTurn(Fused):
    def forward(self, x: Tensor) -> Tensor:
        q, k = self.both(x).view(-1, 3, 2, 2).unbind(2)
        result: Tensor = self.out(self.n(q.reshape(-1, 6) * torch.sigmoid(k.reshape(-1, 6))))
        return result


class Split(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.qs, self.ks = (nn.ModuleList(nn.Linear(4, 2) for _ in range(3)) for _ in range(2))
        self.norm = nn.LayerNorm(6)
        self.out = nn.Linear(6, 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        q, k = (torch.cat([part(x) for part in parts], -1) for parts in (self.qs, self.ks))
        result: Tensor = self.out(self.norm(q * torch.sigmoid(k)))
        return result


class Own(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.wk, self.wq = nn.Parameter(torch.randn(4, 6)), nn.Parameter(torch.randn(4, 6))
        self.bk, self.bq = nn.Parameter(torch.zeros(6)), nn.Parameter(torch.zeros(6))
        self.gain, self.shift = nn.Parameter(torch.ones(6)), nn.Parameter(torch.zeros(6))
        self.wo = nn.Parameter(torch.randn(2, 6))

    def forward(self, x: Tensor) -> Tensor:
        h = (x @ self.wq + self.bq) * torch.sigmoid(x @ self.wk + self.bk)
        h = (h - h.mean(-1, keepdim=True)) / (h.var(-1, keepdim=True, unbiased=False) + 1e-5).sqrt()
        return (h * self.gain + self.shift) @ self.wo.T


class NoBias(Reference):
    def __init__(self) -> None:
        super().__init__()
        self.q, self.k = nn.Linear(4, 6, bias=False), nn.Linear(4, 6, bias=False)


class OneMore(Reference):
    def __init__(self) -> None:
        super().__init__()
        self.out = nn.Linear(6, 2)


class Exchanged(Reference):
    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.out(self.norm(torch.sigmoid(self.q(x)) + self.k(x)))
        return result


def set_weights(model: nn.Module, values: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]) -> None:
    with torch.no_grad():
        for name, value in {**dict(model.named_parameters()), **dict(model.named_buffers())}.items():
            if name in values:
                value.copy_(torch.tensor(values[name]))


def equal_under(model: nn.Module, reference: nn.Module | None = None) -> int:
    """Return how many readings make the reference compute what the model computes."""
    reference = (reference or Reference()).eval()
    weights, x = listed(model), torch.randn(5, 4, generator=torch.Generator().manual_seed(1))
    values = draw(weights, 3, biases_differ(weights_in(reference), weights))
    set_weights(model.eval(), values)
    count = 0
    with torch.no_grad():
        wanted = model(x)
        for reading in readings(weights_in(reference), weights):
            carried = reading.carry({name: torch.tensor(value) for name, value in values.items()})
            reference.load_state_dict(carried, strict=False)
            count += bool(torch.allclose(reference(x), wanted, atol=1e-5))
    return count


@pytest.mark.parametrize("model", [Reference, Fused, InTurn, Split, NoBias, OneMore])
def test_right_weights_in_any_layout_are_found(model: Callable[[], nn.Module]) -> None:
    assert equal_under(model()) >= 1


def test_parameters_of_its_own_are_transposed_and_paired_in_order() -> None:
    assert equal_under(Own()) >= 1


def test_another_computation_is_equal_under_no_reading() -> None:
    assert equal_under(Exchanged()) == 0


def test_running_values_of_a_normalisation_are_read_too() -> None:
    one, other = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)), nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
    roles = {weight.name: weight.role for weight in listed(one)}
    assert roles["1.running_mean"] == "buffer of zeros"
    assert roles["1.running_var"] == "buffer of ones"
    assert roles["1.num_batches_tracked"] == "count"
    assert equal_under(one, other) >= 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (nn.Conv2d(2, 3, 3), nn.Conv2d(2, 3, 3)),
        (nn.Embedding(5, 3), nn.Embedding(5, 3)),
        (nn.GRU(4, 3), nn.GRU(4, 3)),
        (nn.Linear(6, 2), nn.Conv1d(6, 2, 1)),
    ],
    ids=["convolution", "embedding", "recurrent", "another form"],
)
def test_other_layers_are_read_in_order(one: nn.Module, other: nn.Module) -> None:
    ours, theirs = weights_in(one), listed(other)
    values = draw(theirs, 1)
    carried = next(readings(ours, theirs)).carry({name: torch.tensor(value) for name, value in values.items()})
    one.load_state_dict(carried)
    assert [value.numel() for value in carried.values()] == [value.size for value in values.values()]


def test_the_number_of_readings_is_bounded() -> None:
    tower = nn.ModuleList(nn.Linear(5, 5) for _ in range(9))
    other = nn.ModuleDict({f"layer{n}": nn.Linear(5, 5) for n in range(9)})
    assert 2 < len(list(readings(weights_in(tower), listed(other)))) <= MAX_READINGS
