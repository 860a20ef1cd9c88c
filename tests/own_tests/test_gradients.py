"""Gradients go through results of the submission, to its weights and back to the inputs of a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from grader.own_tests.asker import Asker
from grader.own_tests.trouble import EndTest
from tests.own_tests.direct import asker_of

SOURCE = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1)
    def forward(self, x): return self.fc(x)
def learn(net):
    net(torch.ones(1, 2)).sum().backward()
def of_tensor(x): return (x * x).sum()
"""


@pytest.fixture
def asker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asker:
    return asker_of(monkeypatch, tmp_path, SOURCE)


def test_gradients_go_through_both_sides(asker: Asker) -> None:
    net = asker.get("Net")()
    x = torch.tensor([[1.0, 2.0]], requires_grad=True)
    (net(x * 3) ** 2).sum().backward()
    weight, bias = net.fc.weight.detach(), net.fc.bias.detach()
    copy = x.detach().clone().requires_grad_()
    inner = weight.clone().requires_grad_()
    ((copy * 3) @ inner.T + bias).pow(2).sum().backward()
    torch.testing.assert_close(x.grad, copy.grad)
    torch.testing.assert_close(net.fc.weight.grad, inner.grad)
    net.zero_grad()
    assert net.fc.weight.grad is None


def test_gradients_that_the_submission_computes_show_here(asker: Asker) -> None:
    net = asker.get("Net")()
    weight: Any = net.fc.weight
    gradients = [weight.grad]
    for _ in range(2):
        asker.get("learn")(net)
        gradients.append(weight.grad.tolist())
        weight.grad.zero_()
    assert gradients == [None, [[1.0, 1.0]], [[1.0, 1.0]]]


def test_an_optimizer_here_trains_the_weights_there(asker: Asker) -> None:
    net = asker.get("Net")()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    losses = []
    for _ in range(3):
        optimizer.zero_grad()
        loss = net(torch.ones(1, 2)).pow(2).sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[2] < losses[1] < losses[0]


def test_a_gradient_of_a_gradient_is_not_supported(asker: Asker) -> None:
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(EndTest):
        torch.autograd.grad(asker.get("of_tensor")(x), x, create_graph=True)
    assert "gradient of a gradient" in asker.trouble.unsupported
