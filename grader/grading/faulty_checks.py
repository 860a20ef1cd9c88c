"""Checks that do not pass the solution of the course: they fail nobody, and one decision settles them for all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from grader.checks.base import Check, CheckContext
from grader.grading.judge import group_by_cause
from grader.model import Cause, Finding, Status, say
from grader.model.verdict import RUBRIC

REASON = "solution"


def of_faulty_check(check: Check, finding: Finding, context: CheckContext) -> Finding:
    """Return the finding, or its review if the check does not pass the solution here.

    A pass needs review as well: what refuses the solution may accept anything. A skip stays, as another check is the
    reason for it, and so does an error of the grader.
    """
    why = context.faulty.get(check.id)
    if why is None or finding.status in (Status.skipped, Status.error):
        return finding
    what = say("The check does not pass the solution of the course, so it grades nobody: {why}", why=why)
    return replace(
        finding,
        status=Status.needs_review,
        message=what,
        hint=RUBRIC,
        credit=Decimal(0),
        loss=None,
        place=None,
        cause=Cause.rubric_fault,
        why=what,
        group=group_by_cause(check, context, Cause.rubric_fault, REASON),
    )
