"""A check that does not pass the solution of the course grades nobody, and one decision settles it for all teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from grader.checks.base import Check, CheckContext
from grader.grading.interview import interview
from grader.model import Cause, Evidence, Finding, Status, Submission, Text, say
from grader.model.verdict import Verdict, failed, grader_error, needs_review, passed
from grader.scoring.score import score
from tests.grading.asking_check import rubric_of

VERDICTS = {
    "passed": passed(say("Right.")),
    "failed": failed(say("Wrong."), credit=Decimal("0.5")),
    "needs_review": needs_review(say("Unclear."), cause=Cause.wall_time, reason="wall time"),
    "error": grader_error(say("We failed.")),
}


class Decided(Check):
    kind: str = "decided"
    verdict: str = "failed"

    def judge(self, context: CheckContext) -> Verdict:
        return VERDICTS[self.verdict or context.submission.team]


@dataclass
class Found:
    findings: Sequence[Finding]
    certain: Decimal


def judged(*checks: Check, faulty: dict[str, Text], team: str = "team") -> Found:
    rubric = rubric_of(*checks)
    context = CheckContext(Submission(team, f"{team}.zip", team), Evidence(), faulty=faulty)
    findings = tuple(interview(rubric, context))
    return Found(findings, score(rubric, findings).certain)


def decided(name: str, verdict: str = "failed", **keys: Any) -> Decided:
    return Decided(id=name, verdict=verdict, points=Decimal(1), **keys)


@pytest.mark.parametrize("verdict", ["passed", "failed", "needs_review"])
def test_a_faulty_check_needs_review_whatever_it_says(verdict: str) -> None:
    found = judged(decided("a", verdict), faulty={"a": say("It is wrong.")})
    [finding] = found.findings
    assert (finding.status, finding.cause) == (Status.needs_review, Cause.rubric_fault)
    assert finding.credit == 0
    assert (
        str(finding.message) == "The check does not pass the solution of the course, so it grades nobody: It is wrong."
    )
    assert found.certain == 0


def test_other_checks_keep_what_they_say() -> None:
    found = judged(decided("a", "passed"), decided("b"), faulty={"c": "why"})
    assert [finding.status for finding in found.findings] == [Status.passed, Status.failed]
    assert found.certain == Decimal("1.5")


def test_an_error_of_the_grader_stays_one() -> None:
    assert judged(decided("a", "error"), faulty={"a": "why"}).findings[0].status is Status.error


def test_a_check_that_needs_a_faulty_one_waits_for_it() -> None:
    found = judged(decided("a"), decided("b", needs=("a",)), faulty={"a": "why"})
    assert [finding.status for finding in found.findings] == [Status.needs_review, Status.needs_review]


def test_a_skip_keeps_its_own_reason() -> None:
    found = judged(decided("a"), decided("b", needs=("a",)), faulty={"b": "why"})
    assert [finding.status for finding in found.findings] == [Status.failed, Status.skipped]


def test_the_findings_of_all_teams_are_one_group() -> None:
    one, other = (judged(decided("a", ""), faulty={"a": "why"}, team=v).findings[0] for v in ("passed", "failed"))
    assert one.group == other.group != ""
    assert one.why == other.why == one.message
    assert replace(one, details=()) == replace(other, details=())
