"""Requirements on what was observed of a run, and the verdict on them.

What a submission's process says about itself earns nothing by itself. A lack can cost points where it is proven: nobody
forges a mistake, but a run that stopped or a part that was not observed proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.model import Message, Table, Text
from grader.model.message import NOTHING, say, say_number, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed

MET, LACKING, UNKNOWN = say("yes"), say("no"), say("not known")


@dataclass(frozen=True)
class Requirement:
    """One thing that is required: its name, what was found, and whether that is enough (None: not known).

    `proves` is whether what was found leaves no doubt if it is not enough.
    """

    name: Text
    found: Text
    met: bool | None
    proves: bool = True

    @property
    def row(self) -> tuple[Text, Text, Text]:
        """Return the requirement as a row of a table."""
        return self.name, self.found, UNKNOWN if self.met is None else MET if self.met else LACKING


def number_met(requirements: Sequence[Requirement]) -> int:
    """Return how many requirements are met."""
    return sum(one.met is True for one in requirements)


def table_of(title: Text, requirements: Sequence[Requirement]) -> Table:
    """Return the requirements as a table, a row each."""
    return Table(title, (say("Required"), say("Found"), say("Met")), tuple(one.row for one in requirements))


@dataclass(frozen=True)
class Observed:
    """What decides about requirements: those of the best candidate, their table, and why a lack may prove nothing."""

    requirements: Sequence[Requirement]
    table: Table
    doubts: Sequence[Text] = ()
    confirmed: bool = False  # by values that were compared outside
    credit: Decimal | None = None  # of a proven lack; None leaves it to a tutor
    guide: str = ""

    def verdict(self) -> Verdict:
        """Return the verdict: passed only if confirmed, failed only for a proven lack, otherwise a prepared review."""
        return replace(self._verdict(), guide=self.guide)

    def _verdict(self) -> Verdict:
        lacks = [one for one in self.requirements if one.met is not True]
        if not lacks and self.confirmed:
            return passed(self._all_met(), self.table)
        if not lacks:
            return needs_review(self._all_met(), say("A tutor will confirm this."), self.table)
        false = [one for one in lacks if one.met is False]
        listed = [say("{name} (found: {found})", name=one.name, found=one.found) for one in false or lacks]
        if false:
            what = say_number(
                "{n} requirement is not met: {lacks}.",
                "{n} requirements are not met: {lacks}.",
                len(listed),
                lacks=listed,
            )
        else:
            what = say_number(
                "{n} requirement could not be checked: {lacks}.",
                "{n} requirements could not be checked: {lacks}.",
                len(listed),
                lacks=listed,
            )
        proven = not self.doubts and any(one.proves for one in false)
        if proven and self.credit is not None:
            return failed(what, NOTHING, self.table, credit=self.credit)
        return needs_review(sentences(what, *self.doubts), say("A tutor will decide."), self.table)

    def _all_met(self) -> Message:
        count = len(self.requirements)
        return say_number("The requirement is met.", "All {n} requirements are met.", count)
