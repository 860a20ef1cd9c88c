"""Judge evidence: every check's verdict becomes a finding. Pure, and no student code runs here."""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from grader.checks.base import Check, CheckContext
from grader.definitions.bindings import bindings_of
from grader.definitions.extract import Definitions, extract_definitions
from grader.model import Evidence, Finding, Status, Submission
from grader.model.verdict import Verdict, grader_error
from grader.rubric.schema import Rubric

log = logging.getLogger(__name__)


def examine(submission: Submission, evidence: Evidence, rubric: Rubric) -> tuple[Finding, ...]:
    """Return one finding per check, in the order of the rubric."""
    findings: dict[str, Finding] = {}
    plain = definitions_of(submission, rubric)
    for question, check in rubric.checks():
        context = CheckContext(submission, evidence, question, findings, rubric.execute.seed, plain=plain)
        findings[check.id] = judge_check(check, context)
    return tuple(findings.values())


def definitions_of(submission: Submission, rubric: Rubric) -> Definitions:
    """Return what the classes that the rubric asks about are made of."""
    targets = [str(getattr(check, "target", "")) for _, check in rubric.checks() if check.calls_target]
    return extract_definitions(bindings_of(submission), list(dict.fromkeys(targets))) if targets else Definitions()


def processes_to_ask(check: Check, context: CheckContext) -> Iterator[CheckContext]:
    """Yield whom a check asks: the definitions alone, and the notebook's process where that does not settle it.

    What a notebook did may speak for it where its code would not, so only what was read to the end can earn points.
    """
    if check.calls_target and getattr(check, "target", "") in context.plain.targets:
        definitions_only = replace(context, definitions_only=True)
        yield definitions_only
        if _earns(_judged(check, definitions_only)):
            return
    yield context


def _earns(verdict: Verdict) -> bool:
    return verdict.status is Status.passed or verdict.credit > 0


def _confirmed_by_definitions(check: Check, context: CheckContext) -> Verdict:
    """Judge by the views; what holds for the notebook's process alone is decided by a person."""
    verdict = definitions_only = None
    for view in processes_to_ask(check, context):
        verdict = _judged(check, view)
        definitions_only = verdict if view.definitions_only else definitions_only
    assert verdict is not None
    if verdict is definitions_only or not check.calls_target or not _earns(verdict):
        return verdict
    if definitions_only is not None:
        why = f"its definitions alone do not give that: {definitions_only.message}"
    else:
        why = (
            f"it cannot be read to the end: {context.plain.doubts.get(getattr(check, 'target', ''), 'no definition')}."
        )
    message = f"As the notebook ran: {verdict.message} But {why}"
    return Verdict(Status.needs_review, message, "A person reads the code at this place.", details=verdict.details)


def judge_check(check: Check, context: CheckContext) -> Finding:
    """Judge one check; it is skipped where a check that it needs has not passed."""
    verdict = (
        _skipped(check, context.findings)
        or _unanswered(check, context)
        or _not_failed_by_our_choice(check, context, _confirmed_by_definitions(check, context))
    )
    return Finding(
        check=check.id,
        kind=check.kind,
        question=context.question,
        title=check.title or check.label or check.kind.replace("_", " "),
        status=verdict.status,
        message=_writable(verdict.message),
        hint=_writable(verdict.hint),
        credit=verdict.credit,
        details=_writable(verdict.details),
        because=verdict.because,
        reading=_writable(verdict.reading),
        group=_group(check, context, verdict),
        target=getattr(check, "target", ""),
        loss=verdict.loss,
        visibility=check.visibility,
    )


def _writable(value: Any) -> Any:
    """`value` with halves of characters replaced: code can name what no file can hold."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, tuple):
        return tuple(map(_writable, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _writable(getattr(value, one.name)) for one in fields(value)})
    return value


def _group(check: Check, context: CheckContext, verdict: Verdict) -> str:
    """What else a person's decision on this answer settles: the same question, and the same words or the same value.

    Nothing does where something else than words may count: code, a picture, a page of a PDF, a check that is open.
    """
    reads = check.needs_answer or check.kind == "manual"
    if verdict.status is not Status.needs_review or context.answer is None or context.answer.doubt or not reads:
        return ""
    if any(context.findings[need].status is not Status.passed for need in check.needs):
        return ""
    words = " ".join(unicodedata.normalize("NFC", context.answer.text).split())
    rendered = ".pdf" in context.answer.where.lower() or re.search(r"!\[|<img|\\includegraphics|attachment:", words)
    if not verdict.group and (rendered or not words):
        return ""
    group = verdict.group or f"words {_digest(words)}"
    return f"{group} of {_digest(context.question + check.asks())}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _judged(check: Check, context: CheckContext) -> Verdict:
    """A fault of ours is `broken`: it stands in the log, and it neither gives nor costs points.

    Called when the check has nothing left to ask, so a verdict is final and is kept for the next who wants it.
    """
    key = (check.id, context.definitions_only)
    if key not in context.verdicts:
        try:
            context.verdicts[key] = check.judge(context)
        except Exception:
            log.exception("the check %s of %s failed inside the grader", check.id, context.submission.team)
            context.verdicts[key] = grader_error("The grader could not judge this; a person has to.")
    return context.verdicts[key]


def _not_failed_by_our_choice(check: Check, context: CheckContext, verdict: Verdict) -> Verdict:
    """Where two notebooks could be meant, code does not fail because of our choice."""
    tied = [notice for notice in context.submission.notices if notice.code == "which-notebook"]
    if tied and verdict.status is Status.failed and hasattr(check, "target"):
        return Verdict(
            Status.needs_review, f"{verdict.message} {tied[0].message}", "A person says which notebook counts."
        )
    return verdict


def _skipped(check: Check, findings: Mapping[str, Finding]) -> Verdict | None:
    """Skip after a failure; wait where the check before is itself open."""
    for need in check.needs:
        before = findings[need]
        if before.status in (Status.failed, Status.skipped):
            root = findings[before.because] if before.because else before
            message = f"Not checked, because '{root.title}' is not passed ({root.check})."
            return Verdict(Status.skipped, message, because=root.check)
        if before.status in (Status.needs_review, Status.error):
            return Verdict(
                Status.needs_review, f"Not checked: '{before.title}' is open ({need}).", "Decide that one first."
            )
    return None


def _unanswered(check: Check, context: CheckContext) -> Verdict | None:
    if not check.needs_answer:
        return None
    unreadable = [document.path for document in context.submission.documents if not document.readable]
    if context.answer is None:
        if unreadable:
            message = f"{unreadable[0]} has no text that can be read (a scan?)."
            return Verdict(Status.needs_review, message, "A person reads the pages.")
        if context.submission.unread:
            message = f"No answer was found. {context.submission.unread}"
            return Verdict(Status.needs_review, message, "A person looks at the files.")
        if not context.submission.documents:
            return Verdict(
                Status.failed, "The submission has no written part.", "Add the answers as PDF, Markdown or cells."
            )
        message = "No answer to this question was found in the written part."
        return Verdict(Status.needs_review, message, "Number the answers as on the sheet; a person looks for it.")
    if context.answer.doubt:
        return Verdict(Status.needs_review, context.answer.doubt, "A person looks at which answer is meant.")
    return None
