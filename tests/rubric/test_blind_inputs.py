"""Inputs that hide a mistake are warnings."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.rubric.blind_inputs import warnings_on_inputs
from grader.rubric.load import read_rubric
from tests.helpers import ROOT
from tests.small_course import course

MASKED = "def f(x, mask):\n    return x * mask\n"
RUBRIC = """\
rubric: 1
title: Masks
points: 1
questions:
  - id: q
    title: Q
    points: 1
    checks:
      - {kind: outputs, id: f, points: 1, target: f, reference: "solution:f", given: {x: [n], mask: MASK}, sizes: [SIZES]}
"""


@pytest.mark.parametrize(
    ("mask", "sizes", "found"),
    [
        ("{mask: random, shape: [n]}", "{n: 9}", []),
        ("{mask: padding, shape: [2, n]}", "{n: 1}", ["f: the mask 'mask' is true everywhere in every case"]),
        ("{ones: [n]}", "{n: 3}", ["f: the mask 'mask' is true everywhere in every case"]),
        ("{zeros: [n]}", "{n: 3}", ["f: the mask 'mask' is false everywhere in every case"]),
        ("{ones: [n]}", "{n: 3}, {n: 4}", ["f: the mask 'mask' is true everywhere in every case"]),
        ("{mask: random, shape: [n]}", "{n: 9, m: 3}", ["f: no input uses the size 'm'"]),
        ("3", "{n: 9}", []),
    ],
)
def test_what_is_warned_of(tmp_path: Path, mask: str, sizes: str, found: list[str]) -> None:
    rubric = course(tmp_path, RUBRIC.replace("MASK", mask).replace("SIZES", sizes), MASKED)
    assert [sentence.partition(";")[0] for sentence in warnings_on_inputs(rubric)] == found


@pytest.mark.parametrize("name", ["numpy-rnn", "attention", "language-model", "image-classifier"])
def test_no_shipped_rubric_is_blind(name: str) -> None:
    assert list(warnings_on_inputs(read_rubric(ROOT / "rubrics" / name / "rubric.yaml"))) == []
