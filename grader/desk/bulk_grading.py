"""One decision for all submissions of a list: the line that gets points, the preview, and what was there before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.desk.manual_grading import GradingDesk
from grader.desk.points import points_of_items
from grader.desk.selection import Filters, ListedSubmission, listed, selected
from grader.errors import GraderError
from grader.model.message import Text, say
from grader.results.tables import Tables


@dataclass(frozen=True)
class BulkMember:
    """A submission of the list: its points for the line now, None while unresolved, and the version of its grade."""

    name: str
    team: str
    earned: Decimal | None
    version: str


@dataclass(frozen=True)
class BulkPage:
    """The form of a list: the line that gets points, all lines of the question, and the members."""

    target: str
    max_effect: Decimal
    lines: Mapping[str, Text]
    members: tuple[BulkMember, ...]

    @property
    def names(self) -> set[str]:
        """Return the names of all members."""
        return {one.name for one in self.members}


class BulkGrading:
    """Decisions for many submissions at one question."""

    def __init__(self, desk: GradingDesk, question: str) -> None:
        self.desk, self.question = desk, question

    def page(self, filters: Filters, target: str, tutor: str) -> BulkPage | None:
        """Return the form of a list, or None if the question has no line that gives or takes points."""
        lines = self.desk.lines(self.question)
        wanted = target or filters.check
        line = wanted if wanted in lines else next(iter(lines), "")
        if not line:
            return None
        listed_by = filters.check or line  # without a check, "needs review" means the line that gets points
        rows = selected(self.desk, listed(self.desk, self.question, listed_by), filters, tutor)
        with self.desk.records.reading() as tables:
            earned = {
                one.submission: one.earned for one in tables.questions.states(self.desk.batch, self.question, line)
            }
            versions = self._versions(tables, lines)
            most = tables.questions.max_effects(self.desk.batch, self.question)[line]
        members = tuple(_member(row, earned, versions) for row in rows if row.name in earned)
        return BulkPage(line, most, lines, members)

    def _versions(self, tables: Tables, lines: Mapping[str, Text]) -> dict[str, str]:
        checks = {check for _, check, _ in tables.questions.checks(self.desk.batch, self.question)}
        return tables.overrides.versions(self.desk.batch, checks | set(lines))

    def new_points(self, page: BulkPage, given: Mapping[str, tuple[Decimal, str]], used: Sequence[int]) -> Decimal:
        """Return the points that every selected submission would have for the line.

        Raises:
            GraderError: none are given, or they are outside the limits of the line.
        """
        items = [self.desk.bank.comment(self.question, number) for number in used]
        of_items = points_of_items(items, {page.target: page.max_effect}, self.desk.negative)
        if page.target not in given and page.target not in of_items:
            raise GraderError(say("Enter points for at least one rubric item."))
        new = given[page.target][0] if page.target in given else of_items[page.target]
        low, high = min(page.max_effect, Decimal(0)), max(page.max_effect, Decimal(0))
        if not new.is_finite() or not low <= new <= high:
            raise GraderError(
                say(
                    "{points} points for {title}; the range is {low} to {high}.",
                    points=new, title=page.lines[page.target], low=low, high=high,
                )
            )  # fmt: skip
        return new


def _member(row: ListedSubmission, earned: Mapping[str, Decimal | None], versions: Mapping[str, str]) -> BulkMember:
    return BulkMember(row.name, row.team, earned[row.name], versions.get(row.name, "none"))
