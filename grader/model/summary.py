"""Summaries of a report, of bounded size: the rows of overview, table and results database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from grader.model import OPEN, Override, Report, ScoredCheck, ScoredQuestion, Status
from grader.model.message import NOTHING, Message, Text, say, shortened, templates
from grader.model.people import KnownPerson, known_people

MAX_WORDS = 600  # characters of a message in a summary; the report has all of it


@dataclass(frozen=True)
class CheckSummary:
    """One check of one submission: its finding, its points and the earned points; None while it is unresolved."""

    check: str
    question: str
    kind: str
    title: Text
    status: Status
    message: Text
    max_effect: Decimal
    earned: Decimal | None
    group: str = ""
    override: Override | None = None
    late: bool = False  # whether it is about lateness
    why: Text = NOTHING  # of a group by cause: the reason that all of its submissions share

    @property
    def waits(self) -> bool:
        """Return whether the check is unresolved."""
        return self.status in OPEN and self.override is None


@dataclass(frozen=True)
class QuestionSummary:
    """The points of one question of one submission."""

    id: str
    title: Text
    points: Decimal
    bonus: bool
    earned: Decimal | None
    certain: Decimal


@dataclass(frozen=True)
class SubmissionSummary:
    """One submission; `name` is the name of its report's files, `people` has each member."""

    name: str
    team: str
    source: str
    digest: str
    people: tuple[KnownPerson, ...]
    points: Decimal
    certain: Decimal
    total: Decimal | None
    unresolved: tuple[str, ...]
    notices: tuple[Text, ...]
    questions: tuple[QuestionSummary, ...]
    checks: tuple[CheckSummary, ...]

    @property
    def failed(self) -> int:
        """Return the number of checks that are not passed."""
        return sum(check.status is Status.failed for check in self.checks)


def summary_of(report: Report) -> SubmissionSummary:
    """Return the summary of `report`."""
    grade = report.grade
    return SubmissionSummary(
        name=file_name(report),
        team=report.team,
        source=report.source,
        digest=report.digest,
        people=tuple(known_people(report.members)),
        points=grade.points,
        certain=grade.certain,
        total=grade.total,
        unresolved=grade.unresolved,
        notices=tuple(shortened(notice.message, MAX_WORDS) for notice in report.notices),
        questions=tuple(
            QuestionSummary(q.id, q.title, q.points, q.bonus, q.earned, q.certain) for q in grade.questions
        ),
        checks=tuple(_check(question, scored) for question in grade.questions for scored in question.checks),
    )


def _check(question: ScoredQuestion, scored: ScoredCheck) -> CheckSummary:
    finding = scored.finding
    words = shortened(finding.message, MAX_WORDS)
    return CheckSummary(
        finding.check, question.id, finding.kind, finding.title, finding.status, words, scored.max_effect,
        scored.earned, finding.group, scored.override, finding.late,
        shortened(finding.why, MAX_WORDS),
    )  # fmt: skip


def file_name(report: Report) -> str:
    """Return a unique file name for a report: ASCII letters, and a hash of team, source and content."""
    plain = unicodedata.normalize("NFKD", report.team).encode("ascii", "ignore").decode()
    whole = "\0".join((report.team, report.source, report.digest)).encode("utf-8", "replace")
    return f"{re.sub(r'[^A-Za-z0-9-]+', '_', plain).strip('_')[:80] or 'team'}-{sha256(whole).hexdigest()[:12]}"


@dataclass(frozen=True)
class SharedCause:
    """A reason why one check of several submissions needs review, which one decision settles."""

    id: str  # the short name of the group, see `group_id`
    check: str
    question: str
    title: Text
    why: Text
    names: tuple[str, ...]  # of the submissions
    teams: tuple[str, ...]


@dataclass(frozen=True)
class CommonFailure:
    """A check that most teams fail in the same way: a reason to look at the rubric before anything is published."""

    check: str
    title: Text
    message: Text  # of the first team
    count: int
    teams: int  # all of the batch

    def in_words(self) -> Message:
        """Return the sentence for the tutor."""
        return say(
            "{count} of {teams} teams fail {title} ({check}) in the same way; look at the check before you publish: "
            "{message}",
            count=self.count, teams=self.teams, title=self.title, check=self.check, message=self.message,
        )  # fmt: skip


MIN_TEAMS = 6  # of fewer, more than half may make the same mistake by chance


def common_failures(rows: Sequence[SubmissionSummary]) -> list[CommonFailure]:
    """Return the checks that more than half of at least six teams fail with the same sentence, whatever its values."""
    found: dict[tuple[str, tuple[str, ...]], list[CheckSummary]] = {}
    for check in (check for row in rows for check in row.checks if check.status is Status.failed):
        found.setdefault((check.check, templates(check.message)), []).append(check)
    if len(rows) < MIN_TEAMS:
        return []
    most = [several for several in found.values() if 2 * len(several) > len(rows)]
    return [CommonFailure(one[0].check, one[0].title, one[0].message, len(one), len(rows)) for one in most]


def group_id(check: str, answers: str) -> str:
    """Return a short name for a group of findings, to be typed."""
    return sha256(f"{check}\n{answers}".encode()).hexdigest()[:8]


def shared_causes(rows: Sequence[SubmissionSummary]) -> list[SharedCause]:
    """Return the reasons of unresolved checks, those of the most submissions first."""
    found: dict[tuple[str, str], list[tuple[SubmissionSummary, CheckSummary]]] = {}
    for row in rows:
        for check in row.checks:
            if check.waits and check.why and check.group:
                found.setdefault((check.check, check.group), []).append((row, check))
    causes = [
        SharedCause(
            group_id(*key), key[0], several[0][1].question, several[0][1].title, several[0][1].why,
            tuple(row.name for row, _ in several), tuple(row.team for row, _ in several),
        )
        for key, several in found.items()
    ]  # fmt: skip
    return sorted(causes, key=lambda one: (-len(one.names), one.check, one.id))
