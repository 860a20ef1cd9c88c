"""The limit of sentences, for an answer and for its parts."""

from __future__ import annotations

from tests.helpers import context, make


def test_sentence_limit_between_bounds_and_by_parts() -> None:
    check = make("sentence_limit", least=2, most=3)
    assert check.judge(context("One here. Two here.")).status == "passed"
    assert check.judge(context("One here.")).status == "failed"
    assert check.judge(context("One a. Two a. Three a. Four a.")).status == "failed"
    parts = make("sentence_limit", most=1, parts=["one to one", "one to many"])
    assert parts.judge(context("One-to-one: an image. One to many: a caption.")).status == "passed"
    assert parts.judge(context("One to one: an image. And more. One to many: a caption.")).status == "failed"
    assert parts.judge(context("One to one: an image.")).status == "needs_review"
