"""The source of the classes that a rubric asks about, read within a budget; what cannot be read is a doubt."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from grader.cpu_budget import BudgetUsedError, cpu_budget
from grader.definitions.bindings import Bindings, bindings_of
from grader.definitions.extract import Definitions, extract_definitions
from grader.grading.judge import COMPUTING_SECONDS
from grader.model import Submission, say
from grader.rubric.schema import Rubric

log = logging.getLogger(__name__)

UNREADABLE = say("the grader failed on it")
TOO_LONG = say("reading it took too long")


def definitions_of(submission: Submission, rubric: Rubric) -> Definitions:
    """Return the source of the classes that the rubric asks about, read from cells and modules without running them.

    Code that the reader itself fails on is a doubt of its target; the others are read without it.
    """
    every = list(dict.fromkeys(name for _, check in rubric.checks() for name in check.called_names))
    if not every:
        return Definitions()
    try:
        with cpu_budget(COMPUTING_SECONDS):
            return _definitions_of(submission, every)
    except BudgetUsedError:
        log.warning("reading the code of %s used up its CPU time", submission.team)
        return Definitions(doubts=dict.fromkeys(every, TOO_LONG))


def _definitions_of(submission: Submission, every: Sequence[str]) -> Definitions:
    try:
        bindings = bindings_of(submission)
    except Exception:
        log.exception("the code of %s could not be read", submission.team)
        return Definitions(doubts=dict.fromkeys(every, UNREADABLE))
    try:
        return extract_definitions(bindings, every)
    except Exception:
        unreadable = [target for target in every if not _can_be_read(bindings, target, submission.team)]
    found = extract_definitions(bindings, [target for target in every if target not in unreadable])
    return replace(found, doubts={**found.doubts, **dict.fromkeys(unreadable, UNREADABLE)})


def _can_be_read(bindings: Bindings, target: str, team: str) -> bool:
    try:
        extract_definitions(bindings, [target])
    except Exception:
        log.exception("the definition of %s by %s could not be read", target, team)
        return False
    return True
