"""The words of tutors besides points: answers to regrade requests, and comments at lines of code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.desk.comment_bank import text_of
from grader.desk.manual_grading import GradingDesk
from grader.desk.new_overrides import SubmissionAtQuestion
from grader.errors import GraderError
from grader.model.message import say
from grader.results.line_comments import StoredLineComment
from grader.results.regrade_requests import RegradeRequest

_PLACE = re.compile(r"\s*(\d{1,6})\s*[:.,\s]\s*(\d{1,6})\s*")


def requests_of(desk: GradingDesk, item: SubmissionAtQuestion) -> list[RegradeRequest]:
    """Return the requests about a submission at a question."""
    with desk.records.reading() as tables:
        return tables.regrade_requests.of(item.report.team, item.report.digest, item.question.id)


def open_requests(desk: GradingDesk) -> int:
    """Return the number of requests about submissions of the batch that have no answer."""
    with desk.records.reading() as tables:
        return sum(not one.answer for _, one in tables.regrade_requests.every(desk.batch))


def answer_requests(desk: GradingDesk, item: SubmissionAtQuestion, answers: Mapping[int, str], by: str) -> None:
    """Answer requests about a submission; the report shows request and answer once it is published."""
    given = {number: text_of(text) for number, text in answers.items()}
    with desk.records.writing() as tables:
        for number, text in given.items():
            tables.regrade_requests.answer(number, item.report.team, item.report.digest, text, by)


def line_comments_of(desk: GradingDesk, item: SubmissionAtQuestion) -> list[StoredLineComment]:
    """Return the comments at lines of a submission for a question."""
    with desk.records.reading() as tables:
        found = tables.line_comments.of(item.report.team, item.report.digest)
    return [one for one in found if one.question == item.question.id]


def add_line_comment(desk: GradingDesk, item: SubmissionAtQuestion, place: str, text: str, by: str) -> None:
    """Add a comment at a place such as `3:7`, the seventh line of cell 3.

    Raises:
        GraderError: the submission has no such line, or the comment has no text.
    """
    found = _PLACE.fullmatch(place)
    if found is None:
        raise GraderError(
            say("'{place}' is no line; write the number of the cell and of the line, such as 3:7.", place=place)
        )
    cell, line = int(found[1]), int(found[2])
    source = next((run.source for run in item.report.cells if run.number == cell), "")
    if not source or not 1 <= line <= source.count("\n") + 1:
        raise GraderError(say("The submission has no line {line} in cell {number}.", line=line, number=cell))
    with desk.records.writing() as tables:
        comment = StoredLineComment(0, item.question.id, cell, line, text_of(text), by)
        tables.line_comments.add(item.report.team, item.report.digest, comment)


def remove_line_comment(desk: GradingDesk, item: SubmissionAtQuestion, number: int) -> None:
    """Remove a comment at a line of a submission."""
    with desk.records.writing() as tables:
        tables.line_comments.remove(number, item.report.team, item.report.digest)
