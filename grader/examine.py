"""Judge evidence: every check's verdict becomes a finding. Pure, and no student code runs here."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from grader.checks.base import Check, Seen, Verdict, broken
from grader.model import Evidence, Finding, Status, Submission
from grader.rubric import Rubric

log = logging.getLogger(__name__)


def examine(submission: Submission, evidence: Evidence, rubric: Rubric) -> tuple[Finding, ...]:
    """Return one finding per check, in the order of the rubric."""
    findings: dict[str, Finding] = {}
    for question, check in rubric.checks():
        seen = Seen(submission, evidence, question, findings, rubric.execute.seed)
        findings[check.id] = examine_one(check, seen)
    return tuple(findings.values())


def examine_one(check: Check, seen: Seen) -> Finding:
    """Judge one check; it is skipped where a check that it needs has not passed."""
    verdict = _skipped(check, seen.findings) or _unanswered(check, seen) or _sure(check, seen, _judged(check, seen))
    return Finding(
        check=check.id,
        kind=check.kind,
        question=seen.question,
        title=check.title or check.label or check.kind.replace("_", " "),
        status=verdict.status,
        message=verdict.message,
        hint=verdict.hint,
        credit=verdict.credit,
        details=verdict.details,
        because=verdict.because,
        reading=verdict.reading,
    )


def _judged(check: Check, seen: Seen) -> Verdict:
    """A fault of ours is `broken`: it stands in the log, and it neither gives nor costs points."""
    try:
        return check.judge(seen)
    except Exception:
        log.exception("the check %s of %s failed inside the grader", check.id, seen.submission.team)
        return broken("The grader could not judge this; a person has to.")


def _sure(check: Check, seen: Seen, verdict: Verdict) -> Verdict:
    """Where two notebooks could be meant, code does not fail because of our choice."""
    tied = [notice for notice in seen.submission.notices if notice.code == "which-notebook"]
    if tied and verdict.status is Status.failed and hasattr(check, "target"):
        return Verdict(Status.waiting, f"{verdict.message} {tied[0].message}", "A person says which notebook counts.")
    return verdict


def _skipped(check: Check, findings: Mapping[str, Finding]) -> Verdict | None:
    """Skip after a failure; wait where the check before is itself open."""
    for need in check.needs:
        before = findings[need]
        if before.status in (Status.failed, Status.skipped):
            root = findings[before.because] if before.because else before
            message = f"Not checked, because '{root.title}' is not passed ({root.check})."
            return Verdict(Status.skipped, message, because=root.check)
        if before.status in (Status.waiting, Status.broken):
            return Verdict(Status.waiting, f"Not checked: '{before.title}' is open ({need}).", "Decide that one first.")
    return None


def _unanswered(check: Check, seen: Seen) -> Verdict | None:
    if not check.needs_answer:
        return None
    unreadable = [document.path for document in seen.submission.documents if not document.readable]
    if seen.answer is None:
        if unreadable:
            message = f"{unreadable[0]} has no text that can be read (a scan?)."
            return Verdict(Status.waiting, message, "A person reads the pages.")
        if seen.submission.unread:
            message = f"No answer was found. {seen.submission.unread}"
            return Verdict(Status.waiting, message, "A person looks at the files.")
        if not seen.submission.documents:
            return Verdict(
                Status.failed, "The hand-in has no written part.", "Add the answers as PDF, Markdown or cells."
            )
        message = "No answer to this question was found in the written part."
        return Verdict(Status.waiting, message, "Number the answers as on the sheet; a person looks for it.")
    if seen.answer.doubt:
        return Verdict(Status.waiting, seen.answer.doubt, "A person looks at which answer is meant.")
    return None
