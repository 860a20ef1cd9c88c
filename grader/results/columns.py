"""Convert values to and from columns of the results database."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, lru_cache

from pydantic import TypeAdapter

from grader.model.message import Text
from grader.text import storable


def now() -> str:
    """Return the present time in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def points_to_column(points: Decimal | None) -> str | None:
    """Return points as text, which keeps every digit; None stays None."""
    return None if points is None else str(points)


def points_from_column(text: str | None) -> Decimal | None:
    """Return the points of a column that may be empty."""
    return None if text is None else Decimal(text)


def text_to_column(text: Text) -> str:
    """Return a title or message as JSON: a string, or an object with template and values."""
    return storable(json.dumps(_adapter().dump_python(text), ensure_ascii=False))


@lru_cache(maxsize=20_000)
def text_from_column(column: str) -> Text:
    """Return a title or message from its column; those of a course repeat, and no text is ever changed."""
    return _adapter().validate_json(column)


def texts_to_column(texts: Iterable[Text]) -> str:
    """Return several texts as a JSON list."""
    return f"[{', '.join(map(text_to_column, texts))}]"


def texts_from_column(column: str) -> tuple[Text, ...]:
    """Return the texts of a JSON list."""
    return tuple(_adapter().validate_python(text) for text in json.loads(column))


@cache
def _adapter() -> TypeAdapter[Text]:
    return TypeAdapter(Text)
