"""Read a list of regrade requests: each line names a team or a member, a question, and what the team writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.desk.manual_grading import GradingDesk
from grader.errors import GraderError
from grader.lists.table import Row, list_key, rows_of
from grader.model.message import say
from grader.model.summary import SubmissionSummary
from grader.report.i18n import translated

MAX_BYTES = 4 << 20
MAX_LETTERS = 4000
WHO = ("team", "id", "email")  # columns that name a submission; one of them is enough


@dataclass(frozen=True)
class _Request:
    row: SubmissionSummary
    question: str
    request: str


def take_in(desk: GradingDesk, data: bytes, name: str) -> tuple[int, int]:
    """Save the requests of a list, all of them or none, and return how many are new and how many were known.

    Raises:
        GraderError: the list cannot be read, or a line does not name one submission and one question; with its place.
    """
    if len(data) > MAX_BYTES:
        raise GraderError(say("{name}: more than {most} MiB; save it as CSV.", name=name, most=MAX_BYTES >> 20))
    found = _read(desk, rows_of(data, name, ("question", "request"), WHO))
    with desk.records.writing() as tables:
        new = 0
        for one in found:
            earned = next((q.earned for q in one.row.questions if q.id == one.question), None)
            new += tables.regrade_requests.add(one.row.team, one.row.digest, one.question, one.request, earned)
    return new, len(found) - new


def _read(desk: GradingDesk, rows: Sequence[Row]) -> list[_Request]:
    with desk.records.reading() as tables:
        submissions = tables.submissions.of_batch(desk.batch)
        titles = tables.questions.titles(desk.batch)
    questions: dict[str, set[str]] = {}
    for question, title in titles:
        for key in (question, translated(title, desk.language)):
            questions.setdefault(list_key(key), set()).add(question)
    owners = _owners(submissions)
    return [_request(row, owners, questions) for row in rows]


def _owners(submissions: Sequence[SubmissionSummary]) -> dict[str, dict[str, SubmissionSummary]]:
    """Return the submissions by each key that names one: team, student ID and email."""
    owners: dict[str, dict[str, SubmissionSummary]] = {}
    for row in submissions:
        people = [key for person in row.people for key in (person.student_id, person.email) if key]
        for key in (row.team, row.name, *people):
            owners.setdefault(list_key(key), {})[row.name] = row
    return owners


def _request(
    row: Row, owners: Mapping[str, Mapping[str, SubmissionSummary]], questions: Mapping[str, set[str]]
) -> _Request:
    keys = [row[column] for column in WHO if row[column]]
    if not keys:
        raise GraderError(say("{place}: a request needs a team, an id or an email.", place=row.place))
    named = [set(owners.get(list_key(key), {})) for key in keys]
    common = set.intersection(*named)
    if len(common) != 1:
        raise GraderError(
            say("{place}: {key} names {n} submissions; it has to be one.", place=row.place, key=", ".join(keys),
                n=len(common))
        )  # fmt: skip
    about = questions.get(list_key(row["question"]), set())
    if len(about) != 1:
        raise GraderError(
            say("{place}: {title} names {n} questions; it has to be one.", place=row.place, title=row["question"],
                n=len(about))
        )  # fmt: skip
    text = row["request"].strip()
    if not text or len(text) > MAX_LETTERS:
        raise GraderError(
            say("{place}: the request has {found} characters; 1 to {limit} are allowed.", place=row.place,
                found=len(text), limit=MAX_LETTERS)
        )  # fmt: skip
    return _Request(owners[list_key(keys[0])][next(iter(common))], next(iter(about)), text)
