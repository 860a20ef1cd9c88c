"""The stage that each shape of an answer belongs to: by its words, and else by its order."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.reading.shape_names import bind
from grader.reading.shape_shares import ShapeShares
from grader.reading.shape_stages import ExpectedStage, StagedShapes, WantedShapes
from grader.reading.shapes import Shape, length, read_shapes


def shape(*lengths: str) -> Shape:
    return tuple(map(length, lengths))


INPUT, HIDDEN = shape("batch", "seq", "1"), shape("batch", "seq", "hidden")
SHARES = ShapeShares(Decimal("0.5"), Decimal("0.5"), per_stage=False)
WANTED = WantedShapes(
    (
        ExpectedStage("input", INPUT, "(batch, seq, 1)", ["input"]),
        ExpectedStage("LSTM", HIDDEN, "(batch, seq, hidden)", ["lstm"]),
        ExpectedStage("linear layer", INPUT, "(batch, seq, 1)", ["linear"]),
    ),
    {"batch": ["n", "batch_size"], "seq": ["l"], "hidden": ["h", "hidden_size"]},
    {"batch": 10, "seq": 80, "hidden": 40},
    SHARES,
)


def staged(text: str, wanted: WantedShapes = WANTED) -> StagedShapes:
    known = {other: name for name, others in wanted.dimensions.items() for other in (name, *others)}
    return StagedShapes(wanted, bind(read_shapes(text), known), text)


@pytest.mark.parametrize(
    "text",
    [
        "Input: (batch, seq, 1)\nLSTM: (batch, seq, hidden)\nLinear: (batch, seq, 1)",
        "(batch, seq, 1) is the input. (batch, seq, hidden) is after the LSTM. (batch, seq, 1) is after the linear layer.",
        "| input | (batch, seq, 1) |\n| LSTM | (batch, seq, hidden) |\n| linear | (batch, seq, 1) |",
    ],
    ids=["words before", "words behind", "a table"],
)
def test_words_name_the_stage(text: str) -> None:
    assert staged(text).labels == [0, 1, 2]


def test_a_wrong_shape_keeps_the_stage_that_its_words_name() -> None:
    found = staged("Input: (batch, seq, 1)\nLSTM: (batch, seq, 1)\nLinear: (batch, seq, 1)")
    assert found.labels == [0, 1, 2]
    right = [
        found.is_labelled_right(written, label) for written, label in zip(found.written, found.labels, strict=True)
    ]
    assert right == [True, False, True]


def test_shapes_without_words_are_placed_in_order_and_the_last_one_at_the_end() -> None:
    assert staged("(batch, seq, 1) → (batch, seq, hidden) → (batch, seq, 1)").placed() == [0, 1, 2]
    assert staged("(batch, seq, hidden) → (batch, seq, 1)").placed() == [1, 2]
    assert staged("(batch, seq, 1)").placed() == [2]


def test_a_shape_that_belongs_nowhere_has_no_place() -> None:
    assert staged("(batch, seq, 1) → (batch, hidden, seq) → (batch, seq, 1)").placed() is None
    assert staged("(batch, seq, hidden) → (batch, seq, hidden)").placed() is None
    assert staged("").placed() == []


def test_a_shape_without_a_stage_is_not_wrong() -> None:
    found = staged("(batch, hidden, seq)")
    assert found.is_labelled_right(found.written[0], None)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (("batch", "seq", "hidden"), ("batch", "seq", "hidden"), True),
        (("batch", "seq", "hidden"), ("batch", "hidden", "seq"), False),
        (("10", "80", "40"), ("batch", "seq", "hidden"), True),
        (("batch", "80", "40"), ("batch", "seq", "hidden"), True),
        (("10", "40", "80"), ("batch", "seq", "hidden"), False),
        (("10", "80", "41"), ("batch", "seq", "hidden"), False),
        (("10", "80"), ("batch", "seq", "hidden"), False),
        (("32", "80", "40"), ("batch", "seq", "hidden"), True),
        (("seq", "80", "40"), ("batch", "seq", "hidden"), False),
        (("batch", "seq", "40"), ("batch", "seq", "hidden"), False),
    ],
    ids=["by name", "swapped", "in numbers", "a named batch", "swapped numbers", "just off", "too few", "any batch", "time first", "mixed"],
)  # fmt: skip
def test_equal_shapes(one: tuple[str, ...], other: tuple[str, ...], equal: bool) -> None:
    assert staged("").equal(shape(*one), shape(*other)) is equal


def test_without_numbers_of_the_exercise_a_shape_in_numbers_is_not_equal() -> None:
    wanted = WantedShapes(WANTED.stages, WANTED.dimensions, {}, SHARES)
    assert not staged("", wanted).equal(shape("10", "80", "40"), HIDDEN)


def test_numbers_that_the_answer_states_count_instead_of_those_of_the_exercise() -> None:
    text = "With hidden_size = 20: Input (10, 50, 1), LSTM (10, 50, 20), Linear (10, 50, 1)"
    found = staged(text)
    assert (found.sizes["hidden"], found.sizes["seq"]) == (20, 50)
    assert found.placed() == [0, 1, 2]
    assert staged("Input (10, 50, 1)").sizes == {"batch": 10, "seq": 80, "hidden": 40}


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Input: (batch, seq, 1)\nLSTM: (batch, seq, hidden)\nLinear: (batch, seq, 1)", []),
        ("Input: (batch, seq, 1)\nLinear: (batch, seq, 1)", [1]),
        ("Input: (batch, seq, 1)\nThe LSTM gives hidden features.\nLinear: (batch, seq, 1)", []),
        ("LSTM: (batch, seq, hidden)", [0, 2]),
    ],
    ids=["none", "one", "one in words", "two"],
)
def test_stages_without_a_shape_and_without_words(text: str, missing: list[int]) -> None:
    found = staged(text)
    placed = [number for number in found.labels if number is not None]
    assert found.missing(placed) == missing
