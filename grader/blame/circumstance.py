"""Circumstances that explain an exception without the team: what this machine lacks, and limits of the sandbox.

All of it is data: which exceptions a circumstance explains, and the sentence for the report. What is not in the table
and was raised at a student's own line is the student's.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection
from dataclasses import dataclass, replace

from grader.blame.rules import KINDS, RULES, UNNAMED, Rule
from grader.model import Cause, Message, Raised

MAX_SUBJECT = 60  # characters of a name in a key


@dataclass(frozen=True)
class Circumstance:
    """What explains a failure without the team; `key` is the same for the same reason in all submissions."""

    cause: Cause
    key: str
    sentence: Message


@dataclass(frozen=True)
class Surroundings:
    """What is known of the code around an exception."""

    modules: frozenset[str] = frozenset()  # modules of the submission itself
    names: frozenset[str] = frozenset()  # classes and functions that it defines
    line: str = ""  # the student's line at which it was raised
    function: str = ""  # and the function of that line
    request: bool = True  # whether it was raised by a request of a check, and not in a cell


def explain(raised: Raised, around: Surroundings = Surroundings()) -> Circumstance | None:
    """Return what explains an exception without the team; None if nothing does."""
    kinds = {raised.type, *raised.bases}
    for one in (raised, *raised.chain):
        for rule in RULES:
            if (subject := _subject(rule, one, kinds if one is raised else {one.type}, around)) is not None:
                return _circumstance(rule.kind, subject)
    return None


def module_not_installed(name: str) -> Circumstance:
    """Return the circumstance of a module that is not installed here, as an exception that names it would."""
    return _circumstance("module", name)


def _circumstance(kind: str, subject: str) -> Circumstance:
    cause, sentence = KINDS[kind]
    if not subject:
        sentence = UNNAMED.get(kind, sentence)
    known = {"subject": subject, "version": ".".join(map(str, sys.version_info[:2]))}
    values = {name: known[name] for name in sentence.values}
    key = f"{kind} {subject}" if "subject" in values else kind
    return Circumstance(cause, key.strip()[:MAX_SUBJECT], replace(sentence, values=values))


def _subject(rule: Rule, raised: Raised, kinds: Collection[str], around: Surroundings) -> str | None:
    """Return what a rule is about, which may be empty; None if it does not hold."""
    if rule.types and not rule.types & set(kinds):
        return None
    if rule.line and not re.search(rule.line, around.line):
        return None
    if rule.request and not around.request:
        return None
    if rule.function and rule.function != around.function:
        return None
    found = re.search(rule.pattern, raised.message)
    if found is None and raised.errno not in rule.numbers:
        return None
    if found is None or (rule.numbers and not rule.pattern):
        return raised.name
    subject = next((part for part in found.groups() if part), "") or raised.name
    if rule.own and _first(subject) in (around.modules | around.names):
        return None
    return subject


def _first(name: str) -> str:
    return name.partition(".")[0]
