"""The table of circumstances is complete, and nothing in it may fail a submission."""

from __future__ import annotations

import re

from grader.blame.rules import KINDS, RULES, UNNAMED
from grader.model import PROVEN


def test_every_kind_of_circumstance_has_a_rule_and_none_of_them_may_fail() -> None:
    assert {rule.kind for rule in RULES} == set(KINDS)
    assert not {cause for cause, _ in KINDS.values()} & PROVEN


def test_every_pattern_is_one() -> None:
    assert all(re.compile(rule.pattern) and re.compile(rule.line) for rule in RULES)


def test_every_kind_with_a_subject_has_a_sentence_without_it() -> None:
    assert {kind for kind, (_, sentence) in KINDS.items() if "subject" in sentence.values} == set(UNNAMED)
