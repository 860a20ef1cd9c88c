"""Numbers with the words of their clause."""

from __future__ import annotations

import pytest

from grader.reading.count_claims import read_claims


@pytest.mark.parametrize(
    "text",
    [
        "75 per filter",
        "48 for each of the 3 maps",
        "348 for the last layer alone",
        "Each of the 3 filters has 48 weights.",
        "Per filter 3*4*4 = 48",
    ],
)
def test_a_number_of_a_part_is_one(text: str) -> None:
    assert any(claim.is_part for claim in read_claims(text) if claim.value in (48, 75, 348))


@pytest.mark.parametrize(
    "text",
    ["75 operations per forward pass", "48 weights without biases", "16 per filter, so 48", "25 per map x 3 maps = 75"],
)
def test_a_number_of_the_whole_is_none(text: str) -> None:
    assert not read_claims(text)[-1].is_part


@pytest.mark.parametrize(
    ("text", "words"), [("75 million", "million"), ("at most 75", "at most"), ("16 to 48", "to"), ("75 or 0", "or")]
)
def test_units_bounds_and_ranges_are_doubts(text: str, words: str) -> None:
    assert words in [claim.doubt for claim in read_claims(text)]


def test_to_is_no_range_where_no_number_is_before_it() -> None:
    assert [claim.doubt for claim in read_claims("300 from 75 inputs to 4 outputs")] == ["", "", ""]


def test_a_count_with_biases_and_a_denied_one_differ() -> None:
    right, aside = read_claims("48 weights (51 with biases)")
    assert (right.is_biased, aside.is_biased) == (False, True)
    assert [claim.is_denied for claim in read_claims("48 (not 51)")] == [False, True]
