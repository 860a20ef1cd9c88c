"""Numbers in an answer, and how they come about."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grader.checks.numbers import Numbers
from tests.helpers import context, shipped_check


@pytest.mark.parametrize(
    ("check", "answer", "status"),
    [
        ("q4i-count", "3 * 48 weights", "failed"),
        ("q4i-count", "48^2 weights", "needs_review"),
        ("q4i-count", "48k weights", "needs_review"),
        ("q4i-count", "48 weights per filter, so in total 1,440 weights", "needs_review"),
        ("q4i-count", "48 shared weights, divided by 3 filters gives 16 weights", "needs_review"),
        ("q4ii-count", "75 pixels in all maps, but ReLU is shared, so 25 operations", "failed"),
        ("q4iii-count", "348 connections in all, but only 300 weights are learned", "needs_review"),
        ("q4i-count", "16 * 3 weights", "passed"),
        ("q4ii-count", "5x5x3 operations", "passed"),
        ("q4iii-count", "48 + 75*4 weights", "passed"),
        ("q4iii-count", "48 + 300 = 349", "failed"),
        ("q4i-count", "48 weights. Three filters with 4x4 = 16 weights each", "passed"),
        ("q4i-count", "The convolution has 16 weights.", "failed"),
        ("q4i-count", "about 500", "needs_review"),
        ("q4i-count", "no number", "needs_review"),
        ("q4i-count", "![48 weights](48.png)", "needs_review"),
        ("q4i-count", "![](scan-17.png) 48 weights", "passed"),
        ("q1-sizes", "![6x6](6x6.png) Stride 2: no size.", "needs_review"),
        ("q1-sizes", "Stride 2: not possible, so 6x6. Stride 3: 4x4. Stride 4: 3x3. Stride 5: 3x3.", "needs_review"),
        ("q1-sizes", "Stride 2: 6x6x3. Stride 3: not possible. Stride 4: not possible. Stride 5: 3x3x3.", "failed"),
        ("q1-sizes", "Stride 2: 6x6x64. Stride 3: no. Stride 4: not possible. Stride 5: 3x3.", "passed"),
        ("q1-sizes", "Stride 2: 6x6x64. Stride 3: not possible. Stride 4: not possible. Stride 5: 3x3x64.", "passed"),
        ("q1-sizes", "Padding 1. Stride 2: 7x7. Stride 3: 5x5. Stride 4: 4x4. Stride 5: not possible.", "passed"),
    ],
)
def test_numbers(check: str, answer: str, status: str) -> None:
    assert shipped_check(check).judge(context(answer)).status == status


NETWORK = {"image": 12, "filters": 3, "kernel": 4, "stride": 2, "outputs": 4}


def share(keys: Mapping[str, object], answer: str) -> str:
    """Return the share of the points that an answer earns; "review" if it needs review."""
    verdict = Numbers.model_validate({"id": "n", "points": 1, **keys}).judge(context(answer))
    if verdict.status == "passed":
        return "1"
    return "review" if verdict.status == "needs_review" else str(verdict.credit)


@pytest.mark.parametrize(
    ("count", "answer"),
    [("convolution_weights", "One filter: 16"), ("all_weights", "300 weights"), ("relus", "25 ReLUs")],
)
def test_the_number_of_a_part_earns_the_share_of_the_rubric(count: str, answer: str) -> None:
    assert share({"network": NETWORK, "count": count}, answer) == "0"
    assert share({"network": NETWORK, "count": count, "part": 0.25}, answer) == "0.25"


@pytest.mark.parametrize(
    ("keys", "without", "with_biases", "silent", "both"),
    [
        ({}, "1", "review", "0", "1"),
        ({"biases": "none", "other_biases": 0.5}, "1", "0.5", "0.5", "1"),
        ({"biases": "counted"}, "0", "1", "1", "1"),
        ({"biases": "counted", "other_biases": 0.5}, "0.5", "1", "1", "1"),
        ({"biases": "either"}, "1", "1", "1", "1"),
    ],
    ids=["none", "none, a share", "counted", "counted, a share", "either"],
)
def test_biases_count_as_the_rubric_says(
    keys: Mapping[str, object], without: str, with_biases: str, silent: str, both: str
) -> None:
    rubric = {"network": NETWORK, "count": "convolution_weights", **keys}
    assert share(rubric, "48 weights") == without
    assert share(rubric, "51 weights, biases included") == with_biases
    assert share(rubric, "51 weights") == silent
    assert share(rubric, "48 weights (51 with biases)" if "counted" not in keys.values() else "48 + 3 = 51") == both


def test_a_count_with_biases_that_denies_them_needs_review() -> None:
    rubric = {"network": NETWORK, "count": "convolution_weights", "biases": "counted"}
    assert share(rubric, "51 weights without biases") == "review"


@pytest.mark.parametrize(("answer", "decided"), [("432 weights", "0.1"), ("at most 432 weights", "review")])
def test_an_unknown_number_earns_what_the_rubric_says(answer: str, decided: str) -> None:
    rubric = {"network": NETWORK, "count": "convolution_weights"}
    assert share(rubric, answer) == "review"
    assert share({**rubric, "unknown": 0.1}, answer) == decided


PLAIN = "stride 2: 6x6, stride 3: 4x4, stride 4: 3x3, stride 5: 3x3"
FITTING = "stride 2: 6x6, stride 3: not possible, stride 4: not possible, stride 5: 3x3"
PADDED = "stride 2: 7x7, stride 3: 5x5, stride 4: 4x4, stride 5: not possible"
ALL_SAME = "stride 2: 7x7, stride 3: 5x5, stride 4: 4x4, stride 5: 3x3"


@pytest.mark.parametrize(
    ("keys", "shares"),
    [
        ({}, ("1", "1", "1", "1")),
        ({"rounding": "floor"}, ("1", "0.50", "0.75", "1")),
        ({"rounding": "strict"}, ("0.50", "1", "1", "1")),
        ({"padding": "none"}, ("1", "1", "0.00", "0.25")),
        ({"padding": "one", "rounding": "strict"}, ("0.00", "0.00", "1", "0.75")),
        ({"padding": "same"}, ("0.25", "0.25", "0.75", "1")),
    ],
    ids=str,
)
def test_the_rubric_names_the_convention(keys: Mapping[str, object], shares: tuple[str, ...]) -> None:
    plan = {"input": 13, "kernel": 3, "filters": 64, "strides": [2, 3, 4, 5], **keys}
    assert tuple(share({"convolution": plan}, text) for text in (PLAIN, FITTING, PADDED, ALL_SAME)) == shares


def test_another_convention_than_the_one_in_the_question_needs_review() -> None:
    plan = {"input": 13, "kernel": 3, "filters": 64, "strides": [2, 3, 4, 5], "padding": "none"}
    assert share({"convolution": plan}, f"With same padding: {ALL_SAME}") == "review"


@pytest.mark.parametrize(
    ("answer", "asks", "decided"),
    [
        ("Strides 2 and 5 fit, strides 3 and 4 do not.", "sizes", "review"),
        ("Strides 2 and 5 fit, strides 3 and 4 do not.", "either", "1"),
        ("Strides 2 and 5 fit, strides 3 and 4 do not.", "fits", "1"),
        (FITTING, "fits", "1"),
        (PLAIN, "either", "1"),
        (PLAIN, "fits", "0.50"),
        ("Strides 2, 4 and 5 fit, stride 3 does not.", "fits", "0.75"),
    ],
)
def test_the_question_asks_for_sizes_or_which_strides_fit(answer: str, asks: str, decided: str) -> None:
    plan = {"input": 13, "kernel": 3, "strides": [2, 3, 4, 5], "padding": "none", "asks": asks}
    assert share({"convolution": plan}, answer) == decided


def test_missing_strides_are_wrong_where_the_rubric_says_so() -> None:
    plan = {"input": 13, "kernel": 3, "filters": 64, "strides": [2, 3, 4, 5]}
    half = "stride 4: 3x3, stride 5: 3x3"
    assert share({"convolution": plan}, half) == "review"
    assert share({"convolution": {**plan, "missing": "wrong"}}, half) == "0.50"
    assert share({"convolution": {**plan, "missing": "wrong"}}, "We do not know.") == "review"


@pytest.mark.parametrize(
    ("answer", "decided"), [("13x13 for every stride", "0.00"), ("7x7 bei allen Schrittweiten", "0.25")]
)
def test_one_size_for_all_strides_is_read(answer: str, decided: str) -> None:
    assert share({"convolution": {"input": 13, "kernel": 3, "filters": 64, "strides": [2, 3, 4, 5]}}, answer) == decided
