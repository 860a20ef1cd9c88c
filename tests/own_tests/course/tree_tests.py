import copy
import unittest

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import lib.functions as functions
from lib.functions import softmax
from lib.models import Cell, train


@pytest.fixture(scope="module")
def cell():
    torch.manual_seed(0)
    return Cell(3, 4)


@pytest.fixture
def inputs():
    torch.manual_seed(1)
    return torch.randn(2, 3), torch.zeros(2, 4)


def test_fixed_numbers():
    torch.manual_seed(0)
    assert torch.allclose(Cell(2, 2).w.weight[0, 0], torch.tensor(-0.0053), atol=1e-3)


def test_same_seed(cell):
    torch.manual_seed(0)
    other = Cell(3, 4)
    assert torch.equal(other.w.weight, cell.w.weight)


def test_shapes(cell, inputs):
    assert cell(*inputs).shape == (2, 4)


def test_values(cell, inputs):
    x, h = inputs
    expected = torch.tanh(x @ cell.w.weight.T + cell.w.bias + h @ cell.u.weight.T)
    torch.testing.assert_close(cell(x, h), expected)


def test_is_a_module(cell):
    assert isinstance(cell, nn.Module)
    assert isinstance(cell, Cell)
    assert sum(p.numel() for p in cell.parameters()) == 3 * 4 + 4 + 4 * 4


def test_gradients_reach_the_weights(inputs):
    model = Cell(3, 4)
    model(*inputs).sum().backward()
    assert model.w.weight.grad is not None
    assert model.w.weight.grad.abs().sum() > 0


def test_constant_weights():
    model = Cell(3, 1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(0.5)
    assert model(torch.ones(1, 3), torch.ones(1, 1)).item() == pytest.approx(np.tanh(2.5))


def test_training_lowers_the_loss():
    torch.manual_seed(2)
    model = Cell(3, 4)
    before = copy.deepcopy(model.state_dict())
    losses = train(model, torch.randn(16, 3), torch.zeros(16, 4), steps=20)
    assert len(losses) == 20
    assert losses[-1] < losses[0]
    assert not torch.equal(before["w.weight"], model.state_dict()["w.weight"])


@pytest.mark.points(2)
@pytest.mark.parametrize("size", [1, 3, 7])
def test_softmax_sums_to_one(size):
    np.random.seed(size)
    np.testing.assert_allclose(softmax(np.random.randn(4, size)).sum(axis=-1), np.ones(4))


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=5))
def test_softmax_is_stable(values):
    assert np.isfinite(softmax(np.array(values))).all()


@pytest.mark.hint("Do not change the list that you are given.")
def test_does_not_change_its_input():
    values = [3, 1, 2]
    assert functions.ranked(values) == [1, 2, 3]
    assert values == [3, 1, 2]


@pytest.mark.hidden
def test_refuses_negative_numbers():
    with pytest.raises(ValueError, match="negative"):
        functions.root(-1)


class TestDropout:
    def test_has_the_right_share(self):
        torch.manual_seed(3)
        kept = functions.dropout(torch.ones(1000), 0.25)
        assert (kept > 0).float().mean().item() == pytest.approx(0.75, abs=0.05)

    def test_draws_from_the_usual_generator(self):
        torch.manual_seed(4)
        one = functions.dropout(torch.ones(50), 0.5)
        torch.manual_seed(4)
        assert torch.equal(one, functions.dropout(torch.ones(50), 0.5))


class RootTest(unittest.TestCase):
    def setUp(self):
        self.value = 9

    def test_root(self):
        self.assertAlmostEqual(functions.root(self.value), 3.0)

    def test_type(self):
        self.assertIsInstance(functions.root(4), float)
