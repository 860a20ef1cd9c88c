"""Learning rates as they were at the steps of a training, compared with the formulas of schedules."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Literal

Schedule = Literal["cosine", "step", "exponential", "constant", "any"]
MAX_LENGTH = 5000  # epochs, or steps, of a cosine
CLOSE = 1e-4  # of the first rate


def follows(rates: Sequence[float], schedule: Schedule) -> bool | None:
    """Return whether rates follow a schedule; None if there are too few to say. Equal neighbours are one rate.

    `cosine` is Loshchilov and Hutter's annealing (https://arxiv.org/abs/1608.03983): `(1 + cos(pi k / T)) / 2` of the
    first rate, for any length T, down to any smallest rate; two rates fit too much, so they have to go to zero.
    """
    if schedule == "constant":
        return len(rates) == 1
    if len(rates) < 2:
        return None
    if schedule == "any":
        return True
    if schedule == "cosine":
        fits = any(_is_cosine(rates, length) for length in range(2, MAX_LENGTH))
        return True if fits else None if len(rates) == 2 else False
    if any(rate <= 0 for rate in rates):
        return False
    ratios = [later / earlier for earlier, later in itertools.pairwise(rates)]
    return max(ratios) < 1 and max(ratios) - min(ratios) <= CLOSE


def _is_cosine(rates: Sequence[float], length: int) -> bool:
    """Return whether rates are a cosine's of this length: two of them give its smallest rate."""
    first, second = rates[:2]
    share = (1 + math.cos(math.pi / length)) / 2
    least = (second - share * first) / (1 - share)
    if len(rates) == 2 and abs(least) > CLOSE * first:
        return False
    if not -CLOSE * first <= least < first:
        return False
    wanted = (least + (first - least) * (1 + math.cos(math.pi * k / length)) / 2 for k in range(len(rates)))
    return all(abs(rate - one) <= CLOSE * first for rate, one in zip(rates, wanted, strict=True))
