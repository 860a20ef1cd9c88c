"""The two lists that a tutor gives: who is in which team, and when each hand-in was received."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from grader.errors import GraderError
from grader.ingest.documents import decode
from grader.model import Member


def _rows(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    head = [name.strip().lower() for name in reader.fieldnames or []]
    if lacking := [name for name in needed if name not in head]:
        raise GraderError(f"{path}:1: no column {', '.join(lacking)}; the first line has to name {', '.join(needed)}")
    return [{(k or "").strip().lower(): (v or "").strip() for k, v in row.items() if k} for row in reader]


def read_intake(path: Path) -> dict[str, datetime]:
    """Read `file,received` (ISO 8601 with a zone) into times by file name.

    Raises:
        GraderError: a column is missing, or a time cannot be read or has no zone.
    """
    times: dict[str, datetime] = {}
    for number, row in enumerate(_rows(path, ("file", "received")), 2):
        try:
            moment = datetime.fromisoformat(row["received"])
        except ValueError:
            raise GraderError(
                f"{path}:{number}: not a time: {row['received']!r}; write 2025-01-29T23:59:00+01:00"
            ) from None
        if moment.tzinfo is None:
            raise GraderError(f"{path}:{number}: the time {row['received']} has no zone; add one, such as +01:00")
        if times.get(row["file"], moment) != moment:
            raise GraderError(f"{path}:{number}: {row['file']} stands twice with different times; name the teams")
        times[row["file"]] = moment
    return times


def read_roster(path: Path) -> Mapping[str, Member]:
    """Read `name,id` and, where there is one, `email` into members by student id."""
    members: dict[str, Member] = {}
    for number, row in enumerate(_rows(path, ("name", "id")), 2):
        if row["id"] in members:
            raise GraderError(f"{path}:{number}: the id {row['id']} stands twice; every student has one line")
        members[row["id"]] = Member(row["name"], row["id"], row.get("email", ""), "roster")
    return members
