"""What a batch keeps of a report: small for any submission, and a file name that no other report has."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from grader.model import (
    Finding,
    Grade,
    Member,
    Notice,
    NoticeCode,
    Override,
    Report,
    ScoredCheck,
    ScoredQuestion,
    Status,
)
from grader.model.message import NOTHING, Message, Text, say
from grader.model.people import KnownPerson
from grader.model.summary import MAX_WORDS, SubmissionSummary, common_failures, file_name, shared_causes, summary_of

OVERRIDE = Override("Team", "one", Decimal(1), "A. Tutor", "why")


def scored(check: str, status: Status, override: Override | None = None) -> ScoredCheck:
    finding = Finding(check, "manual", "q", check.title(), status, "m" * 2 * MAX_WORDS, group="g")
    return ScoredCheck(finding, Decimal(1), override.points if override else None, override)


def report(*checks: ScoredCheck, members: tuple[Member, ...] = ()) -> Report:
    question = ScoredQuestion("q", "Question", Decimal(2), True, None, Decimal(1), checks)
    grade = Grade(Decimal(2), None, Decimal(1), (question,), ("two",))
    notices = (Notice(NoticeCode.damaged, "n" * 2 * MAX_WORDS),)
    return Report("Team", "Rubric", "team.zip", "d" * 64, members, None, notices, grade, {}, (), {}, {})


def test_points_and_statuses_are_those_of_the_report() -> None:
    row = summary_of(report(scored("one", Status.error, OVERRIDE), scored("two", Status.needs_review)))
    assert (row.team, row.source, row.digest) == ("Team", "team.zip", "d" * 64)
    assert (row.points, row.certain, row.total, row.unresolved) == (Decimal(2), Decimal(1), None, ("two",))
    [question] = row.questions
    assert (question.id, question.points, question.bonus, question.earned, question.certain) == (
        "q",
        Decimal(2),
        True,
        None,
        Decimal(1),
    )
    assert [(one.check, one.earned, one.override, one.group) for one in row.checks] == [
        ("one", Decimal(1), OVERRIDE, "g"), ("two", None, None, "g"),
    ]  # fmt: skip


@pytest.mark.parametrize("status", list(Status))
def test_a_check_needs_review_until_it_has_an_override(status: Status) -> None:
    unresolved = status in (Status.needs_review, Status.error)
    [check] = summary_of(report(scored("one", status))).checks
    [decided] = summary_of(report(scored("one", status, OVERRIDE))).checks
    assert (check.waits, decided.waits) == (unresolved, False)


def test_failed_checks_are_counted() -> None:
    statuses = (Status.failed, Status.failed, Status.passed, Status.skipped, Status.error)
    row = summary_of(report(*(scored(f"c{n}", status) for n, status in enumerate(statuses))))
    assert row.failed == 2


def test_long_messages_are_cut() -> None:
    row = summary_of(report(scored("one", Status.failed)))
    assert [len(str(row.checks[0].message)), len(str(row.notices[0]))] == [MAX_WORDS, MAX_WORDS]


def test_several_sources_of_a_member_are_merged() -> None:
    members = (Member("", "1"), Member("Anna", "1", ""), Member("A.", "1", "a@example.org"), Member("Ben", "2"))
    assert summary_of(report(members=members)).people == (
        KnownPerson("Anna", "1", "a@example.org"), KnownPerson("Ben", "2", ""),
    )  # fmt: skip


@pytest.mark.parametrize("change", [{"team": "Other"}, {"source": "other.zip"}, {"digest": "e" * 64}])
def test_a_file_name_is_of_team_source_and_content(change: dict[str, str]) -> None:
    first = report()
    assert file_name(first) == file_name(report())
    assert file_name(replace(first, **change)) != file_name(first)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("team", "start"),
    [
        ("Müller & Söhne", "Muller_Sohne"),
        ("../../etc/passwd", "etc_passwd"),
        ("李华", "team"),
        ("\ud800", "team"),
        ("", "team"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_file_name_is_one_that_every_system_can_hold(team: str, start: str) -> None:
    name = file_name(replace(report(), team=team))
    assert re.fullmatch(r"[A-Za-z0-9_-]+", name)
    assert name.rpartition("-")[0] == start


def test_causes_are_those_of_unresolved_checks_and_the_most_frequent_comes_first() -> None:
    def row(team: str, group: str, why: str, override: Override | None = None) -> SubmissionSummary:
        one = scored("runs", Status.needs_review, override)
        finding = replace(one.finding, group=group, why=why)
        return replace(summary_of(report(replace(one, finding=finding))), team=team, name=team)

    rows = [
        row("A", "module x", "No x."), row("B", "module y", "No y."), row("C", "module y", "No y."),
        row("D", "module y", "No y.", OVERRIDE), row("E", "words 1", ""),
    ]  # fmt: skip
    assert [(one.why, one.names) for one in shared_causes(rows)] == [("No y.", ("B", "C")), ("No x.", ("A",))]
    assert len({one.id for one in shared_causes(rows)}) == 2


def failures(*messages: Text, check: str = "c") -> list[SubmissionSummary]:
    """A submission for each message, whose check has failed with it; an empty one has passed."""
    found = []
    for message in messages:
        finding = Finding(check, "outputs", "q", "C", Status.failed if message else Status.passed, message)
        found.append(summary_of(report(ScoredCheck(finding, Decimal(1), Decimal(0), None))))
    return found


def wrong(by: int) -> Message:
    return say("Differs by {n}.", n=by)


@pytest.mark.parametrize(
    ("messages", "count"),
    [
        ((wrong(1), wrong(2), wrong(3), wrong(4), NOTHING, NOTHING), 4),
        ((wrong(1), wrong(2), wrong(3), NOTHING, NOTHING, NOTHING), 0),
        ((wrong(1), wrong(2), wrong(3), say("Raised."), say("Raised."), NOTHING), 0),
        ((wrong(1), wrong(2), wrong(3), wrong(4), wrong(5)), 0),
    ],
    ids=["most", "half", "in two ways", "five teams"],
)
def test_a_check_that_most_of_six_teams_fail_in_the_same_way_is_named(
    messages: tuple[Message, ...], count: int
) -> None:
    assert [one.count for one in common_failures(failures(*messages))] == [count][: bool(count)]


def test_a_common_failure_is_a_sentence_with_the_message_of_the_first_team() -> None:
    [one] = common_failures(failures(*map(wrong, range(6))))
    assert str(one.in_words()) == (
        "6 of 6 teams fail C (c) in the same way; look at the check before you publish: Differs by 0."
    )
