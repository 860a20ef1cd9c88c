"""The format `csv`: one line for each member, for any other program."""

from __future__ import annotations

from grader.exports.export_format import Export, Format, Inputs
from grader.exports.per_member import Person, disputes, people_of
from grader.lists import csv_in_place
from grader.model.grade import SUBMISSION_PART
from grader.text import counted, points, safe_cell

FIRST = ("name", "student_id", "email", "team")
LAST = ("late", "late_points", "total", "maximum", "state", "reason")


def _make(inputs: Inputs) -> Export:
    people = people_of(inputs)
    questions = list(dict.fromkeys(q.id for one in people for q in one.row.questions if q.id != SUBMISSION_PART))
    rows = [_row(person, questions) for person in people]
    still_open = sum(person.total is None for person in people)
    changes = [
        f"{person.words}: {points(person.total)}" + (f" ({person.reason})" if person.reason else "")
        for person in people
    ]
    warnings = list(disputes(inputs))
    if still_open:
        warnings.append(f"{still_open} of {counted(len(people), 'member')} without a total: checks need review")
    return Export(
        (("points.csv", csv_in_place.made([*FIRST, *questions, *LAST], rows)),), tuple(changes), tuple(warnings)
    )


def _row(person: Person, questions: list[str]) -> list[str]:
    row = person.row
    earned = {question.id: question.earned for question in row.questions}
    return [
        *(safe_cell(text) for text in (person.name, person.student_id, person.email, row.team)),
        *("" if earned.get(name) is None else points(earned[name]) for name in questions),
        "yes" if person.late else "no",
        points(person.lost),
        "" if person.total is None else points(person.total),
        points(row.points),
        "open" if person.total is None else "done",
        safe_cell(person.reason),
    ]


FORMAT = Format("csv", "One line per member: name, id, email, team, points, total, late.", _make, always=True)
