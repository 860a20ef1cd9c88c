"""The table of suggestions: what an assistant said about answers; no points are in it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from grader.results.columns import now
from grader.results.connection import Connection


@dataclass(frozen=True)
class SuggestedItem:
    """A comment of the question's bank that an assistant would give, with the words of the answer that show it."""

    comment: int
    quote: str


@dataclass(frozen=True)
class Suggestion:
    """What an assistant said about an answer: `items` is None if its reply was of no use.

    `after` says that a tutor had graded the answer before it was made.
    """

    submission: str
    items: tuple[SuggestedItem, ...] | None
    after: bool


class SuggestionsTable:
    """Suggestions of one assistant for each answer; the last one counts. `source` is its model and address."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_question(self, question: str, source: str) -> dict[str, Suggestion]:
        """Return the suggestions of an assistant for a question by submission."""
        query = "SELECT submission, items, after FROM suggestions WHERE question = ? AND model = ?"
        return {
            name: Suggestion(name, _read(items), bool(after))
            for name, items, after in self._connection.rows(query, (question, source))
        }

    def put(self, question: str, source: str, one: Suggestion) -> None:
        """Save a suggestion."""
        items = None if one.items is None else [[item.comment, item.quote] for item in one.items]
        statement = """
            INSERT OR REPLACE INTO suggestions (question, submission, model, items, after, time) VALUES (?,?,?,?,?,?)
        """
        row = (question, one.submission, source, json.dumps(items), int(one.after), now())
        self._connection.execute(statement, row)


def _read(text: str) -> tuple[SuggestedItem, ...] | None:
    items = json.loads(text)
    return None if items is None else tuple(SuggestedItem(comment, quote) for comment, quote in items)
