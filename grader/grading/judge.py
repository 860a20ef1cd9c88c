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
from grader.cpu_budget import BudgetUsedError, cpu_budget
from grader.ingest.modules import place_of_text
from grader.model import NOTHING, Cause, Finding, Message, NoticeCode, Status, Submission, Text, say, sentences
from grader.model.verdict import Verdict, failed, grader_error, needs_review
from grader.text import storable

log = logging.getLogger(__name__)

MAX_LISTED = 10  # files in one sentence
READING_SECONDS = 60  # of CPU time, for a check of a written answer
COMPUTING_SECONDS = 900  # for a check that computes: it searches for weights, or trains the reference


def processes_to_ask(check: Check, context: CheckContext) -> Iterator[CheckContext]:
    """Yield the processes to query, as contexts: the definitions first, then the notebook's kernel if they do not pass.

    A notebook may have changed what its code does, so only code that was analysed completely can earn points.
    """
    if check.calls_target and context.definitions.targets.issuperset(check.called_names):
        definitions_only = replace(context, definitions_only=True)
        yield definitions_only
        if _earns(_judged(check, definitions_only)):
            return
    yield context


def _earns(verdict: Verdict) -> bool:
    return verdict.status is Status.passed or verdict.credit > 0


def _confirmed_by_definitions(check: Check, context: CheckContext) -> Verdict:
    """Judge by each process; pass only if the definitions process agrees, and leave the rest to a tutor."""
    verdict = definitions_only = None
    for process in processes_to_ask(check, context):
        verdict = _judged(check, process)
        definitions_only = verdict if process.definitions_only else definitions_only
    assert verdict is not None
    if verdict is definitions_only or not check.calls_target or not _earns(verdict):
        return verdict
    if definitions_only is not None:
        why = say("its definitions by themselves do not give that: {message}", message=definitions_only.message)
    else:
        doubts = [context.definitions.doubts.get(name) for name in check.called_names]
        doubt = next((doubt for doubt in doubts if doubt is not None), say("no definition was found"))
        why = say("the code cannot be read to the end: {doubt}.", doubt=doubt)
    message = say("When the notebook runs: {message} But {why}", message=verdict.message, why=why)
    return _reviewed(verdict, message, say("A tutor will look at this part of the code."))


def judge_check(check: Check, context: CheckContext) -> Finding:
    """Judge one check; it is skipped if a check that it needs has not passed."""
    verdict = (
        _skipped(check, context.findings)
        or _unanswered(check, context)
        or _not_failed_by_our_choice(check, context, _confirmed_by_definitions(check, context))
    )
    return Finding(
        check=check.id,
        kind=check.kind,
        question=context.question,
        title=check.title or (check.label if check.label != NOTHING else check.kind.replace("_", " ")),
        status=verdict.status,
        message=_writable(verdict.message),
        hint=_writable(verdict.hint),
        note=_writable(verdict.note),
        credit=verdict.credit,
        details=_writable(verdict.details),
        because=verdict.because,
        reading=_writable(verdict.reading),
        group=_group(check, context, verdict),
        target=check.target_name,
        place=verdict.place,
        exchanged=verdict.exchanged,
        own_work_of=check.own_work_of,
        guide=verdict.guide,
        note_only=check.note_only,
        late=check.about_lateness,
        loss=verdict.loss,
        cause=verdict.cause,
        why=_writable(verdict.why),
        visibility=check.visibility,
    )


def _writable(value: Any) -> Any:
    """Return `value` with lone surrogates replaced, as names in code may have some and files cannot."""
    if isinstance(value, str):
        return value if value.isascii() else storable(value)
    if isinstance(value, tuple):
        return tuple(map(_writable, value))
    if isinstance(value, Mapping):
        return {name: _writable(part) for name, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _writable(getattr(value, one.name)) for one in fields(value)})
    return value


def _group(check: Check, context: CheckContext, verdict: Verdict) -> str:
    """Return the group of an answer: the same question with the same words or the same value, for one decision.

    Or the same reason why nothing can be said. Empty if more than words may count: code, a picture, a page of a PDF, or
    an unresolved check.
    """
    if verdict.status is Status.needs_review and verdict.reason:
        return group_by_cause(check, context, verdict.cause, verdict.reason)
    reads = check.needs_answer or check.graded_by_people
    if verdict.status is not Status.needs_review or context.answer is None or context.answer.doubt or not reads:
        return ""
    if any(context.findings[need].status is not Status.passed for need in check.needs):
        return ""
    words = " ".join(unicodedata.normalize("NFC", context.answer.text).split())
    rendered = ".pdf" in context.answer.where.lower() or re.search(r"!\[|<img|\\includegraphics|attachment:", words)
    if not verdict.group and (rendered or not words):
        return ""
    group = verdict.group or f"words {_digest(words)}"
    return f"{group} of {_digest(context.question + check.question_key())}"


def group_by_cause(check: Check, context: CheckContext, cause: Cause | None, reason: str) -> str:
    """Return the group of all findings of a check that need review for the same reason."""
    return f"{cause} {reason} of {_digest(context.question + check.question_key())}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _judged(check: Check, context: CheckContext) -> Verdict:
    """Return the check's verdict; any exception in it is the grader's error, is logged, and costs no points.

    Called when the check has nothing left to ask, so a verdict is final and is kept for the next caller.
    """
    key = (check.id, context.definitions_only)
    if key not in context.verdicts:
        try:
            with cpu_budget(seconds_for(check)):
                verdict = _of_equal_replies(check, context) or check.judge(context)
            if not isinstance(verdict, Verdict):  # a kind of a course is not checked for types
                raise TypeError(f"judge returned {type(verdict).__name__} and no Verdict")
            context.verdicts[key] = verdict
        except BudgetUsedError:
            note_budget_used(check, context)
        except Exception:
            note_exception(check, context)
    return context.verdicts[key]


def _of_equal_replies(check: Check, context: CheckContext) -> Verdict | None:
    """Return the verdict on the definitions' replies if the notebook gave the same ones to all requests of the check.

    A comparison of wrong results searches for long, and would find the same again.
    """
    known = context.verdicts.get((check.id, True))
    asked = context.asked.get(check.id, {}).values()
    if (
        known is None
        or known.status is not Status.failed
        or context.definitions_only
        or not asked
        or any(request.action == "tests" for request in asked)
    ):
        return None  # the requests of a course's tests are known to the run alone
    definitions = replace(context, definitions_only=True)
    pairs = [(definitions.outcome(request), context.outcome(request)) for request in asked]
    same = all(one is not None and other is not None and one.says_the_same(other) for one, other in pairs)
    return known if same else None


def seconds_for(check: Check) -> float:
    """Return the CPU seconds that a check may use to ask or to judge, without those of the student's code."""
    return READING_SECONDS if check.needs_answer else COMPUTING_SECONDS


def note_budget_used(check: Check, context: CheckContext) -> None:
    """Leave a check to a tutor whose CPU time is used up: a text may have been written to keep the grader busy."""
    log.warning("the check %s of %s used up its CPU time", check.id, context.submission.team)
    seconds = seconds_for(check)
    what = say("Judging this took more than {seconds} seconds of computing time, so it was ended.", seconds=seconds)
    verdict = needs_review(what, say("A tutor will look at it."), cause=Cause.not_read)
    context.verdicts[check.id, context.definitions_only] = verdict


def note_exception(check: Check, context: CheckContext) -> None:
    """Log the exception that a check just raised, and keep a grader error as its verdict.

    A check that fails inside the grader, while it asks or judges, must not end the others.
    """
    log.exception("the check %s of %s failed inside the grader", check.id, context.submission.team)
    verdict = grader_error(say("The grader could not judge this; a tutor will look at it."))
    context.verdicts[check.id, context.definitions_only] = verdict


def _not_failed_by_our_choice(check: Check, context: CheckContext, verdict: Verdict) -> Verdict:
    """Turn a failure of code into a review where the choice of the notebook was ambiguous."""
    tied = [notice for notice in context.submission.notices if notice.code == NoticeCode.ambiguous_notebook]
    if tied and verdict.status is Status.failed and check.target_name:
        message = sentences(verdict.message, tied[0].message)
        return _reviewed(verdict, message, say("A tutor will decide which notebook counts."))
    return verdict


def _reviewed(verdict: Verdict, message: Message, hint: Message) -> Verdict:
    """Return the verdict as one for a tutor; what it found and where stays."""
    review = needs_review(message, hint, *verdict.details)
    return replace(
        review,
        place=verdict.place,
        exchanged=verdict.exchanged,
        cause=verdict.cause,
        reason=verdict.reason,
        why=verdict.why,
    )


def _skipped(check: Check, findings: Mapping[str, Finding]) -> Verdict | None:
    """Return a skip after a failure, or a review if the check before is itself unresolved."""
    for need in check.needs:
        before = findings[need]
        if before.status in (Status.failed, Status.skipped):
            root = findings[before.because] if before.because else before
            return Verdict(
                Status.skipped, say("Skipped, because '{check}' failed.", check=root.title), because=root.check
            )
        if before.status in (Status.needs_review, Status.error):
            message = say("Not checked, because '{check}' is not graded yet.", check=before.title)
            return needs_review(message, say("Grade that one first."))
    return None


def _unanswered(check: Check, context: CheckContext) -> Verdict | None:
    if not check.needs_answer:
        return None
    if context.answer is None:
        return _no_answer(context.submission)
    if context.answer.doubt:
        return needs_review(sentences(context.answer.doubt), say("A tutor will decide which answer is meant."))
    return None


def _no_answer(submission: Submission) -> Verdict:
    unreadable = [document.path for document in submission.documents if not document.readable]
    if unreadable:
        return needs_review(
            say("{file} contains no text (a scan?).", file=unreadable[0]), say("A tutor will read the pages.")
        )
    if submission.unread:
        message = sentences(say("No answer was found."), submission.unread)
        return needs_review(message, say("A tutor will look at the files."))
    place = place_of_text(submission.cells) if not submission.documents else None
    if place is not None:
        what = say("No written answers were found; {place} has text that may be one.", place=place.in_words())
        return needs_review(what, say("Write answers in Markdown cells."))
    if not submission.documents:
        hint = say("Add the answers as a PDF, a Markdown file or Markdown cells.")
        return failed(sentences(say("No written answers were found."), _listed(submission)), hint)
    return needs_review(
        say("No answer to this question was found."),
        say("Number the answers as in the assignment. A tutor will look for this one."),
    )


def _listed(submission: Submission) -> Text:
    """Return the sentence that lists the files, so that a person sees at once whether one was overlooked."""
    files = sorted(submission.files)
    if len(files) > MAX_LISTED:
        return say("The submission contains {n} files.", n=len(files))
    return say("The submission contains {files}.", files=files) if files else NOTHING
