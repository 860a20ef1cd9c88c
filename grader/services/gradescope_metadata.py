"""What Gradescope says about a submission that its autograder grades: when it was received, and who has more time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grader.errors import GraderError
from grader.model import Extension

NAME = "submission_metadata.json"


def received(metadata: Mapping[str, Any]) -> datetime:
    """Return when Gradescope received the submission, not when the autograder runs.

    Raises:
        GraderError: the time cannot be read, or has no time zone.
    """
    return _moment(metadata["created_at"], "created_at")


def extension(metadata: Mapping[str, Any]) -> Extension | None:
    """Return the students' own due date if it is later than that of the assignment; None without one.

    Students of a group with different due dates give an extension without an end, which a tutor has to review.

    Raises:
        GraderError: a due date cannot be read, or has no time zone.
    """
    usual = _due(metadata.get("assignment"))
    users = metadata.get("users")
    own = (
        {_due(user.get("assignment")) for user in users if isinstance(user, dict)} if isinstance(users, list) else set()
    )
    later = {due for due in own if due is not None and (usual is None or due > usual)}
    if usual is None or not later:
        return None
    if len(own) > 1:
        return Extension(None, None, "", "")
    return Extension(later.pop(), None, "Gradescope", "a due date of the student's own")


def _due(assignment: Any) -> datetime | None:
    due = assignment.get("due_date") if isinstance(assignment, dict) else None
    return _moment(due, "due_date") if due else None


def _moment(given: Any, key: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(given).replace("Z", "+00:00"))
    except ValueError:
        raise GraderError(f"{NAME}: not a time: {given!r}") from None
    if moment.tzinfo is None:
        raise GraderError(f"{NAME}: {key} has no time zone")
    return moment
