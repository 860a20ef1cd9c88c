"""What an exception that ended a test proves."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.own_tests.asker import Asker
from grader.own_tests.raised import exception_of
from grader.own_tests.results import TestResult, classify, own_words, place_of
from grader.own_tests.trouble import EndTest
from tests.own_tests.direct import asker_of

FAILURES = (AssertionError, pytest.fail.Exception)
SOURCE = """
class Net(nn.Module):
    def forward(self, x): return torch.ones(3)
def f(x): return None
"""


@pytest.fixture
def asker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asker:
    return asker_of(monkeypatch, tmp_path, SOURCE)


def proves(asker: Asker, do: Any) -> str:
    """What the exception of `do` proves."""
    try:
        do()
    except BaseException as error:
        return classify(error, FAILURES, asker)[0]
    return "passed"


def test_a_failed_assertion_is_a_wrong_value(asker: Asker) -> None:
    def do() -> None:
        assert asker.get("f")(1) == 2

    assert proves(asker, do) == "failed"
    assert proves(asker, lambda: pytest.fail("no")) == "failed"


def test_a_value_of_another_type_is_a_wrong_value(asker: Asker) -> None:
    net = asker.get("Net")()
    f = asker.get("f")
    assert proves(asker, lambda: f(1).shape) == "failed"
    assert proves(asker, lambda: torch.allclose(net(torch.ones(1)), torch.ones(2))) == "failed"
    assert proves(asker, lambda: net(torch.ones(1))[5]) == "failed"


def test_an_exception_where_an_object_was_handed_over_proves_nothing(asker: Asker) -> None:
    net = asker.get("Net")()

    def with_name() -> None:
        divmod(net, 3)

    assert proves(asker, with_name) == "unsupported"
    assert proves(asker, lambda: divmod(asker.get("Net")(), 3)) == "unsupported"
    assert proves(asker, lambda: textwrap.dedent(net)) == "unsupported"


class Kept:
    def __init__(self, value: Any) -> None:
        self.value, self.several, self.named = value, [3, value], {"a": value}


def test_an_object_in_parts_and_attributes_was_handed_over_as_well(asker: Asker) -> None:
    kept, plain = Kept(asker.get("Net")()), Kept(3)
    given = [kept.value, 2]
    assert proves(asker, lambda: "".join(given)) == "unsupported"
    assert proves(asker, lambda: divmod(kept.value, 2)) == "unsupported"
    assert proves(asker, lambda: divmod(kept.several[1], 2)) == "unsupported"
    assert proves(asker, lambda: divmod(kept.named["a"], 2)) == "unsupported"
    assert proves(asker, lambda: textwrap.dedent([kept])) == "unsupported"  # type: ignore[arg-type]
    assert proves(asker, lambda: textwrap.dedent([0] * 30_000)) == "unsupported"  # type: ignore[arg-type]
    assert proves(asker, lambda: divmod(plain.value, "x")) == "failed"
    assert proves(asker, lambda: divmod(kept.several[0], "x")) == "failed", "the object beside it is not used"
    assert proves(asker, lambda: kept.value(torch.ones(1)) @ torch.ones(5)) == "failed"


def test_a_name_that_a_library_lacks_is_no_value_of_the_submission(asker: Asker) -> None:
    library: Any = torch
    assert proves(asker, lambda: library.no_such_name(3)) == "unsupported"


def test_the_words_of_the_course_are_those_without_values(asker: Asker) -> None:
    def said(do: Any) -> str:
        with pytest.raises((AssertionError, pytest.fail.Exception)) as caught:
            do()
        return own_words(caught.value, FAILURES, asker)

    def with_words() -> None:
        assert asker.get("f")(1) == 2, "two is right"

    def without() -> None:
        assert asker.get("f")(1) == 2

    assert said(with_words) == "two is right"
    assert said(without) == ""
    assert said(lambda: pytest.fail("look again")) == "look again"
    assert said(lambda: torch.testing.assert_close(torch.ones(1), torch.zeros(1))) == ""


def test_an_exception_of_the_submission(asker: Asker) -> None:
    def raised(name: str) -> str:
        error = exception_of({"type": name, "bases": ["ValueError"], "message": "m"}, 1)
        return classify(error, FAILURES, asker)[0]

    assert raised("ValueError") == "raised"
    assert raised("AssertionError") == "raised"
    assert raised("Mine") == "unsupported"


def test_what_is_no_exception_of_a_test(asker: Asker) -> None:
    group = BaseExceptionGroup("several", [ValueError(1)])
    for error in (EndTest("x"), KeyboardInterrupt(), group, ValueError("raised nowhere")):
        assert classify(error, FAILURES, asker)[0] == "unsupported"


def test_the_line_is_that_of_the_tests(asker: Asker) -> None:
    with pytest.raises(IndexError) as caught:
        torch.ones(1)[3]
    assert place_of(caught.value, asker)[1] == caught.traceback[0].lineno + 1
    assert place_of(ValueError(), asker) == ("", 0)


def test_the_phase_that_proves_least_counts() -> None:
    result = TestResult("t")
    result.add("failed", "<f at 0x7f00aa>", ("t.py", 3))
    assert (result.result, result.message, result.line) == ("failed", "<f>", 3)
    result.add("passed")
    assert result.result == "failed"
    result.add("unsupported", "x", ("t.py", 4))
    assert (result.result, result.line) == ("unsupported", 4)
