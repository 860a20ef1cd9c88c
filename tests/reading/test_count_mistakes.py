"""Known wrong counts: each has its own sentence, and the right count has none."""

from __future__ import annotations

import pytest

from grader.reading.count_mistakes import known_mistakes, side_of_maps
from reference.conv import Network

PLAN = Network(image=13, filters=8, kernel=4, stride=3, outputs=5)  # maps of 4 x 4
COUNTS = {"convolution_weights": 128, "relus": 128, "linear_weights": 640, "all_weights": 768}
OTHER = Network(image=11, filters=6, kernel=3, stride=2, outputs=7)  # maps of 5 x 5


@pytest.mark.parametrize(
    ("plan", "side"),
    [(PLAN, 4), (OTHER, 5), (Network(5, 1, 5, 1, 1), 1), (Network(6, 1, 3, 2, 1), 2)],
    ids=["fits", "another", "one position", "the last position does not fit"],
)
def test_the_side_of_a_map_is_that_of_a_real_convolution(plan: Network, side: int) -> None:
    assert side_of_maps(plan) == side
    assert plan.counts()["relus"] == plan.filters * side**2


def test_the_numbers_of_these_tests_are_those_of_the_real_network() -> None:
    assert PLAN.counts() == COUNTS


def mistake(plan: Network, count: str, number: int) -> str:
    found = known_mistakes(plan, count, plan.counts()).get(number)
    return str(found.message) if found else ""


@pytest.mark.parametrize(
    ("count", "number", "words"),
    [
        ("convolution_weights", 9, "one filter"),
        ("convolution_weights", 54 + 6, "no biases"),
        ("convolution_weights", 18, "not as its side"),
        ("convolution_weights", 25 * 54, "share the same weights"),
        ("convolution_weights", 6 * 54, "a factor only once"),
        ("convolution_weights", 216, "its kernel size"),
        ("convolution_weights", 54 + 1050, "the whole network"),
        ("relus", 25, "one feature map"),
        ("relus", 121, "not to the image"),
        ("relus", 726, "where the feature maps are smaller"),
        ("relus", 6, "every pixel"),
        ("relus", 30, "not as its side"),
        ("relus", 157, "outputs have no ReLU"),
        ("relus", 1050, "weights of the last layer"),
        ("relus", 54, "not to weights"),
        ("all_weights", 1050, "convolution are missing"),
        ("all_weights", 54, "fully connected layer are missing"),
        ("all_weights", 54 + 150, "connected to every output"),
        ("all_weights", 9 + 1050, "not only one"),
        ("all_weights", 175 + 54, "All feature maps"),
        ("all_weights", 54 * 1050, "not multiplied"),
        ("all_weights", 1104 + 150, "ReLU has no weights"),
    ],
)
def test_each_wrong_number_has_its_mistake(count: str, number: int, words: str) -> None:
    assert words in mistake(OTHER, count, number)


@pytest.mark.parametrize("count", ["convolution_weights", "relus", "all_weights"])
@pytest.mark.parametrize("plan", [PLAN, OTHER, Network(5, 1, 5, 1, 1), Network(3, 1, 1, 1, 1), Network(9, 3, 3, 1, 2)])
def test_the_right_number_is_never_a_mistake(plan: Network, count: str) -> None:
    """In small networks a wrong way gives the right number."""
    assert plan.counts()[count] not in known_mistakes(plan, count, plan.counts())


def test_a_number_that_nobody_can_explain_is_no_known_mistake() -> None:
    assert mistake(OTHER, "relus", 151) == ""


@pytest.mark.parametrize(
    ("count", "parts"), [("convolution_weights", {9}), ("relus", {25}), ("all_weights", {54, 1050})]
)
def test_a_number_of_one_part_says_so(count: str, parts: set[int]) -> None:
    known = known_mistakes(OTHER, count, OTHER.counts())
    assert {number for number, found in known.items() if found.is_part} == parts


def test_a_network_with_biases_has_another_mistake() -> None:
    biased = Network(image=11, filters=6, kernel=3, stride=2, outputs=7, bias=True)
    assert mistake(biased, "convolution_weights", 54) == "The biases count, too."
