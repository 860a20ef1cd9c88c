"""Read the lists of a tutor: the roster, the times of submission, and the extensions."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from grader.errors import GraderError
from grader.lists.moodle_worksheet import NotAWorksheetError, received_times
from grader.model import Extension, Member
from grader.text import decode


def _rows(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    head = [name.strip().lower() for name in reader.fieldnames or []]
    if lacking := [name for name in needed if name not in head]:
        raise GraderError(f"{path}:1: missing column {', '.join(lacking)}; required are {', '.join(needed)}")
    return [{(k or "").strip().lower(): (v or "").strip() for k, v in row.items() if k} for row in reader]


def read_intake(path: Path, zone: str = "") -> dict[str, datetime]:
    """Read `file,received` (ISO 8601 with a zone) into times by file name, or Moodle's worksheet by name and group.

    The times of a worksheet have no zone; `zone` names it.

    Raises:
        GraderError: a column is missing, or a time cannot be read or has no zone.
    """
    try:
        return received_times(path.read_bytes(), str(path), zone)
    except NotAWorksheetError:
        pass
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    times: dict[str, datetime] = {}
    for number, row in enumerate(_rows(path, ("file", "received")), 2):
        try:
            moment = datetime.fromisoformat(row["received"])
        except ValueError:
            raise GraderError(
                f"{path}:{number}: not a time: {row['received']!r}; write 2025-01-29T23:59:00+01:00"
            ) from None
        if moment.tzinfo is None:
            raise GraderError(f"{path}:{number}: the time {row['received']} has no time zone; add one, such as +01:00")
        if times.get(row["file"], moment) != moment:
            raise GraderError(f"{path}:{number}: {row['file']} is listed twice with different times; name the teams")
        times[row["file"]] = moment
    return times


def read_roster(path: Path) -> Mapping[str, Member]:
    """Read `name,id` and, where there is one, `email` into members by student id.

    Raises:
        GraderError: a column is missing, or a student has no id or two lines.
    """
    members: dict[str, Member] = {}
    for number, row in enumerate(_rows(path, ("name", "id")), 2):
        if not any(row.values()):
            continue  # empty rows, as spreadsheets write them below a table
        if not row["id"]:
            raise GraderError(f"{path}:{number}: no id for {row['name'] or 'a student'}; every student needs one")
        if row["id"] in members:
            raise GraderError(f"{path}:{number}: duplicate id {row['id']}; every student has one line")
        members[row["id"]] = Member(row["name"], row["id"], row.get("email", ""), "roster")
    return members


def read_extensions(path: Path) -> Mapping[str, Extension]:
    """Read `team,until,hours,reason,by` into more time by team name or student id; `until` or `hours` is given.

    Raises:
        GraderError: a column or a value is missing, a time has no zone, or a team occurs twice.
    """
    found: dict[str, Extension] = {}
    for number, row in enumerate(_rows(path, ("team", "reason", "by")), 2):
        place = f"{path}:{number}"
        if lacking := [name for name in ("team", "reason", "by") if not row[name]]:
            raise GraderError(f"{place}: no {', '.join(lacking)}; an extension needs a team, a reason and an author")
        until, hours = row.get("until", ""), row.get("hours", "")
        if bool(until) == bool(hours):
            raise GraderError(f"{place}: give either 'until', a time with a time zone, or 'hours' after the due date")
        if row["team"] in found:
            raise GraderError(f"{place}: {row['team']} is listed twice; keep one line")
        found[row["team"]] = Extension(_until(until, place), _hours(hours, place), row["by"], row["reason"])
    return found


def _until(text: str, place: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise GraderError(f"{place}: not a time: {text!r}; write 2025-01-31T23:59:00+01:00") from None
    if moment.tzinfo is None:
        raise GraderError(f"{place}: the time {text} has no time zone; add one, such as +01:00")
    return moment


def _hours(text: str, place: str) -> Decimal | None:
    if not text:
        return None
    try:
        hours = Decimal(text.replace(",", "."))
    except InvalidOperation:
        hours = Decimal("NaN")
    if not hours.is_finite() or not 0 < hours <= 24 * 366:
        raise GraderError(f"{place}: not a number of hours: {text!r}; write 48")
    return hours
