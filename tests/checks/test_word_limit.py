"""The limit of words, at its edge and against ways around it."""

from __future__ import annotations

import pytest

from tests.helpers import context, make

HUNDRED = " ".join(["word"] * 100)


@pytest.mark.parametrize(("extra", "status"), [("", "passed"), (" more", "failed")], ids=["100 words", "101 words"])
def test_word_limit_at_its_edge(extra: str, status: str) -> None:
    verdict = make("word_limit", most=100).judge(context(HUNDRED + extra))
    assert verdict.status == status
    assert str(verdict.message) == f"The answer has {100 + len(extra.split())} words; the limit is 100."


def test_the_words_in_a_picture_are_not_counted_and_need_review() -> None:
    verdict = make("word_limit", most=100).judge(context("![scan](attachment:scan.png)"))
    assert (verdict.status, str(verdict.message)) == ("needs_review", "The answer is a picture, which was not read.")


@pytest.mark.parametrize(
    "answer", ["References to older states. " + HUNDRED * 2, "Source: a book. " + HUNDRED * 2, "$" + HUNDRED * 2 + "$"]
)
def test_a_limit_cannot_be_met_by_calling_the_text_a_reference(answer: str) -> None:
    assert make("word_limit", most=100).judge(context(answer)).status in ("failed", "needs_review")
