"""Who belongs to a team: names of files and folders, documents, the platform and the roster, compared with each other.

Each disagreement is a notice for a tutor; none of them changes points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.lists.course_lists import Roster
from grader.lists.table import list_key
from grader.model import OTHER_SOURCES, PLATFORM, Member, Notice, NoticeCode, Text, say
from grader.model.people import compatible, same_name

WHO = say("A tutor will find out who belongs to the team.")
_ROSTER = "roster"


def with_roster(
    members: Sequence[Member], roster: Mapping[str, Member], team: str
) -> tuple[list[Member], list[Notice]]:
    """Return members with what the roster knows of them, and a notice for each ID that it lacks.

    Where nothing names an ID, the members are those whom the roster has in this team.
    """
    result, notices = list(members), []
    named = list(dict.fromkeys(member.student_id for member in members if member.student_id))
    for number in named or _ids_of(roster, team):
        if number in roster:
            result.append(roster[number])
        else:
            what = say("The student ID {id} is not in the roster.", id=number)
            hint = say("Possible reasons: a typing error, or a student who is not enrolled.")
            notices.append(Notice(NoticeCode.not_in_roster, what, hint))
    return result, notices


def disagreements(members: Sequence[Member], roster: Mapping[str, Member] | None, team: str) -> list[Notice]:
    """Return a notice for each two sources that say different things about the members of a team."""
    found = [*_name_and_documents(members), *_documents(members)]
    if roster is not None:
        found += [*_people(members, roster), *_teams(members, roster, team), *_of_platform(members, roster)]
    return [Notice(NoticeCode.members_differ, what, WHO) for what in dict.fromkeys(found)]


def _name_and_documents(members: Sequence[Member]) -> Iterator[Text]:
    by_name = {member.student_id for member in members if member.source == "file name"}
    by_text = {member.student_id for member in members if member.source not in OTHER_SOURCES}
    if by_name and by_text and by_name != by_text:
        only = [say("{id} only in the file name", id=number) for number in sorted(by_name - by_text)]
        only += [say("{id} only in the document", id=number) for number in sorted(by_text - by_name)]
        yield say("The file name and the document name different members: {members}.", members=only)


def _documents(members: Sequence[Member]) -> Iterator[Text]:
    """Yield a sentence for each document that names other members than the first one."""
    ids: dict[str, set[str]] = {}
    for member in members:
        if member.source and member.source not in OTHER_SOURCES and member.student_id:
            ids.setdefault(member.source, set()).add(member.student_id)
    first, *others = ids or ("",)
    for other in others:
        if ids[other] != ids[first]:
            different = sorted(ids[first] ^ ids[other])
            yield say(
                "{first} and {second} name different members: {members}.", first=first, second=other, members=different
            )


def _people(members: Sequence[Member], roster: Mapping[str, Member]) -> Iterator[Text]:
    """Yield a sentence where a name or an email is not that of the student in the roster."""
    for member in members:
        known = roster.get(member.student_id)
        if known is None or member.source == _ROSTER:
            continue
        if member.name and known.name and not compatible(member.name, known.name):
            yield say(
                "The student ID {id} is that of {known} in the roster, and of {name} in the submission.",
                id=member.student_id, known=known.name, name=member.name,
            )  # fmt: skip
        if member.email and known.email and member.email.casefold() != known.email.casefold():
            yield say(
                "The email address of {id} is {known} in the roster, and {email} in the submission.",
                id=member.student_id, known=known.email, email=member.email,
            )  # fmt: skip


def _teams(members: Sequence[Member], roster: Mapping[str, Member], team: str) -> Iterator[Text]:
    """Yield a sentence where the roster has other members in the team, or the members in several teams."""
    teams = roster.teams if isinstance(roster, Roster) else {}
    named = {member.student_id for member in members if member.student_id}
    expected = _ids_of(roster, team)
    if expected and named and named != set(expected):
        only = [say("{id} only in the roster", id=number) for number in expected if number not in named]
        only += [say("{id} only in the submission", id=number) for number in sorted(named - set(expected))]
        yield say("The roster has other members in {team}: {members}.", team=team, members=only)
    found = {number: teams[number] for number in sorted(named) if teams.get(number)}
    if not expected and len({list_key(name) for name in found.values()}) > 1:
        listed = [say("{id} in {team}", id=number, team=name) for number, name in found.items()]
        yield say("The roster has the members in different teams: {members}.", members=listed)


def _of_platform(members: Sequence[Member], roster: Mapping[str, Member]) -> Iterator[Text]:
    """Yield a sentence where the platform names a student of the roster whom the submission does not name."""
    ids = {member.student_id for member in members if member.student_id}
    for member in members:
        if member.source != PLATFORM or not member.name or not ids or member.student_id:
            continue
        owners = [one for one in roster.values() if same_name(one.name, member.name)]
        if len(owners) == 1 and owners[0].student_id not in ids:
            yield say(
                "The platform names {name} ({id}), whom the submission does not name.",
                name=member.name, id=owners[0].student_id,
            )  # fmt: skip


def _ids_of(roster: Mapping[str, Member], team: str) -> list[str]:
    """Return the IDs of a team in the roster; a group's name may stand before the student's, as in Moodle."""
    if not isinstance(roster, Roster):
        return []
    names = {list_key(one) for one in _names_of(team)}
    return [number for number, name in roster.teams.items() if name and list_key(name) in names]


def _names_of(team: str) -> Iterable[str]:
    return (team, team.rpartition("-")[0], team.replace("_", " "))
