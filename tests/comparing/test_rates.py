"""Learning rates and the schedules that they follow."""

from __future__ import annotations

import math

import pytest

from grader.comparing.rates import Schedule, follows


def cosine(epochs: int, length: int, least: float = 0.0, first: float = 0.01) -> list[float]:
    return [least + (first - least) * (1 + math.cos(math.pi * k / length)) / 2 for k in range(epochs)]


STEPS = [0.01, 0.001, 0.0001]
POWERS = [0.01 * 0.9**k for k in range(10)]


@pytest.mark.parametrize(
    ("rates", "schedule", "right"),
    [
        (cosine(2, 2), "cosine", True),
        (cosine(5, 100), "cosine", True),
        (cosine(101, 101), "cosine", True),
        (cosine(10, 20, least=0.001), "cosine", True),
        (STEPS, "cosine", False),
        (POWERS, "cosine", False),
        ([0.01, 0.009, 0.008, 0.007], "cosine", False),
        ([0.01, 0.001], "cosine", None),
        ([0.01], "cosine", None),
        ([], "cosine", None),
        ([0.01, math.nan, 0.001], "cosine", False),
        (STEPS, "step", True),
        (POWERS, "exponential", True),
        (cosine(10, 10), "exponential", False),
        (cosine(11, 10), "exponential", False),
        ([0.01, 0.02], "any", True),
        ([0.01], "any", None),
        ([0.01], "constant", True),
        ([0.01, 0.02], "constant", False),
    ],
)
def test_rates_follow_a_schedule(rates: list[float], schedule: Schedule, right: bool | None) -> None:
    assert follows(rates, schedule) is right
