"""Sentences that describe a change of shape: the right change at the right stage."""

from __future__ import annotations

import pytest

from grader.reading.shape_changes import describes_change
from grader.reading.shapes import Shape, length


def shape(*lengths: str) -> Shape:
    return tuple(map(length, lengths))


INPUT, PADDED = shape("batch", "seq", "1"), shape("batch", "seq + shift", "1")
HIDDEN, SLICED = shape("batch", "seq + shift", "hidden"), shape("batch", "seq", "hidden")


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("the input has a batch, a time and one feature.", True),
        ("the input is batch, sequence length and a single value", True),
        ("die eingabe hat batch, länge und ein merkmal", True),
        ("the input has a batch and one feature.", False),
        ("the output has a batch, a time and one feature.", False),
        ("the input has a batch. the output has a time and one feature.", False),
        ("the input (batch, time, 1) is given", False),
        ("", False),
    ],
)
def test_the_input_is_described_by_its_three_dimensions(text: str, described: bool) -> None:
    assert describes_change(text, ["input"], None, INPUT) is described


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("the padding makes it longer by shift.", True),
        ("durch das padding wächst die länge.", True),
        ("the padding removes shift steps.", False),
        ("the padding leaves it unchanged.", False),
        ("the slice makes it longer by shift.", False),
        ("the padding is applied. it makes it longer.", False),
        ("the padding makes it longer by 2 shift.", False),
        ("the padding makes it longer by 2*shift.", False),
        ("spadding makes it longer", False),
    ],
    ids=["longer", "in German", "the opposite", "unchanged", "another stage", "two sentences", "twice", "times two", "within a word"],
)  # fmt: skip
def test_a_stage_that_makes_the_sequence_longer(text: str, described: bool) -> None:
    assert describes_change(text, ["padding"], INPUT, PADDED) is described


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("the slice cuts the additional steps off again.", True),
        ("the slice makes it longer.", False),
        ("the slice keeps the shape", False),
    ],
)
def test_a_stage_that_makes_the_sequence_shorter(text: str, described: bool) -> None:
    assert describes_change(text, ["slice"], HIDDEN, SLICED) is described


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("the lstm has hidden features.", True),
        ("the lstm has hidden features and the length is seq.", False),
        ("the lstm has hidden features and the length is seq + shift.", True),
        ("the lstm has one feature.", False),
    ],
)
def test_a_stage_with_hidden_features_and_a_length_that_stays_shifted(text: str, described: bool) -> None:
    assert describes_change(text, ["lstm"], PADDED, HIDDEN) is described


def test_a_stage_that_returns_to_one_feature() -> None:
    assert describes_change("the linear layer gives one value", ["linear"], SLICED, INPUT)
    assert not describes_change("the linear layer gives hidden values", ["linear"], SLICED, INPUT)


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("the dropout changes nothing.", True),
        ("nach dem dropout bleibt alles gleich.", True),
        ("the dropout halves it.", False),
        ("everything is unchanged.", False),
    ],
)
def test_a_stage_that_changes_nothing(text: str, described: bool) -> None:
    assert describes_change(text, ["dropout"], SLICED, SLICED) is described
