"""All results of a case, part by part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.asking.values import Opaque, Record
from grader.comparing.case_steps import Call, Question
from grader.comparing.function_cases import FunctionCase, cases_of
from grader.comparing.results import Results, results_of
from grader.comparing.value_comparison import Tolerance
from grader.model import Outcome


def case(**more: Any) -> FunctionCase:
    return next(cases_of(Question("f", None, (Call("", {"x": 1}),), **more), None, 1))


def results(**returns: str) -> Results:
    return Results("f", returns, Tolerance())


def test_each_part_has_its_first_difference() -> None:
    found = results(a="0", b="1.h").differences(case(), [(1, {"h": 2}), (1, {"h": 3})], [(1, {"h": 9}), (5, {"h": 9})])
    assert list(found) == ["b", "a"]
    assert (found["b"].path, str(found["b"].what), str(found["b"].hint)) == ("b", "is 2; expected is 9", "")
    assert "called again" in str(found["a"].hint)


def test_fields_are_found_by_name_and_by_place() -> None:
    pair = Record("Pair", (("h", 1), ("c", 2)))
    assert dict(results(a="h", b="1").parts(pair)) == {"a": 1, "b": 2}
    assert results(a="c").differences(case(), [{"d": 1}] * 2, [{"c": 1}] * 2)["a"].path == "a"


def test_what_a_reference_must_not_return() -> None:
    assert results(a="0").lacking((1,)) == ""
    assert results(a="2").lacking((1,)) == "nothing at 2"
    assert results().lacking(Opaque("Net")) == "a Net, which cannot be compared"


def test_a_factor_of_the_tolerance() -> None:
    one, other = [np.array([1.0])] * 2, [np.array([1.001])] * 2
    assert results().differences(case(), one, other)
    assert not results().differences(case(), one, other, times=100)


@pytest.mark.parametrize(("sent", "right"), [([1, 2], True), ([1], False), ([], False), ([1, 2, 3], False)])
def test_a_reply_with_another_number_of_results_is_none(sent: list[int], right: bool) -> None:
    outcome = Outcome("ok", {"results": sent})
    assert (results_of(outcome, case().request) is not None) is right
