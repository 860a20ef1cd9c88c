"""The limit of sentences, for an answer and for its parts."""

from __future__ import annotations

from tests.helpers import context, make


def test_sentence_limit_between_bounds_and_by_parts() -> None:
    check = make("sentence_limit", least=2, most=3)
    assert check.judge(context("One here. Two here.")).status == "passed"
    assert check.judge(context("One here.")).status == "failed"
    assert check.judge(context("One a. Two a. Three a. Four a.")).status == "needs_review"
    assert check.judge(context("One a. Two a. Three a. Four a. Five a.")).status == "failed"
    parts = make("sentence_limit", most=1, parts=["one to one", "one to many"])
    assert parts.judge(context("One-to-one: an image. One to many: a caption.")).status == "passed"
    assert parts.judge(context("One to one: an image. And more. One to many: a caption.")).status == "needs_review"
    assert parts.judge(context("One to one: an image. And. And more. One to many: a caption.")).status == "failed"
    assert parts.judge(context("One to one: an image.")).status == "needs_review"


def test_a_picture_is_no_sentence_and_an_answer_that_is_one_needs_review() -> None:
    check = make("sentence_limit", least=2, most=2)
    assert check.judge(context("One here. Two here.\n\n![Graph](net.png)")).status == "passed"
    assert check.judge(context("One here.\n\n![It. Grows.](net.png)")).status == "failed"
    assert check.judge(context("![scan](scan.jpg)")).status == "needs_review"
