"""What the desk reads over all submissions of a batch: questions, queues, titles and points."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from grader.desk.like_answers import LikeAnswers
from grader.desk.question_queue import QuestionQueue, in_order, seconds_per_override
from grader.model.message import Text
from grader.results.results_database import ResultsDatabase


class CourseReader:
    """Questions and submissions of the last batch of one output folder; nothing is written."""

    records: ResultsDatabase
    batch: int
    like: LikeAnswers

    def questions(self) -> list[QuestionQueue]:
        """Return the questions of the batch, in the rubric's order, with the unresolved submissions of each."""
        with self.records.reading() as tables:
            pace = seconds_per_override(tables.overrides.last_times(50))
            found = tables.questions.progress(self.batch)
        return [
            QuestionQueue(q.id, q.title, q.unresolved, q.by_hand, None if pace is None else q.unresolved * pace / 60)
            for q in found
        ]

    def queue(self, question: str) -> list[str]:
        """Return the submissions that need a tutor in a question, like answers one after the other.

        These are the unresolved ones and those that a tutor graded; the order favors no team.
        """
        with self.records.reading() as tables:
            needed = tables.questions.for_people(self.batch, question)
        return in_order(self.everyone(question), needed)

    def everyone(self, question: str) -> list[str]:
        """Return all submissions that have a question, like answers one after the other; the order favors no team."""
        with self.records.reading() as tables:
            names = tables.questions.of_question(self.batch, question)
        return self.like.order(question, names)

    def graded_by_people(self, question: str) -> set[str]:
        """Return the submissions that a tutor graded in a question and that are resolved in it."""
        with self.records.reading() as tables:
            people = tables.questions.for_people(self.batch, question)
            return people - tables.questions.unresolved(self.batch, question)

    def open_in(self, question: str) -> set[str]:
        """Return the submissions that are unresolved in a question."""
        with self.records.reading() as tables:
            return tables.questions.unresolved(self.batch, question)

    def title_of(self, question: str) -> Text:
        """Return the title of a question, or its id if the batch has none."""
        with self.records.reading() as tables:
            return tables.questions.title(question)

    def teams(self) -> dict[str, str]:
        """Return the team of each submission of the batch, by the submission's name."""
        with self.records.reading() as tables:
            return tables.submissions.teams(self.batch)

    def lines(self, question: str) -> dict[str, Text]:
        """Return the titles of a question's checks that give or take points, by their ids."""
        with self.records.reading() as tables:
            return tables.questions.lines(self.batch, question)

    def checks(self, question: str) -> dict[str, Text]:
        """Return the titles of all checks of a question, by their ids in the rubric's order."""
        with self.records.reading() as tables:
            return {check: title for _, check, title in tables.questions.checks(self.batch, question)}

    def others(self, question: str) -> list[tuple[str, int]]:
        """Return the number of submissions for each number of points in a question, the fewest points first."""
        with self.records.reading() as tables:
            counts = Counter(str(earned) for earned in tables.questions.earned(self.batch, question))
        return sorted(counts.items(), key=lambda one: Decimal(one[0]))
