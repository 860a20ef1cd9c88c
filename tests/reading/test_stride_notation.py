"""Strides in rows, lists and divisions are named by their word; other numbers are not."""

from __future__ import annotations

import pytest

from grader.reading.sizes import FITS, NOT_WHOLE, SizeQuestion, read_sizes
from grader.reading.stride_notation import with_strides

QUESTION = SizeQuestion(13, 3, 64, (2, 3, 4, 5), fit_counts=True)
FITTING = {2: {FITS}, 3: {NOT_WHOLE}, 4: {NOT_WHOLE}, 5: {FITS}}
FLOORED = {2: {6}, 3: {4}, 4: {3}, 5: {3}}


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Only strides that divide 10 are possible, i.e. 2 and 5, but not 3 and 4.", FITTING),
        ("Strides: 10 is a multiple of 2 and of 5. 10 is not a multiple of 3 or 4.", FITTING),
        ("The strides: 2 and 5 divide 10, 3 and 4 do not divide 10.", FITTING),
        ("Possible for stride 2 and stride 5, impossible for stride 3 and stride 4", FITTING),
        ("With stride 2: 6x6 (36 values per filter), stride 5: 3x3", {2: {6}, 5: {3}}),
        (
            "| stride | (13-3)/s | fits |\n| 2 | 5 | yes |\n| 3 | 3.33 | no |\n| 4 | 2.5 | no |\n| 5 | 2 | yes |",
            FITTING,
        ),
        ("All four strides are possible: 6x6, 4x4, 3x3, 3x3", FLOORED),
        ("Strides 2 and 5 are possible, strides 3 and 4 are not.", FITTING),
        ("Stride 2 and stride 5 fit, the other two do not.", FITTING),
        ("for s in strides: print((13 - 3) // s + 1)\n6\n4\n3\n3", FLOORED),
        ("6, 4, 3, 3 for 2, 3, 4, 5", FLOORED),
        ("floor((13-3)/s) + 1: 6, 4, 3, 3", FLOORED),
        ("6x6, 4x4, 3x3, 3x3 (in the order in which the strides are asked)", FLOORED),
        ("Stride Output\n2 6 x 6\n3 4 x 4\n4 3 x 3\n5 3 x 3", FLOORED),
        ("2 6\n3 4\n4 3\n5 3", FLOORED),
        ("o(2) = 6, o(3) = 4, o(4) = 3, o(5) = 3", FLOORED),
        ("strides 2 (6x6) and 5 (3x3)", {2: {6}, 5: {3}}),
        ("Schrittweite 2: 10 : 2 = 5, plus 1 = 6", {2: {6}}),
    ],
)
def test_each_stride_has_its_claim(text: str, claims: dict[int, set[int]]) -> None:
    assert read_sizes(QUESTION, text) == claims


@pytest.mark.parametrize(
    "text",
    [
        "strides: 2 and 7 are possible",
        "13 - 3 = 10 and 10 / 2 is 5 for a stride",
        "2 6\n3 4\n5 3",
        "o(2) = 6 and o(3) = 4",
        "2 and 5 are possible",
        "with any stride, 13 minus the side 3 is 10",
        "a stride and a padding 2 are possible",
        "the strides\n2\n3\n4\n5",
        "a stride of 6x6 (35 values)",
    ],
)
def test_other_numbers_are_no_strides(text: str) -> None:
    assert with_strides(text, QUESTION.strides) == text
