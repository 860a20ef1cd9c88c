"""Errors for the person at the keyboard keep their message, so that a page can translate it."""

from __future__ import annotations

import pytest

from grader.errors import GraderError, RubricError
from grader.model.message import say


@pytest.mark.parametrize("message", ["the disk is full", say("{name} is missing", name="r.yaml")])
def test_the_message_is_kept_as_it_was_given_and_shown_in_english(message: object) -> None:
    error = GraderError(message)
    assert error.message is message
    assert str(error) == str(message)


def test_a_mistake_in_a_rubric_is_one_that_the_user_can_put_right() -> None:
    with pytest.raises(GraderError, match="line 3") as raised:
        raise RubricError("r.yaml, line 3")
    assert raised.value.message == "r.yaml, line 3"


def test_a_notebook_shows_the_message_in_one_line() -> None:
    assert GraderError("no such check")._render_traceback_() == ["grader: no such check"]
