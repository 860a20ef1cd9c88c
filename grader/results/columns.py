"""Values as columns of the results database hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from grader.text import writable


def now() -> str:
    """Return the present time in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def points_to_column(points: Decimal | None) -> str | None:
    """Return points as text, which keeps every digit; None stays None."""
    return None if points is None else str(points)


def points_from_column(text: str | None) -> Decimal | None:
    """Return the points of a column that may be empty."""
    return None if text is None else Decimal(text)


def message_to_column(message: str) -> str:
    """Return the message of a finding as its column holds it."""
    return writable(message)


def message_from_column(column: str) -> str:
    """Return the message of a finding from its column."""
    return column
