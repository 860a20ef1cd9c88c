"""Values of the model through JSON: they come back equal, and nothing else comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.model import Cell, Document, Member, Message, Mistake, Notice, NoticeCode, Place, Submission, say
from grader.opening.plain_values import MAX_DEPTH, from_plain, to_plain

PLACE = Place("nb.ipynb", cell=2)
SUBMISSION = Submission(
    "Team",
    "team.zip",
    "abc",
    members=(Member("Anna Beispiel", "1000001", "a@example.org", "file name"),),
    cells=(Cell(1, "x = '\ud800'", "cell 1", place=PLACE, mistake=Mistake(PLACE, "invalid syntax")),),
    notebooks=("nb.ipynb",),
    documents=(Document("a.pdf", "pdf", "one two", pages=("one", "two")),),
    notices=(
        Notice(NoticeCode.clash, say("{a} and {b}", a=("x", 2), b=say("{n}", n=1)), "as it is", True),
        Notice(NoticeCode.junk, "words of a user"),
    ),
    course_modules=frozenset({"einops"}),
)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(to_plain(value)))


def test_a_submission_comes_back_equal_also_with_half_characters() -> None:
    found = from_plain(Submission, through_json(SUBMISSION))
    assert found == SUBMISSION
    assert isinstance(found.notices[0].message, Message)
    assert str(found.notices[0].message) == str(SUBMISSION.notices[0].message)


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        (Member, {"name": "x"}),
        (Member, {"name": 1, "student_id": "", "email": "", "source": ""}),
        (Member, {"name": "x", "student_id": "", "email": "", "source": "", "more": ""}),
        (Member, ["x", "", "", ""]),
        (Document, {"path": "a", "kind": "exe", "text": "", "readable": True, "pages": []}),
        (Document, {"path": "a", "kind": "pdf", "text": "", "readable": 1, "pages": []}),
        (Document, {"path": "a", "kind": "pdf", "text": "", "readable": True, "pages": "ab"}),
        (Notice, {"code": "nothing", "message": "", "hint": "", "serious": False}),
        (Message, {"template": "", "values": {"a": None}, "plural": "", "number": 1}),
        (Message, {"template": "", "values": {"a": 1.5}, "plural": "", "number": 1}),
    ],
)
def test_another_value_is_an_error(kind: type, plain: Any) -> None:
    with pytest.raises(ValueError, match="not "):
        from_plain(kind, plain)


def test_a_message_in_a_message_and_so_on_ends() -> None:
    message = say("x")
    for _ in range(MAX_DEPTH):
        message = say("{a}", a=message)
    with pytest.raises(ValueError, match="not a value"):
        from_plain(Message, through_json(message))


def test_what_has_no_plain_form_is_not_sent() -> None:
    with pytest.raises(TypeError):
        to_plain({"a": object()})
