"""What a tutor gave in a form, as overrides of one submission; what did not change stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.desk.comment_bank import reason_of
from grader.desk.forms import is_unchanged, shown_source
from grader.desk.points import check_points, points_of_items
from grader.errors import GraderError
from grader.model import Override, Report, ScoredQuestion, Status
from grader.model.message import say
from grader.model.summary import SubmissionSummary
from grader.results.comments import Comment
from grader.results.overrides import ReasonSource, StoredOverride


@dataclass(frozen=True)
class SubmissionAtQuestion:
    """One submission at one question, for the page of a tutor."""

    name: str
    report: Report
    question: ScoredQuestion
    row: SubmissionSummary

    @property
    def has_error(self) -> bool:
        """Return whether a check of the submission has a grader error."""
        return any(check.status is Status.error for check in self.row.checks)


class OutOfDate(GraderError):
    """Somebody graded a submission since a tutor opened its page."""


def out_of_date(stored: Mapping[str, StoredOverride]) -> OutOfDate:
    """Return the exception that names who graded last, where `stored` are the overrides that count now."""
    if not stored:
        return OutOfDate(say("A grade was undone since you opened this page. Save again to keep your own entries."))
    last = max(stored.values(), key=lambda one: one.id)
    return OutOfDate(
        say(
            "{by} has graded this since you opened the page; that grade is shown at its rubric item, and your own "
            "entries are in the fields. Save again to replace it.",
            by=last.by,
        )
    )


def new_overrides(
    item: SubmissionAtQuestion,
    stored: Mapping[str, StoredOverride],
    given: Mapping[str, tuple[Decimal, str]],
    used: Sequence[Comment],
    by: str,
    negative: Collection[str] = (),
) -> list[tuple[Override, str]]:
    """Return the overrides of one submission, each with the tutor's own words, without those that repeat `stored`.

    Raises:
        GraderError: no points are given, a check is not one of the question, or points are outside its limits.
    """
    known = {scored.finding.check: scored for scored in item.question.checks}
    max_effects = {check: scored.max_effect for check, scored in known.items()}
    of_items = points_of_items(used, max_effects, negative)
    whole = {check: (points, "") for check, points in of_items.items()} | dict(given)
    numbers, shown = tuple(one.id for one in used), shown_source(stored)
    if not whole:
        raise GraderError(say("Enter points for at least one rubric item."))
    found = []
    for check, (points, own_reason) in whole.items():
        if check not in known:
            raise GraderError(say("There is no rubric item {check} in this question.", check=check))
        check_points(points, known[check])
        old = stored.get(check)
        if old is not None and is_unchanged(points, ReasonSource(numbers, own_reason), old, shown):
            continue
        reason = reason_of([one.text for one in used], own_reason) or "decided by a person"
        override = Override(item.report.team, check, points, by, reason, digest=item.report.digest)
        found.append((override, own_reason))
    return found
