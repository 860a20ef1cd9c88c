"""Match lines of Moodle's worksheet with members: by id number, email, full name, or the team's name or group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.errors import GraderError
from grader.exports.export_format import Inputs, read
from grader.exports.per_member import Person, disputes, people_of
from grader.lists.moodle_worksheet import NotAWorksheetError, Worksheet, read_worksheet


@dataclass(frozen=True)
class Matched:
    """A worksheet, the member of each line that has one, and warnings."""

    worksheet: Worksheet
    people: dict[int, Person]
    warnings: tuple[str, ...]


def matched(inputs: Inputs) -> Matched:
    """Read the worksheet and find the member of every line.

    Raises:
        GraderError: it is no worksheet, or a line fits two members.
    """
    path = inputs.options.worksheet
    if path is None:
        raise GraderError("--worksheet FILE is required: the grading worksheet downloaded from Moodle")
    try:
        worksheet = read_worksheet(read(path), str(path), inputs.options.columns)
    except NotAWorksheetError:
        raise GraderError(
            f"{path}:1: not a grading worksheet in English or German; name its columns, such as "
            "--column identifier=Identifiant --column name='Nom complet' --column grade=Note"
        ) from None
    people = people_of(inputs)
    found: dict[int, Person] = {}
    warnings = list(disputes(inputs))
    for line in worksheet.sheet.numbers:
        person = _person(worksheet, line, people)
        if person is None:
            warnings.append(f"line {line + 1}, {worksheet.value(line, 'name')}: no matching submission; unchanged")
        else:
            found[line] = person
    _check_lines(worksheet, found)
    there = {id(person) for person in found.values()}
    warnings += [f"{one.words} ({one.row.team}): no line in the worksheet" for one in people if id(one) not in there]
    return Matched(worksheet, found, tuple(warnings))


def _person(worksheet: Worksheet, line: int, people: Sequence[Person]) -> Person | None:
    number, email = worksheet.value(line, "number"), worksheet.value(line, "email").casefold()
    name, group = _folded(worksheet.value(line, "name")), _folded(worksheet.value(line, "group"))
    ways: tuple[tuple[str, Callable[[Person], bool]], ...] = (
        (number, lambda one: one.student_id == number),
        (email, lambda one: one.email.casefold() == email),
        (name, lambda one: _folded(one.name) == name and _may_be(one, number, email)),
        (name, lambda one: not one.name and _folded(one.row.team) == name),
        (group, lambda one: not one.name and _folded(one.row.team) == group),
    )
    for key, fits in ways:
        if not key:
            continue
        found = [one for one in people if fits(one)]
        if len({(one.row.name, one.total) for one in found}) > 1:
            teams = ", ".join(sorted({one.row.team for one in found}))
            where = f"{worksheet.place}:{line + 1}: {worksheet.value(line, 'name')}"
            raise GraderError(
                f"{where} matches members of {teams}; add student ids or emails to the submissions or a roster"
            )
        if found:
            return found[0]
    return None


def _may_be(one: Person, number: str, email: str) -> bool:
    """Return whether a line and a member with the same name have no contradicting id or email."""
    other_number = number and one.student_id and number != one.student_id
    other_email = email and one.email and email != one.email.casefold()
    return not other_number and not other_email


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()


def _check_lines(worksheet: Worksheet, found: dict[int, Person]) -> None:
    """Raise an error if a member has several lines: with equal names, the right one is unknown."""
    lines: dict[int, int] = {}
    for line, person in found.items():
        if person.name and lines.setdefault(id(person), line) != line:
            first = lines[id(person)] + 1
            raise GraderError(
                f"{worksheet.place}:{line + 1}: {person.words} could be this line and line {first}; "
                "add the student id or email to the worksheet"
            )
