"""Give each member the team's points, or the member's own if a tutor has adjusted them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from grader.errors import GraderError
from grader.exports.export_format import Inputs, read
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


def people_of(inputs: Inputs) -> list[Person]:
    """Return the members whose points may be exported: `all_people` without those who are in two submissions."""
    people = all_people(inputs)
    disputed = _disputed(people)
    return [person for person in people if not disputed.keys() & _keys(person)]


def disputes(inputs: Inputs) -> tuple[str, ...]:
    """Return a warning for each student who is in two submissions, as anybody can name anybody: a tutor decides."""
    return tuple(
        f"{key} is in two submissions, {' and '.join(teams)}: not exported; remove the one that does not count"
        for key, teams in _disputed(all_people(inputs)).items()
    )


def all_people(inputs: Inputs) -> list[Person]:
    """Return all members of all teams, in the order of their team; a team without members is one entry.

    Raises:
        GraderError: an adjustment fits no student or gives invalid points.
    """
    found: list[Person] = []
    for row in inputs.rows():
        members = [person for person in row.people if any(person)]
        found += [Person(name, number, email, row, row.total) for name, number, email in members or [("", "", "")]]
    given = inputs.options.adjustments
    return found if given is None else _adjusted(found, read_adjustments(given))


def _keys(person: Person) -> set[str]:
    return {key for key in (person.student_id, person.email.casefold()) if key}


def _disputed(people: Iterable[Person]) -> dict[str, list[str]]:
    """Return the ids and emails that stand in more than one submission, each with the names of the teams."""
    teams: dict[str, dict[str, str]] = {}
    for person in people:
        for key in sorted(_keys(person)):
            teams.setdefault(key, {})[person.row.name] = person.row.team
    return {key: list(several.values()) for key, several in teams.items() if len(several) > 1}


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
    try:
        text = read(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise GraderError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    reader = csv.DictReader(io.StringIO(text))
    head = {(name or "").strip().lower() for name in reader.fieldnames or []}
    if not {"points", "reason"} <= head or not {"id", "email"} & head:
        raise GraderError(f"{path}:1: the first line must name id or email, points and reason")
    found: dict[str, MemberAdjustment] = {}
    for number, raw in enumerate(reader, 2):
        row = {(key or "").strip().lower(): (value or "").strip() for key, value in raw.items() if isinstance(key, str)}
        place = f"{path}:{number}"
        key = row.get("id", "") or row.get("email", "").casefold()
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
