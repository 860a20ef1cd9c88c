"""Each test has CPU seconds for the code of the submission, and as many for its own; who used them up decides."""

from __future__ import annotations

import pytest

from grader.model import Outcome, Request
from grader.own_tests.session import Talk
from tests.own_tests.running import run

pytestmark = pytest.mark.kernel
VALUE = Outcome("ok", {"result": 42})


def test_the_calls_of_a_test_share_its_seconds_and_the_next_test_has_its_own() -> None:
    text = "import models\ndef test_a():\n    for _ in range(3): models.answer\ndef test_b(): models.answer\n"
    value, asked = run(text, VALUE, used=2, seconds=3)
    assert [test["result"] for test in value["tests"]] == ["ended", "passed"]
    named = [one.arguments["operation"][0][1] for one in asked]
    assert named.count("answer") == 3, "the third call is not sent, as nothing is left"


def test_the_submission_is_named_with_the_seconds_of_the_whole_test() -> None:
    given: list[float] = []

    def ask(request: Request, seconds: float) -> tuple[Outcome, float]:
        given.append(seconds)
        return (VALUE, 2) if len(given) == 1 else (Outcome("cpu_time", allowed=seconds), seconds)

    talk = Talk(Request("tests", {}), ask, seconds=3)
    for number in (1, 2, 3):
        talk._answer({"arguments": {}, "number": number, "budget": "a"}, {})
    assert given == [3, 1]
    assert [(n, one.status, one.allowed) for n, one in talk.outcomes.items()] == [
        (2, "cpu_time", 3),
        (3, "cpu_time", 3),
    ]


BUSY = """
import pytest
import models

def busy(part):
    import time
    ends = time.process_time() + part * 0.6
    while time.process_time() < ends:
        pass

@pytest.fixture(scope="module")
def slow():
    models.answer
    busy(0.8)
    return models.answer

@pytest.fixture
def slow_for_each():
    busy(0.8)

def test_with_time_of_the_fixture(slow):
    busy(0.8)
    models.answer

def test_both_are_the_tests_own(slow_for_each):
    busy(0.8)

def test_for_ever():
    models.answer
    while True:
        pass

def test_catches_everything():
    while True:
        try:
            busy(9)
        except BaseException:
            break

def test_afterwards():
    busy(0.8)
    assert models.answer == 42
"""


def test_a_test_whose_own_code_uses_them_up_is_ended_and_says_so() -> None:
    value, _ = run(BUSY, VALUE, used=0.25, seconds=0.6)
    assert {test["name"]: test["result"] for test in value["tests"]} == {
        "test_with_time_of_the_fixture": "passed",
        "test_both_are_the_tests_own": "used up",
        "test_for_ever": "used up",
        "test_catches_everything": "used up",
        "test_afterwards": "passed",
    }
    ended = value["tests"][2]
    assert (ended["message"], ended["line"] in (29, 30)) == ("0.6", True)
