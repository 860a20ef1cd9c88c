"""The rubric items of a batch's rubric: at the desk they are comments with points, which tutors may change there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from grader.results.results_database import ResultsDatabase
from grader.results.tables import Tables

BY = "rubric"  # stands for the tutor of a comment that came from the rubric


@dataclass(frozen=True)
class RubricItem:
    """One item of the rubric, as the database has it."""

    question: str
    check: str
    text: str
    points: Decimal

    @property
    def origin(self) -> str:
        """Return what identifies the item: a comment that came from it is not added again, whatever became of it."""
        return f"{self.check}\n{self.text}"


def offer_rubric_items(records: ResultsDatabase, batch: int) -> frozenset[str]:
    """Add the items of the rubric that the desk did not offer yet, and return the checks with negative scoring."""
    with records.reading() as tables:
        given = json.loads(tables.batches.rubric_items(batch))
        are_new = bool(_new(tables, batch))
    if are_new:
        with records.writing() as tables:
            for one in _new(tables, batch):
                tables.comments.add(one.question, one.text, one.check, one.points, BY, one.origin)
    return frozenset(check for check, one in given.items() if one["scoring"] == "negative")


def _new(tables: Tables, batch: int) -> list[RubricItem]:
    known = tables.comments.origins()
    return [one for one in _items(tables.batches.rubric_items(batch)) if one.origin not in known]


def _items(column: str) -> Iterator[RubricItem]:
    for check, of_check in json.loads(column).items():
        for item in of_check["items"]:
            yield RubricItem(of_check["question"], check, item["text"].strip(), Decimal(item["points"]))
