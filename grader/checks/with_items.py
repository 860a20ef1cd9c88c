"""The base of the kinds that tutors grade: rubric items that the desk offers with keys."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from grader.checks.base import Check, decimal

MAX_LETTERS = 4000  # of the text of an item


class RubricItem(BaseModel):
    """A rubric item: words for the team, and the points that it adds or, below zero, subtracts."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str = Field(min_length=1, max_length=MAX_LETTERS)
    points: Annotated[Decimal, BeforeValidator(decimal), Field(allow_inf_nan=False)]


class WithItems(Check):
    """A check with rubric items; they are for the desk and change neither findings nor question keys."""

    items: tuple[RubricItem, ...] = Field(
        (), exclude=True, description="rubric items for the desk, each with `text` and `points`, below zero to subtract"
    )
    scoring: Literal["positive", "negative"] = Field(
        "positive", exclude=True, description="items start from 0 (`positive`) or from the full points (`negative`)"
    )

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`; an item changes no more than the points of the check."""
        if not self.items:
            return "'scoring: negative' needs 'items'" if self.scoring == "negative" else ""
        if self.points is None:
            return "'items' needs 'points'"
        texts = [one.text.strip() for one in self.items]
        if "" in texts or len(set(texts)) < len(texts):
            return "each of 'items' needs a text of its own"
        most = self.points
        beyond = next((one for one in self.items if abs(one.points) > most), None)
        return f"the item '{beyond.text}' has {beyond.points} points; the check has {most}" if beyond else ""
