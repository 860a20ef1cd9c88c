"""Read the lists of a tutor: the roster, the times of submission, and the extensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from grader.errors import GraderError
from grader.lists.moodle_worksheet import NotAWorksheetError, Worksheet, read_worksheet, received_times
from grader.lists.submission_times import SubmissionTimes, check_zone, time_or_why
from grader.lists.table import number, read_table
from grader.lists.times import read_time
from grader.model import Extension, Member


def read_intake(path: Path, zone: str = "", columns: Mapping[str, str] | None = None) -> SubmissionTimes:
    """Read `file,received` into times by file name or team, or Moodle's worksheet by participant, name and group.

    Times without an offset are local to `zone`; `columns` gives headings of a worksheet in another language by their
    purpose. A time that cannot be read is that of its line only.

    Raises:
        GraderError: the file cannot be read, a column is missing, or there is no such zone.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    worksheet = _worksheet(data, path, columns)
    if worksheet is not None:
        return received_times(worksheet, zone)
    if zone:
        check_zone(zone, str(path))
    times = SubmissionTimes()
    for row in read_table(path, ("file", "received")):
        times.add((row["file"],), time_or_why(row["received"], zone, row.place), row.place, row["file"])
    return times


def _worksheet(data: bytes, path: Path, columns: Mapping[str, str] | None) -> Worksheet | None:
    """Return a worksheet with times, or None if the file is another list."""
    try:
        worksheet = read_worksheet(data, str(path), columns)
    except NotAWorksheetError:
        return None
    except GraderError:
        if columns:
            raise
        return None  # the reader of other lists says what is wrong
    return worksheet if "submitted" in worksheet.columns else None


@dataclass(frozen=True)
class Roster(Mapping[str, Member]):
    """The students of a course by ID; `teams` has the team of each one, empty without."""

    members: Mapping[str, Member]
    teams: Mapping[str, str]

    def __getitem__(self, number: str) -> Member:
        """Return the student with an ID."""
        return self.members[number]

    def __iter__(self) -> Iterator[str]:
        """Yield the IDs in the order of the list."""
        return iter(self.members)

    def __len__(self) -> int:
        """Return the number of students."""
        return len(self.members)


def read_roster(path: Path) -> Roster:
    """Read `name,id` and, where they are there, `email` and `team` into students by ID.

    Raises:
        GraderError: a column is missing, or a student has no id or two lines.
    """
    members: dict[str, Member] = {}
    teams: dict[str, str] = {}
    for row in read_table(path, ("name", "id"), ("email", "team")):
        if not row["id"]:
            raise GraderError(f"{row.place}: no id for {row['name'] or 'a student'}; every student needs one")
        if row["id"] in members:
            raise GraderError(f"{row.place}: duplicate id {row['id']}; every student has one line")
        members[row["id"]] = Member(row["name"], row["id"], row["email"], "roster")
        teams[row["id"]] = row["team"]
    return Roster(members, teams)


def read_extensions(path: Path) -> Mapping[str, Extension]:
    """Read `team,until,hours,reason,by` into more time by team name or student id; `until` or `hours` is given.

    Raises:
        GraderError: a column or a value is missing, a time has no zone, or a team occurs twice.
    """
    found: dict[str, Extension] = {}
    for row in read_table(path, ("team", "reason", "by"), ("until", "hours")):
        if lacking := [name for name in ("team", "reason", "by") if not row[name]]:
            what = f"no {', '.join(lacking)}; an extension needs a team, a reason and an author"
            raise GraderError(f"{row.place}: {what}")
        until, hours = row["until"], row["hours"]
        if bool(until) == bool(hours):
            what = "give either 'until', a time with a time zone, or 'hours' after the due date"
            raise GraderError(f"{row.place}: {what}")
        if row["team"] in found:
            raise GraderError(f"{row.place}: {row['team']} is listed twice; keep one line")
        found[row["team"]] = Extension(_until(until, row.place), _hours(hours, row.place), row["by"], row["reason"])
    return found


def _until(text: str, place: str) -> datetime | None:
    try:
        return read_time(text, "") if text else None
    except ValueError as error:
        raise GraderError(f"{place}: {error}") from None


def _hours(text: str, place: str) -> Decimal | None:
    if not text:
        return None
    hours = number(text)
    if hours is None or not 0 < hours <= 24 * 366:
        raise GraderError(f"{place}: not a number of hours: {text!r}; write 48")
    return hours
