"""Compute the standings of a course from the results of its assignments, and the admission to the exam."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from grader.course.course_schema import Admission, Assignment, Course
from grader.errors import GraderError
from grader.exports.export_format import Inputs, Options
from grader.exports.per_member import Person, sure_people
from grader.lists.course_lists import read_roster
from grader.model import Member
from grader.results.results_database import ResultsDatabase
from grader.rubric.load import read_rubric

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Score:
    """The points of a student in one assignment, on the course's scale: the certain and the possible ones."""

    worst: Decimal
    best: Decimal
    maximum: Decimal

    @property
    def is_open(self) -> bool:
        """Return whether a check needs review, or nothing is graded yet."""
        return self.worst != self.best

    def or_else(self, other: Score) -> Score:
        """Return the score of a student of whom it is open which of two scores counts."""
        return Score(min(self.worst, other.worst), max(self.best, other.best), self.maximum)


class Standing(StrEnum):
    """The admission of a student: yes, no, or unresolved."""

    admitted = "admitted"
    possible = "still possible"
    impossible = "no longer possible"
    no_rule = ""


@dataclass(frozen=True)
class Student:
    """One student of the roster with her scores."""

    member: Member
    scores: Mapping[str, Score]
    standing: Standing

    @property
    def worst(self) -> Decimal:
        """Return the certain points."""
        return sum((score.worst for score in self.scores.values()), Decimal(0))

    @property
    def best(self) -> Decimal:
        """Return the possible points."""
        return sum((score.best for score in self.scores.values()), Decimal(0))

    @property
    def maximum(self) -> Decimal:
        """Return all points of the course."""
        return sum((score.maximum for score in self.scores.values()), Decimal(0))


@dataclass(frozen=True)
class Standings:
    """All students of the roster, and warnings for the tutor."""

    course: Course
    students: tuple[Student, ...]
    warnings: tuple[str, ...]


def standings(course: Course) -> Standings:
    """Return the standings of a course.

    Raises:
        GraderError: a list, a rubric or results cannot be read.
    """
    roster = read_roster(course.roster)
    scores: dict[str, dict[str, Score]] = {number: {} for number in roster}
    warnings: list[str] = []
    for one in course.assignments:
        found, more = _scores(one, roster)
        warnings += more
        for number in roster:
            scores[number][one.id] = found[number]
    students = tuple(
        Student(member, scores[number], _standing(course.admission, list(scores[number].values())))
        for number, member in roster.items()
    )
    return Standings(course, students, tuple(warnings))


def _scores(one: Assignment, roster: Mapping[str, Member]) -> tuple[dict[str, Score], list[str]]:
    """Return the score of each student in one assignment; no submission gives 0 points once it is graded."""
    maximum = one.points if one.points is not None else read_rubric(one.rubric).points
    if not ResultsDatabase(one.results).path.exists():
        return dict.fromkeys(roster, Score(Decimal(0), maximum, maximum)), [f"{one.id}: not graded yet"]
    emails = Counter(member.email.casefold() for member in roster.values())
    by_email = {key: number for number, one in roster.items() if emails[key := one.email.casefold()] == 1 and key}
    found = dict.fromkeys(roster, Score(Decimal(0), Decimal(0), maximum))
    warnings = _of_another_rubric(one)
    by: dict[str, Person] = {}
    for person in sure_people(Inputs(one.results, Options(adjustments=one.adjustments))):
        number = person.student_id if person.student_id in roster else by_email.get(person.email.casefold(), "")
        if not number:
            warnings.append(f"{one.id}: {person.words} ({person.row.team}) is not on the roster")
        else:
            score = _score(person, maximum)
            if (other := by.setdefault(number, person)).row.name != person.row.name:
                teams = f"{other.row.team} and {person.row.team}"
                warnings.append(
                    f"{one.id}: {roster[number].name} ({number}) is in two submissions, {teams}; "
                    "the points are open until one of them does not name this student"
                )
                score = found[number].or_else(score)
            found[number] = score
    return found, warnings


def _of_another_rubric(one: Assignment) -> list[str]:
    """Return a warning if the rubric of the results has other checks or points than the one in the course file."""
    rubric = read_rubric(one.rubric)
    row = next(ResultsDatabase(one.results).rows(), None)
    checks = [check.id for _, check in rubric.checks()]
    if row is None or (row.points == rubric.points and [check.check for check in row.checks] == checks):
        return []
    return [f"{one.id}: {one.results} was graded with a rubric other than {one.rubric}, or before it changed"]


def _score(person: Person, maximum: Decimal) -> Score:
    """Return a member's points on the course's scale; unresolved checks give no points at worst and all at best."""
    row = person.row
    if not row.points:
        raise GraderError(f"{row.team}: the rubric of this run has no points; grade again")
    factor = maximum / row.points
    if person.total is not None:
        total = (person.total * factor).quantize(HUNDREDTH, ROUND_HALF_UP)
        return Score(total, total, maximum)
    waits = [check.max_effect for check in row.checks if check.earned is None]
    most = max(
        Decimal(0),
        row.certain
        + sum((max_effect for max_effect in waits if max_effect > 0), Decimal(0))
        - person.lost
        + person.more,
    )
    least = row.certain + sum((max_effect for max_effect in waits if max_effect < 0), Decimal(0))
    least = max(Decimal(0), least + person.more)
    worst, best = ((value * factor).quantize(HUNDREDTH, ROUND_HALF_UP) for value in (least, most))
    return Score(worst, max(best, worst + HUNDREDTH), maximum)


def _standing(rule: Admission | None, scores: Sequence[Score]) -> Standing:
    if rule is None:
        return Standing.no_rule
    whole = [score.maximum for score in scores]
    if _admits(rule, [score.worst for score in scores], whole):
        return Standing.admitted
    return Standing.possible if _admits(rule, [score.best for score in scores], whole) else Standing.impossible


def _admits(rule: Admission, points: Sequence[Decimal], whole: Sequence[Decimal]) -> bool:
    """Return whether the rule holds; it is compared without a division, so that exactly 60 % is 60 %."""
    reached = [
        rule.percent is None or 100 * sum(points) >= rule.percent * sum(whole),
        rule.each is None or all(100 * p >= rule.each * w for p, w in zip(points, whole, strict=True)),
    ]
    if rule.least is not None:
        least = rule.least
        count = sum(100 * p >= least.percent * w for p, w in zip(points, whole, strict=True))
        reached.append(count >= least.assignments)
    return all(reached)
