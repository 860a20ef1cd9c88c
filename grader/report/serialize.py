"""Write a report as JSON and all reports as CSV, and read reports from JSON, so that pages can be made again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from grader.model import Report
from grader.model.people import KnownPerson
from grader.model.summary import SubmissionSummary
from grader.text import points, safe_cell


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def to_json(report: Report) -> str:
    """Return the whole report as JSON, keys in the order of the fields; running times are not part of it."""
    return _adapter().dump_json(report, indent=1).decode() + "\n"


def from_json(text: str) -> Report:
    """Read a report that `to_json` wrote.

    Raises:
        pydantic.ValidationError: it is no report.
    """
    return _adapter().validate_json(text)


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a report."""
    return _adapter().json_schema()


def to_csv(rows: Sequence[SubmissionSummary]) -> str:
    """Return one row per member: team, name, id, email, points by question, total or empty while it is unresolved."""
    questions = list(dict.fromkeys(q.id for row in rows for q in row.questions if q.id != "submission"))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["team", "name", "student_id", "email", *questions, "certain", "total", "unresolved"])
    for row in rows:
        by_id = {question.id: question.earned for question in row.questions}
        earned = ["" if by_id.get(q) is None else points(by_id[q]) for q in questions]
        total = "" if row.total is None else points(row.total)
        rest = [*earned, points(row.certain), total, " ".join(row.unresolved)]
        for person in row.people or (KnownPerson("", "", ""),):
            who = (row.team, person.name, person.student_id, person.email)
            writer.writerow([safe_cell(cell) for cell in who] + rest)
    return file.getvalue()
