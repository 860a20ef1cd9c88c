"""Overrides that no longer fit the last batch, each with its own reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.model import Override
from grader.results.flagged_overrides import flagged_overrides
from grader.results.tables import Tables
from tests.results.rows import empty_tables, override, submission

SUBMITTED_AGAIN = "The team has submitted again since; this manual grade is not used."
CHECK_GONE = "The rubric no longer has this check; this manual grade is not used."
QUESTION_CHANGED = "The question or its maximum points have changed since."


def flagged(tables: Tables) -> list[str]:
    return [str(reason) for _, reason in flagged_overrides(tables)]


@pytest.mark.parametrize(
    ("given", "key", "reasons"),
    [
        (override("Team"), "key", []),
        (override("Team", digest="old"), "key", [SUBMITTED_AGAIN]),
        (override("Team", digest=""), "key", []),
        (override("Team", check="gone"), "key", [CHECK_GONE]),
        (override("Team"), "older key", [QUESTION_CHANGED]),
        (override("Team"), "", []),
        (override("Team", digest="old"), "older key", [SUBMITTED_AGAIN]),
        (override("Other", digest="old"), "key", []),
        (replace(override("Team", digest="old"), withdrawn=True), "key", []),
    ],
    ids=["fits", "another submission", "not bound yet", "no such check", "another question", "of a version without keys",
         "two reasons", "a team that is not in the batch", "withdrawn"],
)  # fmt: skip
def test_why_an_override_is_flagged(given: Override, key: str, reasons: list[str]) -> None:
    with empty_tables() as tables:
        tables.submissions.put(submission("Team"), tables.batches.begin("R", {"c": "key"}, "en", "{}"))
        tables.overrides.add([given], {given.check: key})
        assert flagged(tables) == reasons


def test_an_override_fits_any_of_several_submissions_of_a_team() -> None:
    with empty_tables() as tables:
        batch = tables.batches.begin("R", {"c": ""}, "en", "{}")
        for digest in ("one", "two"):
            tables.submissions.put(submission("Team", digest=digest), batch)
        tables.overrides.add([override("Team", digest="two")], {})
        assert flagged(tables) == []


def test_only_the_last_batch_counts() -> None:
    with empty_tables() as tables:
        tables.submissions.put(submission("Team", digest="old"), tables.batches.begin("R", {"c": "key"}, "en", "{}"))
        tables.overrides.add([override("Team", digest="old")], {"c": "key"})
        tables.submissions.put(submission("Team", digest="new"), tables.batches.begin("R", {"c": "other"}, "en", "{}"))
        assert flagged(tables) == [SUBMITTED_AGAIN]


def test_without_a_batch_every_check_is_gone_and_without_overrides_nothing_is_flagged() -> None:
    with empty_tables() as tables:
        assert flagged(tables) == []
        tables.overrides.add([override("Team")], {})
        assert flagged(tables) == [CHECK_GONE]
