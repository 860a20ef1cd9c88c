"""What a test met counts also if it catches the exception; the other parts are tested in `test_session.py`."""

from __future__ import annotations

import pytest

from grader.own_tests.plugin import _add_trouble
from grader.own_tests.results import TestResult
from grader.own_tests.trouble import Trouble


@pytest.mark.parametrize(
    ("trouble", "result", "message"),
    [
        (Trouble(), "passed", ""),
        (Trouble(operations=[3]), "passed", ""),
        (Trouble(unsupported="x is compared", place=("conftest.py", 4)), "unsupported", "x is compared"),
        (Trouble(ended=3), "ended", ""),
        (Trouble(ended=0), "ended", ""),
    ],
)
def test_what_a_test_met_counts(trouble: Trouble, result: str, message: str) -> None:
    test = TestResult("t")
    _add_trouble(test, trouble)
    assert (test.result, test.message) == (result, message)


def test_the_reason_is_that_of_the_proxy_and_not_of_what_followed() -> None:
    test = TestResult("t")
    test.add("unsupported", "EndTest", ("t.py", 9))
    _add_trouble(test, Trouble(unsupported="x is compared", place=("conftest.py", 4)))
    assert (test.message, test.file, test.line) == ("x is compared", "conftest.py", 4)
