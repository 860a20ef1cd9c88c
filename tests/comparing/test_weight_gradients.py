"""Gradients by single weights: the same on both sides for the same model, and nothing from a reply that has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.asking.values import Tensor
from grader.comparing.any_weights import Weight, draw
from grader.comparing.results import results_of
from grader.comparing.weight_gradients import DIRECTIONS, gradient_rows, reference_gradient_rows, with_weights
from grader.model import Outcome
from tests.checks.answering_worker import HEAD, reference_module, worker, worker_namespace
from tests.helpers import make

SOURCE = """
class Two(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.inner, self.unused = nn.Linear(n, 2), nn.Linear(1, 1)
    def forward(self, x):
        y = torch.tanh(self.inner(x))
        return {"y": y, "n": 3, "z": y.sum()}
    def double(self, x):
        return 2 * self(x)["y"]
"""


@pytest.mark.parametrize(
    ("then", "results"), [([], 1), ([{"method": "double", "given": {"x": {"result": 0, "path": "y"}}}], 2)]
)
def test_both_sides_have_the_same_gradients(
    then: list[Any], results: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reference_module(monkeypatch, "two", SOURCE)
    exec(HEAD + SOURCE, worker_namespace(monkeypatch, tmp_path))
    keys = {"target": "Two", "reference": "two:Two", "init": {"n": 2}, "given": {"x": [3, 2]}, "then": then}
    check: Any = make("outputs", points=1, **keys)
    [case] = check.cases(1)
    parameters = case.weights
    values = draw(parameters, 5)
    request = with_weights(case, values)
    reply, sent = worker._reply(request.action, request.arguments, request.arrays)
    found = results_of(Outcome(reply["status"], reply["value"], sent), request)
    assert found is not None
    rows, expected = gradient_rows(found, parameters), reference_gradient_rows(case, values, parameters)
    assert rows is not None
    assert rows.shape == expected.shape == (6 + 2, DIRECTIONS * results)
    np.testing.assert_allclose(rows, expected, rtol=1e-5)
    assert np.abs(rows[:6]).min() > 0
    assert (rows[6:] == 0).all()


def test_a_reply_without_gradients_gives_none() -> None:
    weights = [Weight("w", (2,), "numbers", "parameter")]
    good: Any = ([], {"w": Tensor(np.ones(2, np.float32), "float32", False)})
    rows = gradient_rows([good, good], weights)
    assert rows is not None
    assert rows.shape == (2, 2)
    infinite: Any = ([], {"w": Tensor(np.array([1, np.inf], np.float32), "float32", False)})
    long: Any = ([], {"w": Tensor(np.ones(3, np.float32), "float32", False)})
    others: list[Any] = [None, 3, ([], {}), ([], {"w": None}), infinite, long, []]
    for bad in others:
        assert gradient_rows([good, bad], weights) is None
    assert gradient_rows([], weights) is None
