"""Groups of near-duplicates, which are graded together; the differences are shown beside each answer."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from grader.desk.like_answers import ComparedAnswers
from grader.desk.manual_grading import GradingDesk
from grader.errors import GraderError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Member:
    """A submission of a group with the words that it has in addition to the first one, and those that it lacks."""

    name: str
    team: str
    more: str
    less: str

    @property
    def same(self) -> bool:
        """Return whether the answer is the same, word for word."""
        return not self.more and not self.less


@dataclass(frozen=True)
class Alike:
    """A group of answers; all are compared with that of its first submission."""

    question: str
    members: tuple[Member, ...]

    @property
    def first(self) -> Member:
        """Return the submission that is shown."""
        return self.members[0]


class Groups:
    """The groups of one output folder."""

    def __init__(self, desk: GradingDesk) -> None:
        self.desk = desk

    def warm(self) -> None:
        """Read and compare all answers, so that no page takes this time later."""
        try:
            for question in self.desk.questions():
                self.desk.everyone(question.id)
                self.of(question.id)
        except GraderError as error:  # the page of groups shows it
            log.warning("groups were not prepared: %s", error)

    def of(self, question: str) -> list[Alike]:
        """Return the groups of two or more submissions that are unresolved in a question, the largest first."""
        needs_review = self.desk.open_in(question)
        teams = self.desk.teams()
        compared = self.desk.like.of(question, self.desk.everyone(question))
        groups = [[name for name in group if name in needs_review] for group in compared.groups()]
        found = [Alike(question, _members(compared, group, teams)) for group in groups if len(group) > 1]
        return sorted(found, key=lambda group: (-len(group.members), group.first.name))

    def group(self, question: str, first: str) -> Alike | None:
        """Return the group whose first submission this is, or None if there is no such group any more."""
        return next((one for one in self.of(question) if one.first.name == first), None)


def _members(compared: ComparedAnswers, names: Sequence[str], teams: dict[str, str]) -> tuple[Member, ...]:
    return tuple(Member(name, teams[name], *compared.difference(name, names[0])) for name in names)
