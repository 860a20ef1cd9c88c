"""Cohen's kappa, and the bounds below which suggestions are hidden."""

from __future__ import annotations

import pytest

from grader.desk.agreement import MIN_ANSWERS, MIN_KAPPA, Agreement, cohens_kappa


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([(0, 0), (1, 1), (2, 2)], 1.0),
        ([(0, 1), (1, 0)], -1.0),
        ([(0, 0), (0, 1), (1, 0), (1, 1)], 0.0),
        ([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15, 0.4),
        ([(1, 1)] * 5, None),
        ([], None),
    ],
    ids=["equal", "opposite", "by chance", "the textbook's example", "one value", "none"],
)
def test_kappa_is_agreement_beyond_chance(pairs: list[tuple[object, object]], kappa: float | None) -> None:
    assert cohens_kappa(pairs) == (None if kappa is None else pytest.approx(kappa))


@pytest.mark.parametrize(
    ("answers", "kappa", "enough"),
    [
        (MIN_ANSWERS, MIN_KAPPA, True),
        (MIN_ANSWERS - 1, 1.0, False),
        (MIN_ANSWERS, MIN_KAPPA - 0.01, False),
        (MIN_ANSWERS, None, False),
        (MIN_ANSWERS, float("nan"), False),
    ],
)
def test_suggestions_need_enough_answers_and_agreement(answers: int, kappa: float | None, enough: bool) -> None:
    assert Agreement(answers, 0, kappa).is_enough is enough
