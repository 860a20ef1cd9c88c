"""Match lines of Moodle's worksheet with members: by participant number, id, email and name, then by team or group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from grader.errors import GraderError
from grader.exports.export_format import Inputs, read
from grader.exports.per_member import Person, people_of
from grader.lists.moodle_worksheet import NotAWorksheetError, Worksheet, read_worksheet
from grader.model.people import compatible, is_other_person, name_keys, platform_key


@dataclass(frozen=True)
class Matched:
    """A worksheet, the member of each line that has one, warnings, and doubts about single lines or members."""

    worksheet: Worksheet
    people: dict[int, Person]
    warnings: tuple[str, ...]
    doubts: tuple[str, ...]


def matched(inputs: Inputs) -> Matched:
    """Read the worksheet and find the member of every line; a line that fits two members has none, and is a doubt.

    Raises:
        GraderError: it is no worksheet.
    """
    path = inputs.options.worksheet
    if path is None:
        raise GraderError("--worksheet FILE is required: the grading worksheet downloaded from Moodle")
    try:
        worksheet = read_worksheet(read(path), str(path), inputs.options.columns)
    except NotAWorksheetError:
        raise GraderError(
            f"{path}:1: not a grading worksheet in a known language; name its columns, such as "
            "--column identifier=Identifiant --column name='Nom complet' --column grade=Note"
        ) from None
    people, doubts = people_of(inputs)
    matching = _Matching(worksheet, people)
    for line in worksheet.sheet.numbers:
        matching.match(line)
    matching.drop_repeated()
    there = {id(person) for person in matching.found.values()}
    warnings = [
        f"line {line + 1}, {matching.who(line)}: no matching submission; unchanged"
        for line in worksheet.sheet.numbers
        if line not in matching.found and line not in matching.doubts
    ]
    warnings += [f"{one.words} ({one.row.team}): no line in the worksheet" for one in people if id(one) not in there]
    return Matched(worksheet, matching.found, tuple(warnings), (*doubts, *matching.doubts.values()))


_Keys = Callable[[Person], Iterable[str]]
_BY_NAME = (3, 4)  # ways that compare the full name of a line
_BY_TEAM = (4, 5)  # ways by which one submission may have many lines


def _number(one: Person) -> Iterable[str]:
    return (one.platform_id,)


def _id(one: Person) -> Iterable[str]:
    return (one.student_id,)


def _email(one: Person) -> Iterable[str]:
    return (one.email.casefold(),)


def _name(one: Person) -> Iterable[str]:
    return name_keys(one.name)


def _team(one: Person) -> Iterable[str]:
    return () if one.student_id or one.email else name_keys(one.row.team.replace("_", " "))


_WAYS: tuple[_Keys, ...] = (_number, _id, _email, _name, _team, _team)


class _Matching:
    """The members of the lines of a worksheet so far, and the lines with a doubt."""

    def __init__(self, worksheet: Worksheet, people: Sequence[Person]) -> None:
        self.worksheet = worksheet
        self.found: dict[int, Person] = {}
        self.doubts: dict[int, str] = {}
        self._way: dict[int, int] = {}
        self._index: list[dict[str, list[Person]]] = []
        for keys in _WAYS:
            by_key: dict[str, list[Person]] = defaultdict(list)
            for person in people:
                for key in filter(None, keys(person)):
                    by_key[key].append(person)
            self._index.append(by_key)

    def who(self, line: int) -> str:
        """Return the name on a line, or its identifier."""
        return self.worksheet.value(line, "name") or self.worksheet.value(line, "identifier")

    def match(self, line: int) -> None:
        """Find the member of a line by the first way that has one."""
        number, email, name, group = (self.worksheet.value(line, use) for use in ("number", "email", "name", "group"))
        participant = platform_key("moodle", self.worksheet.participant(line))
        given = (participant, number, email.casefold())
        for way, keys in enumerate(
            ((participant,), (number,), (email.casefold(),), name_keys(name), name_keys(name), name_keys(group))
        ):
            fitting = {id(one): one for key in keys for one in self._index[way].get(key, ())}
            found = [one for one in fitting.values() if _may_be(one, way, name, given)]
            if len({(one.row.name, one.total) for one in found}) > 1:
                teams = ", ".join(sorted({one.row.team for one in found}))
                self.doubts[line] = (
                    f"line {line + 1}, {self.who(line)}: matches members of {teams}; unchanged; "
                    "add student ids or emails to the submissions or a roster"
                )
                return
            if found:
                self.found[line], self._way[line] = found[0], way
                return

    def drop_repeated(self) -> None:
        """Drop the lines of a member with several: the surest way counts, and otherwise the right line is unknown."""
        lines: dict[int, list[int]] = defaultdict(list)
        for line, person in self.found.items():
            if self._way[line] not in _BY_TEAM:
                lines[id(person)].append(line)
        for several in lines.values():
            best = min(self._way[line] for line in several)
            sure = [line for line in several if self._way[line] == best]
            for line in several if len(sure) > 1 else [line for line in several if line not in sure]:
                person = self.found.pop(line)
                other = next(one for one in (*sure, *several) if one != line)
                self.doubts[line] = (
                    f"line {line + 1}: {person.words} could be this line and line {other + 1}; unchanged; "
                    "add the student id or email to the worksheet"
                )


def _may_be(one: Person, way: int, name: str, given: tuple[str, str, str]) -> bool:
    """Return whether nothing on a line contradicts a member: another name for a number, another id for a name.

    `given` are the participant, the id number and the email of the line.
    """
    if way == 0:  # the number of a group is no number of a participant, though it may be equal
        names = [text for text in (one.name, one.row.team, one.row.team.rpartition("-")[2]) if text]
        return not name or any(compatible(text, name) for text in names)
    if way not in _BY_NAME:
        return True
    participant, *others = given
    own = (one.student_id, one.email.casefold())
    other = any(there and here and there != here for there, here in zip(others, own, strict=True))
    return not other and not is_other_person(participant, one.platform_id)
