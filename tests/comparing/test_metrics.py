"""Metrics of what a trained model returned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.asking.values import Tensor
from grader.comparing.metrics import NoMetric, metric_of
from grader.comparing.reference_outputs import ReferenceFault

LOGITS = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 5.0]], np.float32)


def classes(*numbers: int) -> Tensor:
    return Tensor(np.array(numbers), "int64")


@pytest.mark.parametrize(
    ("name", "found", "wanted", "value"),
    [
        ("accuracy", LOGITS, classes(0, 1, 2, 2), 0.75),
        ("mse", np.array([1.0, 3.0]), Tensor(np.array([1.0, 1.0]), "float32"), 2.0),
        ("cross_entropy", np.zeros((2, 4)), classes(0, 3), np.log(4)),
        ("perplexity", np.zeros((2, 3, 4)), Tensor(np.zeros((2, 3), int), "int64"), 4.0),
        ("perplexity", np.array([[1000.0, 0.0]]), classes(0), 1.0),
    ],
)
def test_a_metric_by_name(name: str, found: Any, wanted: Tensor, value: float) -> None:
    assert metric_of(name, Tensor(np.asarray(found), "float32"), wanted, "") == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "found", "why"),
    [
        ("accuracy", LOGITS[:3], "shape"),
        ("accuracy", LOGITS[..., None], "shape"),
        ("mse", LOGITS, "shape"),
        ("cross_entropy", LOGITS[:, 0], "shape"),
        ("accuracy", 3.0, "no array"),
        ("accuracy", None, "no array"),
        ("cross_entropy", LOGITS * np.nan, "finite"),
    ],
)
def test_what_a_metric_cannot_use(name: str, found: Any, why: str) -> None:
    with pytest.raises(NoMetric, match=why):
        metric_of(name, found, classes(0, 1, 2, 2), "")


def test_a_metric_of_the_course(tmp_path: Path) -> None:
    (tmp_path / "scores.py").write_text(
        "def half(found, wanted):\n    return (found.argmax(-1) == wanted).float().mean() / 2\n"
    )
    assert metric_of("scores:half", LOGITS, classes(0, 1, 2, 2), str(tmp_path)) == 0.375
    with pytest.raises(ReferenceFault):
        metric_of("scores:other", LOGITS, classes(0, 1, 2, 2), str(tmp_path))
