"""Checks that no submission could pass are mistakes of the rubric, with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import RubricError
from grader.rubric.load import parse_rubric, read_rubric
from tests.helpers import ROOT

RUBRICS = sorted((ROOT / "rubrics").glob("*.yaml"))
CODE = """\
rubric: 1
title: Example
points: 2
questions:
  - id: q
    title: A question
    points: 2
    checks:
      - kind: shapes
        id: shapes
        points: 1
        target: Small
        init: {width: w}
        calls: [{x: [n, w]}]
        returns: {y: [n, 2]}
        sizes: [{n: 2, w: 3}]
      - kind: same_output
        id: output
        points: 1
        target: NoiseRemovalModel
        reference: "reference.lstm:NoiseRemovalModel"
        init: {hidden_size: hidden, shift: shift}
        calls: [{x: [batch, seq, 1]}]
        sizes: [{batch: 2, seq: 4, hidden: 3, shift: 0}]
"""


def mistakes_in(text: str, references: bool = False) -> str:
    try:
        parse_rubric(text, "r.yaml", references)
    except RubricError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("target: Small", "target: Small.forward"), "r.yaml:12: questions[1].checks[1].target: 'Small.forward' is not"),
        (("target: NoiseRemovalModel", "target: a-b"), "r.yaml:20: questions[1].checks[2].target: 'a-b' is not"),
        (("{n: 2, w: 3}", "{n: 0, w: 3}"), "r.yaml:16: questions[1].checks[1].sizes[1].n: a size in a shape is at least 1"),
        (("{n: 2, w: 3}", "{n: 2, w: -3}"), "r.yaml:16: questions[1].checks[1].sizes[1].w: a size in a shape is at least 1"),
        (("seq: 4", "seq: 0"), "r.yaml:24: questions[1].checks[2].sizes[1].seq: a size in a shape is at least 1"),
        (("[n, 2]", "[n, 0]"), "r.yaml:9: questions[1].checks[1]: a length in a shape is at least 1, found 0"),
        (('"reference.lstm:N', '"reference.lstm.N'), "r.yaml:17: questions[1].checks[2]: reference must be module:Class"),
    ],
)  # fmt: skip
def test_a_check_that_cannot_work_is_a_mistake_when_it_is_read(change: tuple[str, str], message: str) -> None:
    assert mistakes_in(CODE) == ""
    assert message in mistakes_in(CODE.replace(*change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("lstm:NoiseRemovalModel", "lstmz:NoiseRemovalModel"), "ModuleNotFoundError: No module named 'reference.lstmz'"),
        (("lstm:NoiseRemovalModel", "lstm:NoiseModel"), "has no attribute 'NoiseModel'"),
        (("reference.lstm:NoiseRemovalModel", "reference.noise:add_noise"), "TypeError: add_noise is not a class"),
        (("shift: shift}", "shift: shift, more: 3}"), "takes from 2 to 3 positional arguments but 4 were given"),
        (("[batch, seq, 1]", "[batch, seq, 2]"), "with batch 2, seq 4, hidden 3, shift 0: "),
        (("[{x: [batch, seq, 1]}]", "[{x: [batch, seq, 1], y: [batch, 1]}]"), "takes 2 positional arguments but 3"),
        (("shift: 0", "shift: 9"), ""),
        (("hidden_size: hidden, shift: shift", "shift: shift, hidden_size: hidden"), ""),
    ],
    ids=["module", "class", "function", "arguments", "input", "inputs", "right", "another order"],
)  # fmt: skip
def test_a_reference_that_cannot_work_is_a_mistake_with_its_line(change: tuple[str, str], message: str) -> None:
    assert change[0] in CODE
    text = CODE.replace(*change)
    assert mistakes_in(text) == ""
    found = mistakes_in(text, references=True)
    assert (not found) if not message else found.startswith("r.yaml:21: questions[1].checks[2].reference: ")
    assert message in found


TRAINED = """\
rubric: 1
title: Example
points: 1
questions:
  - id: q
    title: A question
    points: 1
    checks:
      - kind: noise_removed
        points: 1
        target: NoiseRemovalModel
        reference: "reference.lstm:NoiseRemovalModel"
        init: {hidden_size: 4, shift: 2}
        training: {epochs: 1}
        full_at: 50
"""


def test_the_reference_of_a_training_is_called_too() -> None:
    assert mistakes_in(TRAINED, references=True) == ""
    assert "r.yaml:12: questions[1].checks[1].reference: " in mistakes_in(
        TRAINED.replace("shift: 2", "shift: 2, more: 1"), True
    )


@pytest.mark.parametrize("path", RUBRICS, ids=[path.stem for path in RUBRICS])
def test_the_references_of_the_shipped_rubrics_work(path: Path) -> None:
    read_rubric(path, references=True)
