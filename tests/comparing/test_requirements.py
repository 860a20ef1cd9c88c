"""The verdict on requirements: nothing is earned on a submission's own word, and only a proven lack can fail."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.comparing.requirements import Observed, Requirement, number_met, table_of
from grader.model import say

MET = Requirement("curves", "12", True)
LACK = Requirement("curves", "6", False)
UNPROVEN = Requirement("labels", "none", False, proves=False)
UNKNOWN = Requirement("schedule", "one rate", None)
HALF = Decimal("0.5")
DOUBT = say("The submission contains {files}.", files=["a.png"])


@pytest.mark.parametrize(
    ("requirements", "more", "status"),
    [
        ([MET], {}, "needs_review"),
        ([MET], {"credit": HALF}, "needs_review"),
        ([MET], {"confirmed": True}, "passed"),
        ([MET, LACK], {"confirmed": True}, "needs_review"),
        ([MET, LACK], {"credit": HALF}, "failed"),
        ([MET, LACK], {"credit": HALF, "doubts": [DOUBT]}, "needs_review"),
        ([MET, UNPROVEN], {"credit": HALF}, "needs_review"),
        ([MET, UNKNOWN], {"credit": HALF}, "needs_review"),
        ([UNKNOWN], {"confirmed": True}, "needs_review"),
    ],
)
def test_statuses(requirements: list[Requirement], more: dict[str, object], status: str) -> None:
    table = table_of("found", requirements)
    verdict = Observed(requirements, table, guide="the guide", **more).verdict()  # type: ignore[arg-type]
    assert (verdict.status, verdict.details, verdict.guide) == (status, (table,), "the guide")
    assert verdict.credit == {"passed": 1, "failed": HALF}.get(status, 0)


def test_the_message_names_what_is_missing_with_what_was_found_and_the_doubts() -> None:
    verdict = Observed([MET, LACK], table_of("found", []), [DOUBT]).verdict()
    assert str(verdict.message) == ("1 requirement is not met: curves (found: 6). The submission contains a.png.")


def test_what_is_not_known_is_not_called_missing() -> None:
    verdict = Observed([UNKNOWN], table_of("found", [])).verdict()
    assert str(verdict.message) == "1 requirement could not be checked: schedule (found: one rate)."


def test_a_row_says_whether_it_is_met() -> None:
    rows = table_of("found", [MET, LACK, UNKNOWN]).rows
    assert [str(row[2]) for row in rows] == ["yes", "no", "not known"]
    assert number_met([MET, LACK, UNKNOWN]) == 1
