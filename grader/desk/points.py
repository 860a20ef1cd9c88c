"""Read points from a tutor's text, and check them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from grader.errors import GraderError
from grader.model import ScoredCheck
from grader.model.message import say
from grader.results.comments import Comment

STEP = Decimal("0.25")


def check_points(points: Decimal, scored: ScoredCheck) -> None:
    """Make sure that points are within the limits of a check.

    Raises:
        GraderError: they are outside the limits.
    """
    low, high = min(scored.max_effect, Decimal(0)), max(scored.max_effect, Decimal(0))
    if not points.is_finite() or not low <= points <= high:
        raise GraderError(
            say(
                "{points} points for {title}; the range is {low} to {high}.",
                points=points,
                title=scored.finding.title,
                low=low,
                high=high,
            )
        )


def points_of_comments(comments: Sequence[Comment], known: Mapping[str, ScoredCheck]) -> dict[str, Decimal]:
    """Return the sum of the comments' points for each check, within the limits of the check."""
    sums: dict[str, Decimal] = {}
    for one in comments:
        if one.points is not None:
            sums[one.check] = sums.get(one.check, Decimal(0)) + one.points
    for check, points in sums.items():
        if check in known:
            effect = known[check].max_effect
            sums[check] = min(max(points, min(effect, Decimal(0))), max(effect, Decimal(0)))
    return sums


def steps_of(most: Decimal) -> list[Decimal]:
    """Return the points that keys give, from 0 to `most`: quarters of it, in multiples of 0.25 where it is one."""
    quarters = [most * part / 4 for part in range(5)]
    if most % STEP == 0:
        quarters = [(one / STEP).quantize(Decimal(1), ROUND_HALF_UP) * STEP for one in quarters]
    return list(dict.fromkeys(quarters))


def number(text: str) -> Decimal:
    """Read points as a tutor types them, with a point or a comma.

    Raises:
        GraderError: the text is no number.
    """
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise GraderError(say("'{text}' is not a number of points.", text=text)) from None
