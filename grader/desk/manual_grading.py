"""Manual grading: the unresolved submissions of an output folder, and the acts of tutors, each in one transaction.

An override counts at once. Reports on disk are written when they are published.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from grader.desk.comment_bank import CommentBank, text_of
from grader.desk.course_reader import CourseReader
from grader.desk.forms import FormValues, stored_values, version_of
from grader.desk.like_answers import LikeAnswers
from grader.desk.new_overrides import SubmissionAtQuestion, new_overrides, out_of_date
from grader.desk.points import check_item_points
from grader.desk.question_queue import Candidates, in_order
from grader.desk.rubric_items import offer_rubric_items
from grader.desk.shown_names import ShownNames
from grader.errors import GraderError
from grader.model import Override, Report
from grader.model.message import say
from grader.model.summary import summary_of
from grader.results.current_reports import current_report, put_current_rows, refresh_rows
from grader.results.output_folder import report_of
from grader.results.overrides import PastOverride, ReasonSource, StoredOverride
from grader.results.results_database import ResultsDatabase
from grader.results.tables import Tables

NOTHING_SHOWN: Mapping[str, str] = MappingProxyType({})  # versions of a form that shows no grades
CLAIMED = timedelta(minutes=10)  # how long a submission that one tutor looks at is not given to another


class GradingDesk(CourseReader):
    """Manual grading of the last batch of one output folder."""

    def __init__(self, folder: Path) -> None:
        """Open a folder and bring the rows of its submissions up to date with their reports and overrides.

        Raises:
            GraderError: nothing was graded there.
        """
        self.folder = folder
        self.records = ResultsDatabase(folder)
        self.batch, self.title, self.question_keys = self.records.last_batch()
        if not self.batch:
            raise GraderError(f"{folder}: no graded submissions; give the folder that 'grader grade --out' wrote")
        self.language = self.records.language()
        self.running: set[str] = set()  # names of submissions that are being graded again
        self.regraded: set[str] = set()  # those that were graded again since the desk started
        self.troubles: dict[str, str] = {}  # the reason why a submission could not be graded again
        self.moved: dict[str, str] = {}  # names that submissions got when they were graded again
        self.bank = CommentBank(self.records, self.batch)
        self.like = LikeAnswers(folder)
        self.shown = ShownNames(self.records, self.batch)
        self.negative = self.bank.negative = offer_rubric_items(self.records, self.batch)
        refresh_rows(self.records, folder, self.batch)

    def next(self, question: str, by: str, after: str = "", tutor: str = "") -> str | None:
        """Claim and return the next unresolved submission that is another's neither now nor by assignment, or None.

        `by` is the session of a browser.
        """
        every = self.everyone(question)
        with self.records.writing() as tables:
            order = in_order(every, tables.questions.for_people(self.batch, question))
            unresolved = tables.questions.unresolved(self.batch, question)
            assigned = tables.assignments.of(question)
            candidates = Candidates(unresolved, tables.claims.current(question), assigned)
            name = candidates.next(order, after, by, tutor)
            if name is not None:
                until = (datetime.now(UTC) + CLAIMED).isoformat(timespec="seconds")
                tables.claims.put(question, name, by, until)
        return name

    def item(self, question: str, name: str) -> SubmissionAtQuestion:
        """Return a submission at a question, with all overrides that count.

        Raises:
            GraderError: there is no such submission or question, or its report cannot be read.
        """
        with self.records.reading() as tables:
            return self._item(tables, question, name)

    def _item(self, tables: Tables, question: str, name: str) -> SubmissionAtQuestion:
        report = self._report(tables, name)
        for one in report.grade.questions:
            if one.id == question:
                return SubmissionAtQuestion(name, report, one, summary_of(report))
        raise GraderError(say("{submission}: there is no question {question}.", submission=name, question=question))

    def report(self, name: str) -> Report:
        """Return a report with the overrides and group decisions that count now.

        Raises:
            GraderError: there is none, or it cannot be read.
        """
        with self.records.reading() as tables:
            return self._report(tables, name)

    def _report(self, tables: Tables, name: str) -> Report:
        name = self.moved.get(name, name)
        if not tables.submissions.is_in(name, self.batch):
            raise GraderError(say("There is no submission {submission} in this run.", submission=name))
        return current_report(report_of(self.folder, name), tables)

    def decide(
        self,
        question: str,
        names: Sequence[str],
        given: Mapping[str, tuple[Decimal, str]],
        by: str,
        comments: Sequence[int] = (),
        versions: Mapping[str, str] = NOTHING_SHOWN,
    ) -> None:
        """Save points and a reason for checks of one submission, or of several with like answers.

        `given` has points and reason by check. The texts of the `comments` come first in the reason, and the points
        that follow from them are for checks that are not in `given`. With the `versions` that submissions had in a
        form, lines that did not change are left as they are.

        Raises:
            OutOfDate: somebody graded it since that version.
            GraderError: a check or comment does not exist, or the points are outside the check's limits.
        """
        numbers = tuple(dict.fromkeys(comments))
        overrides: list[Override] = []
        sources: list[ReasonSource] = []
        with self.records.writing() as tables:
            used = [self.bank.find(tables, question, number) for number in numbers]
            for name in names:
                item = self._item(tables, question, name)
                version = versions.get(name, "")
                stored = self._stored(tables, item) if version else {}
                new = new_overrides(item, stored, given, used, by, self.negative)
                if new and version and version_of(stored) != version:  # saving what is stored already harms nobody
                    raise out_of_date(stored)
                for override, own_reason in new:
                    overrides.append(override)
                    sources.append(ReasonSource(numbers, own_reason))
            tables.overrides.add(overrides, self.question_keys, sources, secrets.token_hex(8))
            self._put_rows(tables, names, f"graded by {by}")

    def form_values(self, question: str, name: str) -> FormValues:
        """Return the form of a submission at a question as it is stored."""
        with self.records.reading() as tables:
            return stored_values(self._stored(tables, self._item(tables, question, name)))

    def history(self, question: str, name: str) -> dict[str, list[PastOverride]]:
        """Return all overrides that a submission ever had in a question, by check, the latest first."""
        with self.records.reading() as tables:
            item = self._item(tables, question, name)
            checks = {scored.finding.check for scored in item.question.checks}
            return tables.overrides.history(item.report.team, item.report.digest, checks)

    def _stored(self, tables: Tables, item: SubmissionAtQuestion) -> dict[str, StoredOverride]:
        checks = {scored.finding.check for scored in item.question.checks}
        return tables.overrides.stored(item.report.team, item.report.digest, checks)

    def undo(self, by: str) -> str | None:
        """Undo the last act of a tutor and return one of its submissions, or None if there is nothing to undo.

        Earlier overrides count again, comments included.
        """
        with self.records.writing() as tables:
            undone = tables.overrides.undo_last(by)
            if undone is None:
                return None
            tables.comments.restore(undone.act)
            found = [tables.submissions.named(team, digest, self.batch) for team, digest in undone.submissions]
            names = list(dict.fromkeys(name for name in found if name is not None))
            self._put_rows(tables, names, f"undone by {by}")
        return names[-1] if names else None

    def write(self, names: Sequence[str], why: str) -> None:
        """Bring the rows of submissions up to date with their reports and overrides."""
        with self.records.writing() as tables:
            self._put_rows(tables, names, why)

    def _put_rows(self, tables: Tables, names: Sequence[str], why: str) -> None:
        put_current_rows(tables, self.folder, [self.moved.get(name, name) for name in names], why)

    def change_comment(
        self, question: str, number: int, text: str, points: Decimal | None, by: str, expected: int | None = None
    ) -> int:
        """Change a comment in all overrides that came from it, and return how many changed.

        With `expected`, nothing changes if another number of overrides would.

        Raises:
            GraderError: the comment does not exist, points are outside a check's limits, or more or fewer than
                `expected` overrides would change.
        """
        with self.records.writing() as tables:
            effects = [one for one in self.bank.effects_of(tables, question, number, text, points) if one.changes]
            if expected is not None and len(effects) != expected:
                raise GraderError(say("This comment was used or removed since the preview; check the preview again."))
            comment = self.bank.find(tables, question, number)
            if points is not None:
                self._check_points(tables, question, comment.check, points)
            act = secrets.token_hex(8)
            tables.comments.change(comment, text_of(text), points, act)
            overrides = [
                Override(one.team, one.check, one.new_points, by, one.new_reason, digest=one.digest) for one in effects
            ]
            sources = [ReasonSource(one.comments, one.own_reason) for one in effects]
            tables.overrides.add(overrides, self.question_keys, sources, act)
            names = list(dict.fromkeys(one.name for one in effects))
            self._put_rows(tables, names, f"comment changed by {by}")
        return len(effects)

    def add_comment(self, question: str, text: str, check: str, points: Decimal | None, by: str) -> int:
        """Add a comment to the bank and return its number.

        Raises:
            GraderError: the text is empty or too long, or the points do not fit the check.
        """
        with self.records.writing() as tables:
            if points is not None:
                self._check_points(tables, question, check, points)
            return tables.comments.add(question, text_of(text), check, points, by)

    def remove_comment(self, question: str, number: int) -> None:
        """Offer a comment no longer; grades that came from it keep its text.

        Raises:
            GraderError: the comment does not exist.
        """
        with self.records.writing() as tables:
            tables.comments.remove(self.bank.find(tables, question, number).id)

    def _check_points(self, tables: Tables, question: str, check: str, points: Decimal) -> None:
        name = tables.questions.submission_with(self.batch, question, check)
        if name is None:
            raise GraderError(say("There is no rubric item {check} in this question.", check=check))
        for scored in self._item(tables, question, name).question.checks:
            if scored.finding.check == check:
                check_item_points(points, scored)
