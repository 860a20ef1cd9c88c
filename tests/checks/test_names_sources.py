"""Sources in an answer, in the forms that people write."""

from __future__ import annotations

import pytest

from grader.model import Document
from tests.helpers import context, make


def test_names_sources_and_sources_at_the_end_of_the_document() -> None:
    check = make("names_sources")
    assert check.judge(context("An answer. Source: the lecture")).status == "passed"
    assert check.judge(context("An answer.")).status == "failed"
    document = Document("a.md", "markdown", "An answer.\n\nReferences: the lecture of week 5")
    assert check.judge(context("An answer.", documents=[document])).status == "needs_review"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("Facts. Sources: none", "failed"),
        ("Sources of error are the vanishing gradients.", "failed"),
        ("Facts (Muster et al., 2016, p. 370).", "passed"),
        ("Facts (see Muster et al., 2016).", "passed"),
        ("Muster and Beispiel (1997) show it.", "passed"),
        ("Facts. Ref: a book", "passed"),
        ("Facts, as in the lecture of 2024.", "needs_review"),
        ("Facts. ![](paper.png)", "failed"),
        ("Facts. ![2024.png](attachment:2024.png)", "failed"),
        ('Facts. <img src="paper.png" width="300">', "failed"),
        ("Facts. ![](paper.png) Source: a book", "passed"),
        ("Facts. [![](a.png)](https://example.org/paper)", "passed"),
        ("Facts. ![Muster, 2017](a.png)", "needs_review"),
        ("Facts. ![](https://example.org/a.png)", "needs_review"),
        ("Facts. The state is [h](t).", "needs_review"),
        ("![scan](scan.jpg)", "needs_review"),
    ],
)
def test_sources_in_many_forms(answer: str, status: str) -> None:
    assert make("names_sources").judge(context(answer)).status == status
