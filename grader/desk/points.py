"""Read points from a tutor's text, and check them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from grader.errors import GraderError
from grader.model import ScoredCheck
from grader.model.message import say


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


def number(text: str) -> Decimal:
    """Read points as a tutor types them, with a point or a comma.

    Raises:
        GraderError: the text is no number.
    """
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise GraderError(say("'{text}' is not a number of points.", text=text)) from None
