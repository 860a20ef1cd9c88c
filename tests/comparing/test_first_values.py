"""Buffers that could not be set: right results that rest on their first values alone need review."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks.answering_worker import reference_module, verdict_on, worker_namespace
from tests.helpers import make

NORMED = """
class Normed(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm = nn.BatchNorm1d(dim)
        self.out = nn.Linear(dim, 2)
    def forward(self, x):
        return self.out(self.norm(x))
"""
ATTRIBUTES = """
class Normed(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(dim)), nn.Parameter(torch.zeros(dim))
        self.out = nn.Linear(dim, 2)
        self.mean, self.var = torch.zeros(dim), torch.ones(dim)
    def forward(self, x):
        if self.training:
            self.mean, self.var = x.mean(0), x.var(0)
        y = (x - self.mean) / (self.var + 1e-5).sqrt()
        return self.out(y * self.weight + self.bias)
"""
LEFT_OUT = ATTRIBUTES.replace("y = (x - self.mean) / (self.var + 1e-5).sqrt()", "y = x / (1 + 1e-5) ** 0.5")
AVERAGE = """
class Average(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.out = nn.Linear(dim, 2)
        self.register_buffer("mean", torch.zeros(dim))
    def forward(self, x):
        self.mean = 0.5 * self.mean + 0.5 * x.mean(0)
        return self.out(x - self.mean)
"""
AS_ATTRIBUTE = AVERAGE.replace('self.register_buffer("mean", torch.zeros(dim))', "self.average = torch.zeros(dim)").replace(
    "self.mean", "self.average"
)  # fmt: skip
FORGETS = AS_ATTRIBUTE.replace("0.5 * self.average + 0.5", "0.5")


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    reference_module(monkeypatch, "normed", NORMED + AVERAGE)
    return worker_namespace(monkeypatch, tmp_path)


def _keys(target: str, **more: Any) -> dict[str, Any]:
    return {
        "points": 2,
        "target": target,
        "reference": f"normed:{target}",
        "init": {"dim": "d"},
        "given": {"x": ["n", "d"]},
        "sizes": [{"n": 4, "d": 3}],
        **more,
    }


@pytest.mark.parametrize(
    ("source", "status"),
    [(NORMED, "passed"), (ATTRIBUTES, "needs_review"), (LEFT_OUT, "needs_review")],
    ids=["buffers", "attributes", "left out"],
)
def test_a_normalisation_in_evaluation_mode_is_proved_by_its_buffers_alone(
    student: dict[str, object], source: str, status: str
) -> None:
    verdict = verdict_on(make("outputs", **_keys("Normed")), student, source)
    assert verdict.status == status
    if status != "passed":
        assert "has no buffers like" in str(verdict.message)
        assert "norm.running_mean" in str(verdict.message)


@pytest.mark.parametrize(
    ("source", "status"),
    [(AVERAGE, "passed"), (AS_ATTRIBUTE, "passed"), (FORGETS, "failed")],
    ids=["buffer", "attribute", "forgets"],
)
def test_a_state_that_a_later_call_shows_is_proved_without_a_buffer(
    student: dict[str, object], source: str, status: str
) -> None:
    keys = _keys("Average", then=[{"given": {"x": ["n", "d"]}}])
    assert verdict_on(make("outputs", **keys), student, source).status == status
