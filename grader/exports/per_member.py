"""Give each member the team's points, or the member's own if a tutor has adjusted them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from grader.errors import GraderError
from grader.exports.export_format import Inputs
from grader.lists.table import read_table
from grader.model.people import KnownPerson
from grader.model.summary import SubmissionSummary
from grader.text import points


@dataclass(frozen=True)
class Person:
    """One member with her points; `total` is None while a check is unresolved, `reason` is that of an adjustment.

    `more` are the points that a tutor added for this member; `total` includes them.
    """

    name: str
    student_id: str
    email: str
    row: SubmissionSummary
    total: Decimal | None
    reason: str = ""
    more: Decimal = Decimal(0)
    platform_id: str = ""

    @property
    def words(self) -> str:
        """Return the name of the member, for a message."""
        return self.name or self.student_id or self.email or self.row.team

    @property
    def late(self) -> bool:
        """Return whether the team's submission was late."""
        return any(check.late and check.status == "failed" for check in self.row.checks)

    @property
    def lost(self) -> Decimal:
        """Return the loss for lateness, as points below zero."""
        taken = [check.earned for check in self.row.checks if check.late and check.earned is not None]
        return sum(taken, Decimal(0))


@dataclass(frozen=True)
class MemberAdjustment:
    """An adjustment for one member: points to add, or the exact points."""

    key: str
    points: Decimal
    relative: bool
    reason: str
    place: str

    def applied(self, total: Decimal | None) -> Decimal | None:
        """Return the member's points, given the team's `total`."""
        if not self.relative:
            return self.points
        return None if total is None else total + self.points


class Members(NamedTuple):
    """The members whose points are sure, and a sentence for each one whose are not."""

    sure: list[Person]
    doubts: tuple[str, ...] = ()


def people_of(inputs: Inputs) -> Members:
    """Return all members of all teams, in the order of their team; a team without members is one entry.

    A student in two submissions is a doubt and concerns nobody else.

    Raises:
        GraderError: an adjustment fits no student or gives invalid points.
    """
    found: list[Person] = []
    for row in inputs.rows():
        people = [person for person in row.people if any(person)]
        found += [
            Person(one.name, one.student_id, one.email, row, row.total, platform_id=one.platform_id)
            for one in people or [KnownPerson("", "", "")]
        ]
    if inputs.options.adjustments is not None:
        found = _adjusted(found, read_adjustments(inputs.options.adjustments))
    doubts = _in_several(found)
    sure = [person for person in found if not any(key in doubts for key in _keys(person))]
    return Members(sure, tuple(dict.fromkeys(doubts.values())))


def sure_people(inputs: Inputs) -> list[Person]:
    """Return all members of all teams, as `people_of`.

    Raises:
        GraderError: a student is in two submissions, or an adjustment cannot be used.
    """
    members = people_of(inputs)
    if members.doubts:
        raise GraderError("\n".join(members.doubts))
    return members.sure


def _keys(person: Person) -> Iterator[str]:
    yield from filter(None, (person.student_id, person.email.casefold(), person.platform_id))


def _in_several(people: Iterable[Person]) -> dict[str, str]:
    """Return a sentence by the id, email or number of each student who is in several submissions."""
    rows: dict[str, dict[str, str]] = {}
    for person in people:
        for key in _keys(person):
            rows.setdefault(key, {})[person.row.name] = person.row.team
    return {
        key: f"{key} is in {len(teams)} submissions, {' and '.join(teams.values())}; remove those that do not count"
        for key, teams in rows.items()
        if len(teams) > 1
    }


def _adjusted(people: Sequence[Person], adjustments: Mapping[str, MemberAdjustment]) -> list[Person]:
    used: set[str] = set()
    found = []
    for person in people:
        keys = {person.student_id, person.email.casefold()} & adjustments.keys()
        if len(keys) > 1:
            raise GraderError(f"{adjustments[min(keys)].place}: {person.words} is listed twice; keep one line")
        for key in keys:
            used.add(key)
            one = adjustments[key]
            total = one.applied(person.total)
            if total is not None and total < 0:
                raise GraderError(f"{one.place}: {points(total)} points for {person.words}; the minimum is 0")
            person = replace(person, total=total, reason=one.reason, more=one.points if one.relative else Decimal(0))
        found.append(person)
    if unknown := [one for key, one in adjustments.items() if key not in used]:
        raise GraderError("\n".join(f"{one.place}: no member has the id or email {one.key}" for one in unknown))
    return found


def read_adjustments(path: Path) -> dict[str, MemberAdjustment]:
    """Read `id` or `email`, `points` (+1, -2, =12.5) and `reason`, by id or email.

    Raises:
        GraderError: a column or value is missing, or points are no number.
    """
    found: dict[str, MemberAdjustment] = {}
    for row in read_table(path, ("points", "reason"), ("id", "email")):
        if not {"id", "email"} & row.values.keys():
            raise GraderError(f"{path}:1: the first line must name id or email, points and reason")
        place = row.place
        key = row["id"] or row["email"].casefold()
        if not key or not row["reason"]:
            raise GraderError(f"{place}: no {'reason' if key else 'id or email'}; every line needs one")
        if key in found:
            raise GraderError(f"{place}: {key} is listed twice; keep one line")
        match = re.fullmatch(r"(?P<sign>[+=-]?)\s*(?P<number>\d+(?:[.,]\d+)?)", row["points"])
        if match is None:
            raise GraderError(f"{place}: not points: {row['points']!r}; write +1, -2 or =12.5")
        value = Decimal(match["number"].replace(",", "."))
        relative = match["sign"] in ("+", "-")
        found[key] = MemberAdjustment(key, -value if match["sign"] == "-" else value, relative, row["reason"], place)
    return found
