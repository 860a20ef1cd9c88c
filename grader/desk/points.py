"""Read points from a tutor's text, and check them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation

from grader.errors import GraderError
from grader.model import ScoredCheck
from grader.model.message import Message, say
from grader.results.comments import Comment


def check_points(points: Decimal, scored: ScoredCheck) -> None:
    """Make sure that points are within the limits of a check.

    Raises:
        GraderError: they are outside the limits.
    """
    low, high = min(scored.max_effect, Decimal(0)), max(scored.max_effect, Decimal(0))
    if not points.is_finite() or not low <= points <= high:
        raise GraderError(_out_of_range(points, scored, low, high))


def check_item_points(points: Decimal, scored: ScoredCheck) -> None:
    """Make sure that a rubric item adds or subtracts no more than its check can give.

    Raises:
        GraderError: it does.
    """
    most = abs(scored.max_effect)
    if not points.is_finite() or abs(points) > most:
        raise GraderError(_out_of_range(points, scored, -most, most))


def _out_of_range(points: Decimal, scored: ScoredCheck, low: Decimal, high: Decimal) -> Message:
    return say(
        "{points} points for {title}; the range is {low} to {high}.",
        points=points, title=scored.finding.title, low=low, high=high,
    )  # fmt: skip


def points_of_items(
    items: Iterable[Comment], max_effects: Mapping[str, Decimal], negative: Collection[str] = ()
) -> dict[str, Decimal]:
    """Return the points of each check that has items, within its limits.

    The items of a check add up from 0, those of a check in `negative` from its full points.
    """
    sums: dict[str, Decimal] = {}
    for one in items:
        if one.points is not None:
            start = max_effects.get(one.check, Decimal(0)) if one.check in negative else Decimal(0)
            sums[one.check] = sums.get(one.check, start) + one.points
    for check, points in sums.items():
        if check in max_effects:
            effect = max_effects[check]
            sums[check] = min(max(points, min(effect, Decimal(0))), max(effect, Decimal(0)))
    return sums


def number(text: str) -> Decimal:
    """Read points as a tutor types them, with a point or a comma.

    Raises:
        GraderError: the text is no number.
    """
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise GraderError(say("'{text}' is not a number of points.", text=text)) from None
