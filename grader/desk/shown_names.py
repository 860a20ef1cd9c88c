"""How submissions are called on the pages of the desk: by their teams, or by numbers while grading is anonymous."""

from __future__ import annotations

import re

from grader.desk.question_queue import fair_order
from grader.errors import GraderError
from grader.model.message import Text, say
from grader.results.results_database import ResultsDatabase

_ALIAS = re.compile(r"~(\d+)")


class ShownNames:
    """The names of a batch's submissions for pages and addresses; a number stays the same while the batch does."""

    def __init__(self, records: ResultsDatabase, batch: int) -> None:
        self._records = records
        self._order: list[str] = []
        self._numbers: dict[str, int] = {}
        self.refresh(batch)

    def refresh(self, batch: int) -> None:
        """Read the names and the setting anew."""
        with self._records.reading() as tables:
            names = tables.submissions.names(batch)
            self.anonymous = tables.settings.is_anonymous()
        self._order = fair_order(names, "")
        self._numbers = {name: number for number, name in enumerate(self._order, 1)}

    def set_anonymous(self, hidden: bool) -> None:
        """Hide the names of teams from now on, or show them."""
        with self._records.writing() as tables:
            tables.settings.set_anonymous(hidden)
        self.anonymous = hidden

    def team(self, name: str, team: str) -> Text:
        """Return what a page calls a submission of a team."""
        number = self._numbers.get(name)
        if not self.anonymous:
            return team
        return say("Submission {number}", number=number) if number is not None else say("A submission")

    def address(self, name: str) -> str:
        """Return what stands for a submission in an address."""
        return f"~{self._numbers[name]}" if self.anonymous and name in self._numbers else name

    def name(self, address: str) -> str:
        """Return the name of the submission that an address has, which may be from before names were hidden.

        Raises:
            GraderError: the number is that of no submission.
        """
        found = _ALIAS.fullmatch(address)
        if found is None:
            return address
        if not 0 < int(found[1]) <= len(self._order):
            raise GraderError(say("There is no submission {submission} in this run.", submission=address))
        return self._order[int(found[1]) - 1]

    def reveal(self, name: str, by: str) -> None:
        """Note that a tutor looks at the name of a submission's team."""
        with self._records.writing() as tables:
            tables.settings.add_reveal(name, by)
