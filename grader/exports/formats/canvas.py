"""The format `canvas`: the downloaded gradebook with one column filled in, or a new gradebook."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from grader.errors import GraderError
from grader.exports.export_format import Export, Format, Inputs, read
from grader.exports.per_member import Person, people_of
from grader.lists import csv_in_place
from grader.lists.csv_in_place import Sheet
from grader.model.people import is_other_person, platform_key, same_name
from grader.text import points, safe_cell

POSSIBLE = "points possible"
PASSED_OVER = {"", "muted", "manual posting"}
HEAD = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
EXCUSED = "EX"


def _make(inputs: Inputs) -> Export:
    """Fill in a gradebook, or make one.

    Raises:
        GraderError: it is no gradebook, its column cannot be found or written, or a line fits two members.
    """
    people, doubts = people_of(inputs)
    if not inputs.options.assignment:
        raise GraderError("--assignment must name the column: its title, or the number in parentheses after it")
    if inputs.options.gradebook is None:
        made = _new(people, inputs.options.assignment)
        return replace(made, doubts=(*doubts, *made.doubts))
    path = inputs.options.gradebook
    try:
        book = _Book(csv_in_place.read(read(path)), str(path))
    except ValueError as error:
        raise GraderError(f"{path}: {error}") from None
    filled = _filled(book, book.column(inputs.options.assignment), people)
    return replace(filled, doubts=(*doubts, *filled.doubts))


@dataclass(frozen=True)
class _Book:
    """A gradebook with the places of the columns that identify students."""

    sheet: Sheet
    place: str

    def __post_init__(self) -> None:
        head = self.sheet.head
        if len(head) < 3 or "Student" not in head[0] or "ID" not in head[1] or "Section" not in head:
            raise GraderError(f"{self.place}:1: not a Canvas gradebook; export it again and do not change its columns")

    def column(self, assignment: str) -> int:
        """Return the place of the assignment with this title, or with this number behind the title."""
        titles = {n: re.fullmatch(r"(.*?)\s*\((\d+)\)\s*", cell) for n, cell in enumerate(self.sheet.head)}
        wanted = assignment.strip()
        found = [n for n, m in titles.items() if m and wanted in (m[0].strip(), m[1].strip(), m[2])]
        if len(found) != 1:
            known = ", ".join(m[0].strip() for m in titles.values() if m) or "none"
            what = f"{len(found)} columns are named {wanted!r}"
            raise GraderError(f"{self.place}:1: {what}; assignments there: {known}")
        line = self.possible
        if line is not None and re.search(r"(?i)read.only", self.sheet.value(line, found[0])):
            raise GraderError(f"{self.place}: {self.sheet.head[found[0]]} is read-only; choose another column")
        return found[0]

    @property
    def possible(self) -> int | None:
        """Return the line with the possible points, if there is one."""
        return next((n for n in self.sheet.numbers[:3] if POSSIBLE in self.sheet.value(n, 0).casefold()), None)

    def students(self) -> list[int]:
        """Return the lines of students."""
        own = [n for n in self.sheet.numbers if n != self.possible]
        return [n for n in own if any(c.value.strip().casefold() not in PASSED_OVER for c in self.sheet.lines[n].cells)]

    def under(self, line: int, heading: str) -> str:
        """Return the value of a line under a heading."""
        head = self.sheet.head
        return self.sheet.value(line, head.index(heading)).strip() if heading in head else ""


def _filled(book: _Book, column: int, people: Sequence[Person]) -> Export:
    values: dict[tuple[int, int], str] = {}
    changes, warnings = [], []
    found, doubts = _matched(book, people)
    there = {id(person) for person in found.values()}
    possible = None if book.possible is None else _number(book.sheet.value(book.possible, column))
    comma = any("," in book.sheet.value(line, column) for line in book.students())
    for line in book.students():
        name, before = book.sheet.value(line, 0), book.sheet.value(line, column).strip()
        person = found.get(line)
        if person is None and line in doubts:
            continue
        if person is None:
            warnings.append(f"line {line + 1}, {name}: no matching submission; unchanged")
            continue
        if before.upper() == EXCUSED:
            warnings.append(f"line {line + 1}, {name}: excused; unchanged")
        elif person.total is None:
            warnings.append(f"line {line + 1}, {name}: no total yet; unchanged")
        else:
            if possible is not None and person.total > possible:
                warnings.append(f"line {line + 1}, {name}: {points(person.total)} is more than {points(possible)}")
            values[line, column] = points(person.total).replace(".", "," if comma else ".")
            why = f" ({person.reason})" if person.reason else ""
            changes.append(f"line {line + 1}, {name}: {before or 'nothing'} -> {values[line, column]}{why}")
    warnings += [f"{one.words} ({one.row.team}): no line in the gradebook" for one in people if id(one) not in there]
    about = (*doubts.values(), *_dropped_titles(book.sheet.head, column))
    changed = book.sheet.changed(values).to_bytes()
    return Export((("gradebook.csv", changed),), tuple(changes), tuple(warnings), doubts=about)


def _dropped_titles(head: Sequence[str], column: int) -> list[str]:
    """Return a sentence if Canvas may take the column for one of its own, or for another one."""
    title = re.sub(r"\s*\(\d+\)\s*$", "", head[column]).strip()
    others = [re.sub(r"\s*\(\d+\)\s*$", "", cell).strip() for n, cell in enumerate(head) if n != column]
    if re.match(r"(?i)(?:current|final|override|unposted)\b", title):
        return [f"the title {title!r} begins like a column of Canvas's own, which is passed over; rename it"]
    if title.casefold() in (other.casefold() for other in others):
        return [f"another column is called {title!r} too; check after the import that the right one was filled in"]
    return []


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None


def _matched(book: _Book, people: Sequence[Person]) -> tuple[dict[int, Person], dict[int, str]]:
    """Find the member of every line: by ids and emails first, then by names among the others.

    A line that fits two members, or a member that fits two lines, is left out and has a sentence instead.
    """
    found: dict[int, Person] = {}
    doubts: dict[int, str] = {}
    for by_name in (False, True):
        taken = {id(person) for person in found.values()}
        left = [one for one in people if id(one) not in taken]
        lines: dict[int, list[int]] = {}
        for line in book.students():
            if line in found or line in doubts:
                continue
            fitting = _fitting(book, line, left, by_name)
            if len(fitting) > 1:
                where = f"line {line + 1}, {book.sheet.value(line, 0)}"
                doubts[line] = f"{where}: matches {len(fitting)} members; unchanged; add the SIS IDs to the gradebook"
            elif fitting:
                found[line] = fitting[0]
                lines.setdefault(id(fitting[0]), []).append(line)
        for several in (each for each in lines.values() if len(each) > 1):
            numbers = " and ".join(str(line + 1) for line in several)
            for line in several:
                who = found.pop(line).words
                doubts[line] = f"{who} could be the lines {numbers}; unchanged; add the SIS IDs to the gradebook"
    return found, doubts


def _fitting(book: _Book, line: int, people: Sequence[Person], by_name: bool) -> list[Person]:
    number, login = book.under(line, "SIS User ID"), book.under(line, "SIS Login ID")
    own = platform_key("canvas", book.sheet.value(line, 1).strip())
    keys = {number, login} - {""}
    emails = {key.casefold() for key in keys}
    name = book.sheet.value(line, 0)

    def ids_differ(one: Person) -> bool:
        return bool(number and one.student_id) or is_other_person(own, one.platform_id)

    ways: tuple[Callable[[Person], bool], ...] = (
        (lambda one: same_name(one.name, name) and not ids_differ(one),)
        if by_name
        else (
            lambda one: bool(own) and one.platform_id == own,
            lambda one: one.student_id in keys,
            lambda one: one.email.casefold() in emails,
        )
    )
    return next((found for way in ways if (found := [one for one in people if way(one)])), [])


def _new(people: Sequence[Person], title: str) -> Export:
    """Return a gradebook with the columns that Canvas requires; an unknown title makes a new assignment."""
    maximum = max((one.row.points for one in people), default=Decimal(0))
    rows = [["    Points Possible", "", "", "", "", points(maximum)]]
    for one in people:
        who = (safe_cell(one.words), "", safe_cell(one.student_id), safe_cell(one.email), "")
        rows.append([*who, "" if one.total is None else points(one.total)])
    changes = tuple(f"{one.words}: {points(one.total)}" for one in people)
    book = csv_in_place.made([*HEAD, safe_cell(title)], rows)
    return Export((("gradebook.csv", book),), changes, doubts=tuple(_dropped_titles([title], 0)))


FORMAT = Format("canvas", "Canvas gradebook with one assignment filled in.", _make, ("assignment",))
