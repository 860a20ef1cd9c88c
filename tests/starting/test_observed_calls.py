"""What the observer notes of calls; it runs here as it does in the process of a solution."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.starting.observed_calls import MARK, OBSERVER

SOURCE = """
import torch

class Net:
    def __init__(self, d): self.d = d
    def __call__(self, x): return [inner for inner in range(self.d)]

def f(x, *more, k=1): return x
def g(a, b): return (lambda v: v)(a)

Net(2)(torch.tensor([1.0, -2.0]))
f(3)
for n in range(5):
    g({"n": n, "long": "y" * 500}, (None, float("inf"), object()))
"""


@pytest.fixture
def noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Mapping[str, Any]:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(OBSERVER, names)
    exec(compile(SOURCE, str(tmp_path / "solution.py"), "exec"), names)
    names["_end_observing"]()
    found: Mapping[str, Any] = json.loads(capsys.readouterr().out.partition(MARK)[2])
    return found


def test_calls_are_described_with_types_shapes_and_values(noted: Mapping[str, Any]) -> None:
    assert set(noted) == {"Net.__init__", "Net.__call__", "f", "g"}
    assert noted["Net.__call__"][0]["given"]["x"] == {
        "is": "torch", "shape": [2], "dtype": "float32", "from": -2.0, "to": 1.0
    }  # fmt: skip
    assert noted["f"] == [{"more": True, "given": {"x": {"is": "value", "value": 3}, "k": {"is": "value", "value": 1}}}]


def test_at_most_three_calls_of_each_and_no_long_text(noted: Mapping[str, Any]) -> None:
    assert len(noted["g"]) == 3
    given = noted["g"][2]["given"]
    assert given["a"]["parts"]["n"] == {"is": "value", "value": 2}
    assert len(given["a"]["parts"]["long"]["value"]) == 200
    assert [part["is"] for part in given["b"]["parts"]] == ["value", "other", "other"]
