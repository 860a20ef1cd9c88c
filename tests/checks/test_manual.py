"""Manual grading: always left to a tutor."""

from __future__ import annotations

from grader.model import Status
from tests.helpers import context, make


def test_manual_needs_review_with_the_answer() -> None:
    verdict = make("manual", guide="what counts").judge(context("An answer."))
    assert (verdict.status, verdict.guide, str(verdict.hint)) == (Status.needs_review, "what counts", "")
