"""The comment bank: comments for many submissions, and the effects of changing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.desk.points import points_of_items
from grader.errors import GraderError
from grader.model.message import say
from grader.results.comments import Comment, CommentUse
from grader.results.results_database import ResultsDatabase
from grader.results.tables import Tables
from grader.text import storable

MAX_LETTERS = 4000


@dataclass(frozen=True)
class Effect:
    """The effect of changing a comment on one override; `untouched` is the reason if there is none."""

    name: str
    team: str
    check: str
    digest: str
    old_points: Decimal
    new_points: Decimal
    old_reason: str
    new_reason: str
    comments: tuple[int, ...]
    own_reason: str
    untouched: str = ""

    @property
    def changes(self) -> bool:
        """Return whether the override changes."""
        return not self.untouched and (self.old_points, self.old_reason) != (self.new_points, self.new_reason)


class CommentBank:
    """The comments of one output folder, rubric items among them; `GradingDesk` adds and changes them."""

    def __init__(self, records: ResultsDatabase, batch: int) -> None:
        self.records, self.batch = records, batch
        self.negative: frozenset[str] = frozenset()  # checks whose items start from the full points

    def search(self, question: str, words: str = "") -> list[Comment]:
        """Return the comments of a question that have all of `words`, the oldest first."""
        with self.records.reading() as tables:
            found = tables.comments.of_question(question, self.batch)
        sought = words.casefold().split()
        return [one for one in found if all(word in one.text.casefold() for word in sought)]

    def comment(self, question: str, number: int) -> Comment:
        """Return a comment of a question by its number.

        Raises:
            GraderError: there is no such comment.
        """
        with self.records.reading() as tables:
            return self.find(tables, question, number)

    def find(self, tables: Tables, question: str, number: int) -> Comment:
        """Return the result of `comment` within a transaction."""
        found = tables.comments.comment(number, self.batch)
        if found is None or found.question != question:
            raise GraderError(say("Comment {number} does not exist in this question; reload the page.", number=number))
        return found

    def effects(self, question: str, number: int, text: str, points: Decimal | None) -> list[Effect]:
        """Return the effects of changing a comment on all overrides that came from it, by team.

        Raises:
            GraderError: there is no such comment, or the new text or points do not fit.
        """
        with self.records.reading() as tables:
            return self.effects_of(tables, question, number, text, points)

    def effects_of(self, tables: Tables, question: str, number: int, text: str, points: Decimal | None) -> list[Effect]:
        """Return the result of `effects` within a transaction."""
        comment = self.find(tables, question, number)
        if points is not None and not comment.check:
            raise GraderError(say("This comment belongs to no rubric item and cannot have points; create a new one."))
        before = tables.comments.every(question)
        new = replace(comment, text=text_of(text), points=comment.points if points is None else points)
        change = _Change(
            before, before | {number: new}, tables.questions.max_effects(self.batch, question), self.negative
        )
        latest: dict[tuple[str, str], Effect] = {}
        for use in tables.comments.uses(number, self.batch):
            latest[(use.submission, use.check)] = change.effect(use)
        return list(latest.values())


@dataclass(frozen=True)
class _Change:
    """The comments of a question before and after a change, and what the points that follow from them depend on."""

    before: Mapping[int, Comment]
    after: Mapping[int, Comment]
    max_effects: Mapping[str, Decimal]
    negative: frozenset[str]

    def effect(self, use: CommentUse) -> Effect:
        """Return the effect on an override: points that a tutor gave beside the items stay as they are."""
        old, new = (self._points(comments, use) for comments in (self.before, self.after))
        new_points = new if new is not None and old == use.points else use.points
        new_reason = reason_of([self.after[number].text for number in use.comments], use.own_reason)
        return Effect(
            use.submission, use.team, use.check, use.digest, use.points, new_points, use.reason, new_reason,
            use.comments, use.own_reason, _untouched(use),
        )  # fmt: skip

    def _points(self, comments: Mapping[int, Comment], use: CommentUse) -> Decimal | None:
        used = [comments[number] for number in use.comments]
        return points_of_items(used, self.max_effects, self.negative).get(use.check)


def reason_of(texts: Sequence[str], own_reason: str) -> str:
    """Return the reason of an override: the texts of its comments, then the tutor's own words."""
    return "\n".join([*texts, *([own_reason] if own_reason else [])])


def text_of(typed: str) -> str:
    """Return the text of a comment as it was typed, without spaces at the ends of lines.

    Raises:
        GraderError: it is empty or too long.
    """
    text = storable("\n".join(line.rstrip() for line in typed.strip().splitlines()))
    if not text:
        raise GraderError(say("The comment has no text."))
    if len(text) > MAX_LETTERS:
        raise GraderError(
            say("The comment has {found} characters; the limit is {limit}.", found=len(text), limit=MAX_LETTERS)
        )
    return text


def _untouched(use: CommentUse) -> str:
    """Return the reason why a change of the comment does not change an override; empty if it does."""
    if use.latest_points is None:
        return "withdrawn since"
    if use.is_latest:
        return "edited by hand" if use.edited else ""
    return "graded by hand since" if use.latest_edited else "graded with other comments since"
