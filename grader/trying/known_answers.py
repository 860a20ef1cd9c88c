"""Written answers whose grade is known: where the rubric agrees, where it decides otherwise, and what needs review."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from grader.checks.base import Check, CheckContext
from grader.errors import GraderError
from grader.grading.interview import interview
from grader.lists.table import read_table
from grader.model import OPEN, Answer, Evidence, Finding, Status, Submission
from grader.rubric.schema import Question, Rubric
from grader.text import decode
from grader.trying.parallel import each

FULL = "full"
WORDS = (FULL, "partial", "wrong", "review")
COLUMNS = ("question", "answer", "expected")


class Agreement(StrEnum):
    """How a grade compares with the known one."""

    agrees = "agrees"
    needs_review = "needs_review"  # a person is needed where the grade is known: it costs time and nobody points
    differs = "differs"  # decided otherwise, in silence


@dataclass(frozen=True)
class KnownAnswer:
    """An answer, its question and its known grade: one of `WORDS`, or points."""

    question: str
    answer: str
    expected: str


@dataclass(frozen=True)
class AnswerResult:
    """The grade of a known answer by the rubric's automatic checks; `points` are None while it needs review."""

    known: KnownAnswer
    status: str  # one of `WORDS`
    points: Decimal | None
    agreement: Agreement
    cause: str = ""
    reading: str = ""
    message: str = ""


def read_answers(path: Path, rubric: Rubric) -> list[KnownAnswer]:
    """Read a table (CSV or a workbook) with the columns of `COLUMNS`, or a `.jsonl` file with these keys on each line.

    Raises:
        GraderError: the file cannot be read, or a line has no such question or no such grade.
    """
    rows = _from_jsonl(path) if path.suffix.lower() in (".jsonl", ".ndjson") else _from_table(path)
    questions = {one.id for one in rubric.questions if reading_checks(one)}
    found = []
    for place, known in rows:
        if known.question not in questions:
            listed = ", ".join(sorted(questions)) or "none"
            what = f"no check reads an answer to a question '{known.question}'"
            raise GraderError(f"{place}: {what}; questions with answers: {listed}")
        if known.expected not in WORDS and _points(known.expected) is None:
            raise GraderError(f"{place}: expected is {', '.join(WORDS)} or points, found '{known.expected}'")
        found.append(known)
    return found


def _from_table(path: Path) -> Iterator[tuple[str, KnownAnswer]]:
    for row in read_table(path, COLUMNS):
        yield row.place, KnownAnswer(*(row[name] for name in COLUMNS))


def _from_jsonl(path: Path) -> Iterator[tuple[str, KnownAnswer]]:
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            question, answer, expected = (row[name] for name in COLUMNS)
        except (ValueError, KeyError, TypeError):
            raise GraderError(f"{path}:{number}: expected an object with the keys {', '.join(COLUMNS)}") from None
        yield f"{path}:{number}", KnownAnswer(str(question), str(answer), str(expected))


def _points(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def reading_checks(question: Question) -> list[Check]:
    """Return the automatic checks of a question that read its answer; none of them needs another one."""
    chosen = [check for check in question.checks if check.needs_answer and not check.note_only]
    return [check.model_copy(update={"needs": ()}) for check in chosen if not check.graded_by_people]


def try_answers(rubric: Rubric, answers: Sequence[KnownAnswer], jobs: int) -> list[AnswerResult]:
    """Return the grade of each answer, in their order.

    Raises:
        GraderError: a process ended.
    """
    return list(each(_begin, (rubric,), answers, jobs))


def _begin(rubric: Rubric) -> Callable[[KnownAnswer], AnswerResult]:
    parts = {one.id: _part(rubric, one) for one in rubric.questions}
    return lambda known: answer_result(parts[known.question], known)


def _part(rubric: Rubric, question: Question) -> Rubric:
    only = question.model_copy(update={"checks": tuple(reading_checks(question))})
    return rubric.model_copy(update={"submission": (), "questions": (only,)})


def answer_result(part: Rubric, known: KnownAnswer) -> AnswerResult:
    """Return the grade of one answer by a rubric that has only the checks that read it."""
    evidence = Evidence(answers={known.question: Answer(known.answer, "known answers")})
    context = CheckContext(Submission("known answers", "known answers", ""), evidence, seed=part.execute.seed)
    checks = [check for _, check in part.checks()]
    findings = list(interview(part, context))
    if (unresolved := next((one for one in findings if one.status in OPEN), None)) is not None:
        return _result(known, "review", None, unresolved)
    earned = sum((_earned(check, one) for check, one in zip(checks, findings, strict=True)), Decimal(0))
    most = sum((check.points or Decimal(0) for check in checks), Decimal(0))
    status = FULL if earned == most else "wrong" if earned <= 0 else "partial"
    worst = next((one for one in findings if one.status is not Status.passed), findings[0])
    return _result(known, status, earned, worst)


def _earned(check: Check, finding: Finding) -> Decimal:
    if check.deducts is not None:
        return -check.deducts if finding.status is Status.failed else Decimal(0)
    return (check.points or Decimal(0)) * finding.credit


def _result(known: KnownAnswer, status: str, points: Decimal | None, finding: Finding) -> AnswerResult:
    wanted = _points(known.expected)
    same = points == wanted if wanted is not None else status == known.expected
    agreement = Agreement.agrees if same else Agreement.needs_review if status == "review" else Agreement.differs
    cause = str(finding.cause or "")
    return AnswerResult(known, status, points, agreement, cause, finding.reading, str(finding.message))
