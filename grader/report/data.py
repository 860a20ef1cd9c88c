"""A report as JSON, all reports as CSV; and back from JSON, so that pages can be made again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from grader.model import Report
from grader.report.pages import points


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def to_json(report: Report) -> str:
    """Return the whole report as JSON, keys in a fixed order; times of running are not part of it."""
    return json.dumps(_adapter().dump_python(report, mode="json"), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def from_json(text: str) -> Report:
    """Read what `to_json` wrote.

    Raises:
        pydantic.ValidationError: it is something else.
    """
    return _adapter().validate_json(text)


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a report."""
    return _adapter().json_schema()


def to_csv(reports: Sequence[Report]) -> str:
    """Return one row per member: team, name, id, email, points by question, total or empty while something waits."""
    questions = list(dict.fromkeys(q.id for report in reports for q in report.grade.questions if q.id != "hand-in"))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["team", "name", "student_id", "email", *questions, "decided", "total", "waits_for"])
    for report in reports:
        by_id = {question.id: question for question in report.grade.questions}
        earned = [points(by_id[q].earned) if q in by_id and by_id[q].earned is not None else "" for q in questions]
        total = "" if report.grade.total is None else points(report.grade.total)
        rest = [*earned, points(report.grade.decided), total, " ".join(report.grade.open)]
        for name, student_id, email in _people(report):
            writer.writerow([safe_cell(cell) for cell in (report.team, name, student_id, email)] + rest)
    return file.getvalue()


def _people(report: Report) -> list[tuple[str, str, str]]:
    """Merge what file name, document and roster say of a member."""
    merged: dict[str, list[str]] = {}
    for member in report.members:
        known = merged.setdefault(member.student_id, ["", ""])
        known[0] = known[0] or member.name
        known[1] = known[1] or member.email
    return [(name, number, email) for number, (name, email) in merged.items()] or [("", "", "")]


def safe_cell(text: str) -> str:
    """Prevent that a spreadsheet takes a hand-in's words for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
