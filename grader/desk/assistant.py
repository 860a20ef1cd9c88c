"""The assistant of a course: it suggests comments for answers; a tutor takes them over or not, and gives the points.

Nothing is sent anywhere unless the rubric names an endpoint and a tutor measures it or opens an answer of a question
where it was measured. A suggestion is shown only where the assistant agrees with the tutors.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from grader.desk.agreement import Agreement, cohens_kappa
from grader.desk.assistant_client import Endpoint, reply
from grader.desk.assistant_prompt import MAX_ANSWER, GradedExample, messages, read_reply
from grader.desk.manual_grading import GradingDesk
from grader.desk.points import points_of_items
from grader.desk.without_people import without_people
from grader.model import ScoredCheck
from grader.model.summary import SubmissionSummary
from grader.results.comments import Comment
from grader.results.suggestions import SuggestedItem, Suggestion

MAX_EXAMPLES = 4
MEASURED_AT_ONCE = 10  # answers, as a tutor looks on


@dataclass(frozen=True)
class ShownSuggestion:
    """A comment of the bank with the words of the answer that show it."""

    comment: Comment
    quote: str


def endpoint_of(text: str) -> Endpoint | None:
    """Return the endpoint of a batch as the database has it, or None; the key is that of the environment now."""
    if not text:
        return None
    given = json.loads(text)
    return Endpoint(given["endpoint"], given["model"], os.environ.get(given.get("key") or "", "").strip())


class Assistant:
    """The assistant of one output folder."""

    def __init__(self, desk: GradingDesk) -> None:
        self.desk = desk

    @property
    def endpoint(self) -> Endpoint | None:
        """Return where the assistant of the batch is; None if the rubric names none."""
        with self.desk.records.reading() as tables:
            return endpoint_of(tables.batches.suggest(self.desk.batch))

    def items(self, question: str) -> list[Comment]:
        """Return the comments that it can suggest: those with points, by number."""
        found = (one for one in self.desk.bank.search(question) if one.points is not None and one.check)
        return sorted(found, key=lambda one: one.id)

    def agreement(self, question: str) -> Agreement:
        """Return how far it agrees with the tutors on answers that they graded without a suggestion."""
        endpoint = self.endpoint
        if endpoint is None:
            return Agreement(0, 0, None)
        with self.desk.records.reading() as tables:
            made = tables.suggestions.of_question(question, endpoint.source)
        graded = set(self._graded(question))
        measured = [one for one in made.values() if one.after and one.submission in graded]
        useful = [one for one in measured if one.items is not None]
        items = self.items(question)
        pairs = [pair for one in useful for pair in self._pairs(question, one, items)]
        return Agreement(len(useful), sum(one.items is None for one in measured), cohens_kappa(pairs))

    def _graded(self, question: str) -> list[str]:
        unresolved = self.desk.open_in(question)
        return [name for name in self.desk.queue(question) if name not in unresolved]

    def _pairs(
        self, question: str, one: Suggestion, items: Sequence[Comment]
    ) -> list[tuple[Decimal | None, Decimal | None]]:
        """Return the points of tutor and assistant for each rubric item that has comments with points."""
        item = self.desk.item(question, one.submission)
        known = {scored.finding.check: scored for scored in item.question.checks}
        numbers = {each.comment for each in one.items or ()}
        max_effects = {check: scored.max_effect for check, scored in known.items()}
        chosen = [each for each in items if each.id in numbers]
        points = points_of_items(chosen, max_effects, self.desk.negative)
        checks = sorted({each.check for each in items if each.check in known})
        return [(known[check].earned, points.get(check, self._without_items(check, known[check]))) for check in checks]

    def _without_items(self, check: str, scored: ScoredCheck) -> Decimal:
        return scored.max_effect if check in self.desk.negative else Decimal(0)

    def measure(self, question: str) -> None:
        """Ask about some answers that tutors graded before, to know how far it agrees with them.

        Raises:
            NoReply: the assistant gave no reply.
        """
        endpoint = self.endpoint
        if endpoint is None or not self.items(question):
            return
        with self.desk.records.reading() as tables:
            made = tables.suggestions.of_question(question, endpoint.source)
        left = (name for name in self._graded(question) if name not in made and self._answer(question, name))
        for name in list(islice(left, MEASURED_AT_ONCE)):
            self._ask(endpoint, question, name, after=True)

    def suggestion(self, question: str, name: str) -> list[ShownSuggestion]:
        """Return the suggestion for an unresolved answer; nothing where it agrees too little or has no use.

        Raises:
            NoReply: the assistant gave no reply.
        """
        endpoint = self.endpoint
        if endpoint is None or name not in self.desk.open_in(question) or not self.agreement(question).is_enough:
            return []
        with self.desk.records.reading() as tables:
            made = tables.suggestions.of_question(question, endpoint.source).get(name)
        if made is None:
            found = self._ask(endpoint, question, name, after=False)
        else:
            found = made.items
            if made.after and found:  # its grade was undone; the next one is given with the suggestion on the page
                self._save(endpoint, question, Suggestion(name, found, after=False))
        known = {one.id: one for one in self.items(question)}
        return [ShownSuggestion(known[one.comment], one.quote) for one in found or () if one.comment in known]

    def _ask(self, endpoint: Endpoint, question: str, name: str, after: bool) -> tuple[SuggestedItem, ...] | None:
        """Ask about one answer, and save what came of it."""
        item, answer = self.desk.item(question, name), self._answer(question, name)
        items = [replace(one, text=self._without_people(one.text)) for one in self.items(question)]
        if not items or not answer:
            return None
        guides = [scored.finding.guide for scored in item.question.checks if scored.finding.guide]
        examples = self._examples(question, name, {one.id for one in items})
        asked = messages(str(item.question.title), guides, items, examples, answer)
        found = read_reply(reply(endpoint, asked), items, answer)
        self._save(endpoint, question, Suggestion(name, found, after))
        return found

    def _save(self, endpoint: Endpoint, question: str, one: Suggestion) -> None:
        with self.desk.records.writing() as tables:
            tables.suggestions.put(question, endpoint.source, one)

    def nameless(self) -> int:
        """Return how many submissions have nobody whose name is known, so that it cannot be left out of answers."""
        return sum(not any(person.name for person in row.people) for row in self._rows())

    def _rows(self) -> list[SubmissionSummary]:
        with self.desk.records.reading() as tables:
            return list(tables.submissions.of_batch(self.desk.batch))

    def _without_people(self, text: str) -> str:
        rows = self._rows()
        return without_people(text, [person for row in rows for person in row.people], [row.team for row in rows])

    def _answer(self, question: str, name: str) -> str:
        """Return an answer as it may be sent, without people; empty if there is none or it is for a person alone."""
        found = self.desk.item(question, name).report.answers.get(question)
        text = self._without_people(found.text) if found is not None and len(found.text) <= MAX_ANSWER else ""
        return text if len(text) <= MAX_ANSWER else ""

    def _examples(self, question: str, name: str, offered: set[int]) -> list[GradedExample]:
        """Return the graded answers that are most like one, without itself."""
        compared = self.desk.like.of(question, self.desk.everyone(question))
        row = dict(zip(compared.names, compared.likeness.row(compared.names.index(name)), strict=True))
        others = sorted((one for one in self._graded(question) if one != name), key=lambda one: -row.get(one, 0))
        examples = []
        for other in others[:MAX_EXAMPLES]:
            text = self._answer(question, other)
            chosen = sorted(self.desk.form_values(question, other).chosen & offered)
            if text:
                examples.append(GradedExample(text, tuple(chosen)))
        return examples
