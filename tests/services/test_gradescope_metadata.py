"""Times and due dates as Gradescope's autograder gets them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from grader.errors import GraderError
from grader.model import Extension
from grader.services.gradescope_metadata import extension, received

USUAL, LATER, LATEST = (f"2025-01-{day}T23:59:00.000000-08:00" for day in (15, 17, 18))


def metadata(*due: str | None) -> dict[str, Any]:
    users = [{"name": "Ida", "assignment": {"due_date": one}} if one else {"name": "Ole"} for one in due]
    return {"created_at": USUAL, "assignment": {"due_date": USUAL}, "users": users}


OPEN = Extension(None, None, "", "")


@pytest.mark.parametrize(
    ("given", "until"),
    [
        (metadata(USUAL), None), (metadata(LATER), LATER), (metadata(LATER, LATER), LATER), (metadata(None), None),
        (metadata(LATER, LATEST), "open"), (metadata(LATER, None), "open"), ({}, None), ({"users": [3, "x"]}, None),
        ({"users": {}, "assignment": []}, None), ({**metadata(LATER), "assignment": {}}, None),
    ],
)  # fmt: skip
def test_a_later_due_date_of_the_student_is_an_extension(given: dict[str, Any], until: str | None) -> None:
    found = extension(given)
    if until == "open":
        assert found == OPEN
    else:
        assert (found.until if found else None) == (datetime.fromisoformat(until) if until else None)


def test_a_time_that_cannot_be_read_is_a_message() -> None:
    assert received(metadata()) == datetime.fromisoformat(USUAL)
    with pytest.raises(GraderError, match="not a time: 'soon'"):
        received({"created_at": "soon"})
    with pytest.raises(GraderError, match="due_date has no time zone"):
        extension(metadata("2025-01-20T10:00"))
