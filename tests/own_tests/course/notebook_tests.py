import numpy as np
import pytest
import torch

import notebook
from notebook import LEARNING_RATE, Network, accuracy, batches, distances


def test_learning_rate():
    assert LEARNING_RATE == pytest.approx(0.01)


def test_distances():
    a, b = np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0]])
    np.testing.assert_allclose(distances(a, b), [[0.0], [5.0]])


def test_distances_of_random_points():
    rng = np.random.RandomState(0)
    a, b = rng.randn(5, 3), rng.randn(4, 3)
    np.testing.assert_allclose(distances(a, b), np.linalg.norm(a[:, None] - b[None], axis=-1))


@pytest.mark.parametrize(("found", "expected"), [([1, 1], 1.0), ([1, 0], 0.5), ([0, 0], 0.0)])
def test_accuracy(found, expected):
    assert accuracy(np.array(found), np.array([1, 1])) == expected


def test_batches_have_all_rows():
    parts = list(batches(np.arange(10), 3))
    assert [len(part) for part in parts] == [3, 3, 3, 1]
    assert sorted(np.concatenate(parts).tolist()) == list(range(10))


def test_batches_are_lazy():
    assert len(next(batches(np.arange(10), 4))) == 4


def test_network():
    torch.manual_seed(0)
    network = Network(5, 2)
    assert network(torch.zeros(3, 5)).shape == (3, 2)
    assert list(network.state_dict()) == ["hidden.weight", "hidden.bias", "out.weight", "out.bias"]


def test_network_in_eval_mode_is_deterministic():
    network = Network(5, 2)
    network.eval()
    x = torch.ones(1, 5)
    assert torch.equal(network(x), network(x))
    assert not network.training


def test_describe(capsys):
    notebook.describe(3)
    assert capsys.readouterr().out == "3 classes\n"


def test_history():
    history = notebook.History()
    history.add("loss", 1.0)
    history.add("loss", 0.5)
    assert history["loss"] == [1.0, 0.5]
    assert len(history) == 1
    assert "loss" in history
    with pytest.raises(KeyError):
        history["accuracy"]
