"""Shapes that an answer states for each layer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import yaml

from grader.checks.written_shapes import WrittenShapes
from tests.helpers import context, shipped_check

LAYERS = (
    "Input: (batch, seq, 1)\nPadding: (batch, seq + shift, 1)\nFirst LSTM: (batch, seq + shift, hidden)\n"
    "Slice: (batch, seq, hidden)\nSecond LSTM: (batch, seq, hidden)\nLinear: (batch, seq, 1)"
)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (LAYERS, "passed"),
        (LAYERS.replace("First LSTM: (batch, seq + shift", "First LSTM: (batch, seq"), "failed"),
        (LAYERS.replace("Second LSTM: (batch, seq, hidden)", "Second LSTM: (batch, hidden)"), "failed"),
        (LAYERS.replace("seq + shift", "T + 10"), "needs_review"),
        (LAYERS + "\nThe first LSTM receives (batch, seq + shift, 1).", "needs_review"),
        ("Nothing about shapes.", "needs_review"),
        (
            LAYERS.replace("seq", "80").replace("80 + shift", "90").replace("hidden", "40").replace("batch", "10"),
            "passed",
        ),
    ],
)
def test_written_shapes(answer: str, status: str) -> None:
    assert shipped_check("q3-shapes").judge(context(answer)).status == status


def judged_by(keys: dict[str, Any], answer: str) -> tuple[str, Decimal]:
    """Judge with a rubric of five stages, of which padding and cut may be left out, and more keys."""
    stages = yaml.safe_load("""
        - {name: input, shape: [batch, seq, 1], words: [input]}
        - {name: padding, shape: [batch, seq + shift, 1], words: [padding], optional: true}
        - {name: hidden layer, shape: [batch, seq + shift, hidden], words: [hidden layer]}
        - {name: cut, shape: [batch, seq, hidden], words: [cut], optional: true}
        - {name: output, shape: [batch, seq, 1], words: [output]}""")
    dimensions: dict[str, list[str]] = {name: [] for name in ("batch", "seq", "shift", "hidden")}
    check = WrittenShapes.model_validate(
        {"id": "shapes", "points": 1, "dimensions": dimensions, "stages": stages, **keys}
    )
    verdict = check.judge(context(answer))
    return str(verdict.status), verdict.credit


NONE_MISSING = "input (batch, seq, 1), hidden layer (batch, seq + shift, hidden), output (batch, seq, 1)"
ONE_MISSING = "hidden layer (batch, seq + shift, hidden), output (batch, seq, 1)"
ONE_WRONG = NONE_MISSING.replace("seq + shift", "seq")
OPTIONAL_WRONG = NONE_MISSING.replace("hidden layer", "padding (batch, seq, hidden), hidden layer")
TWO_WRONG = ONE_WRONG.replace("output (batch, seq, 1)", "output (batch, seq, hidden)")


@pytest.mark.parametrize(
    ("keys", "answer", "share"),
    [
        ({}, NONE_MISSING, "1"),
        ({}, ONE_MISSING, "0.5"),
        ({"incomplete": 0.25}, ONE_MISSING, "0.25"),
        ({"per_stage": True}, ONE_MISSING, "0.66"),
        ({}, ONE_WRONG, "0.5"),
        ({"one_wrong": 0}, ONE_WRONG, "0"),
        ({"one_wrong": 0.75}, ONE_WRONG, "0.75"),
        ({"per_stage": True}, ONE_WRONG, "0.66"),
        ({}, OPTIONAL_WRONG, "0.5"),
        ({"per_stage": True}, OPTIONAL_WRONG, "0.75"),
        ({}, TWO_WRONG, "0"),
        ({"per_stage": True}, TWO_WRONG, "0.33"),
    ],
)
def test_the_rubric_says_what_missing_and_wrong_stages_cost(keys: dict[str, Any], answer: str, share: str) -> None:
    assert judged_by(keys, answer) == ("passed" if share == "1" else "failed", Decimal(share))


NO_BATCH = "input (seq, 1), hidden layer (seq + shift, hidden), output (seq, 1)"
TIME_FIRST = "input (seq, batch, 1), hidden layer (seq + shift, batch, hidden), output (seq, batch, 1)"
SAID_SO = f"All shapes are (time, batch, features): {TIME_FIRST}"


@pytest.mark.parametrize(
    ("keys", "answer", "status", "share"),
    [
        ({}, NO_BATCH, "needs_review", "0"),
        ({"no_batch": 0.5}, NO_BATCH, "failed", "0.5"),
        ({"no_batch": 1}, NO_BATCH, "passed", "1"),
        ({"no_batch": 0.5}, NO_BATCH.replace("(seq + shift, hidden)", "(seq, hidden)"), "failed", "0.25"),
        ({}, TIME_FIRST, "needs_review", "0"),
        ({"time_first": 0.75}, TIME_FIRST, "failed", "0.75"),
        ({"time_first": 1}, TIME_FIRST, "passed", "1"),
        ({}, SAID_SO, "passed", "1"),
        ({"time_first": 1}, TIME_FIRST.replace("(seq, batch, 1)", "(batch, seq, 1)", 1), "needs_review", "0"),
    ],
)
def test_the_rubric_says_what_another_convention_costs(
    keys: dict[str, Any], answer: str, status: str, share: str
) -> None:
    assert judged_by(keys, answer) == (status, Decimal(share))


@pytest.mark.parametrize(
    ("taken", "status"),
    [("(batch, seq, 1)", "passed"), ("(batch, seq + shift, 1)", "needs_review"), ("(batch, 3, 1)", "needs_review")],
)
def test_the_input_of_a_layer_is_what_the_stage_before_gives(taken: str, status: str) -> None:
    answer = (
        "The input is (batch, seq, 1). The padding gives (batch, seq + shift, 1). The hidden layer gives "
        "(batch, seq + shift, hidden). After the cut it is (batch, seq, hidden). "
        f"The output layer takes {taken.replace('1)', 'hidden)')} and returns (batch, seq, 1)."
    )
    assert judged_by({}, answer)[0] == status
