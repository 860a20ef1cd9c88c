"""Judging without a sandbox: what decides a finding besides the verdict of its check."""

from __future__ import annotations

import pytest

from grader.checks.base import CheckContext
from grader.grading.judge import judge_check
from grader.model import Answer, Document, Evidence, Finding, Notice, Outcome, Status, Submission
from tests.helpers import context, make


@pytest.mark.parametrize(
    ("documents", "status"),
    [
        ((), "failed"),
        ((Document("a.md", "markdown", "text"),), "needs_review"),
        ((Document("a.pdf", "pdf", "", False),), "needs_review"),
    ],
    ids=["no written part", "not found", "a scan"],
)
def test_an_answer_that_is_not_there(documents: tuple[Document, ...], status: str) -> None:
    finding = judge_check(make("word_limit", most=100), context(documents=documents))
    assert finding.status == status
    assert finding.credit == 0


def test_a_doubtful_answer_waits() -> None:
    evidence = Evidence(answers={"q": Answer("text", "a.md", "Two places could be the answer.")})
    finding = judge_check(make("word_limit", most=100), CheckContext(Submission("t", "t", "d"), evidence, "q"))
    assert (finding.status, finding.message) == (Status.needs_review, "Two places could be the answer.")


@pytest.mark.parametrize("status", [Status.needs_review, Status.error])
def test_a_check_after_an_unresolved_one_needs_review(status: Status) -> None:
    check = make("word_limit", most=5).model_copy(update={"needs": ("before",)})
    before = {"before": Finding("before", "manual", "q", "Before", status, "m")}
    finding = judge_check(check, context("two words", findings=before))
    assert (finding.status, finding.message) == (Status.needs_review, "Not checked: 'Before' is open (before).")


@pytest.mark.parametrize(
    ("codes", "status"), [(["which-notebook"], Status.needs_review), (["other"], Status.failed), ([], Status.failed)]
)
def test_with_two_notebooks_a_failure_of_code_needs_review(codes: list[str], status: Status) -> None:
    check = make("shapes", target="M", init={}, calls=[{"x": [1]}], returns={"y": [1]}, sizes=[{}])
    notices = [Notice(code, "There are two notebooks.") for code in codes]
    before = context(notices=notices)
    outcomes = {before.key(request): Outcome("missing", message="M") for request in check.ask(before)}
    finding = judge_check(check, context(notices=notices, outcomes=outcomes))
    assert finding.status is status
    assert ("There are two notebooks." in finding.message) == (status is Status.needs_review)
