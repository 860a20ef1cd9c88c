"""Judging without a sandbox: what decides a finding besides the verdict of its check."""

from __future__ import annotations

import pytest

from grader.checks.base import CheckContext
from grader.grading.judge import judge_check
from grader.model import Answer, Document, Evidence, Status, Submission
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
