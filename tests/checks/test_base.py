"""The base of the kinds: points, keys and the addresses of requests."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from grader.checks.base import Check, allowed_range
from grader.definitions.extract import Definitions
from grader.model import CellRun, Outcome, Request
from tests.helpers import context, make


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (1, 1, "exactly 1 is required"),
        (2, 2, "exactly 2 are required"),
        (0, 1, "at most 1 is allowed"),
        (0, 3, "at most 3 are allowed"),
        (2, 3, "2 to 3 are allowed"),
    ],
)
def test_the_allowed_numbers_in_words(least: int, most: int, words: str) -> None:
    assert str(allowed_range(least, most)) == words


@pytest.mark.parametrize(
    ("points", "decimal"), [(0.1, Decimal("0.1")), (1, Decimal(1)), ("0.25", Decimal("0.25")), (0, Decimal(0))]
)
def test_points_are_the_decimals_that_were_written(points: object, decimal: Decimal) -> None:
    assert Check(kind="c", points=points).points == decimal


@pytest.mark.parametrize("points", [-0.1, float("nan"), float("inf"), "one", True])
def test_points_that_are_no_points_are_refused(points: object) -> None:
    with pytest.raises(ValidationError):
        Check(kind="c", points=points)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="point"):
        Check.model_validate({"kind": "c", "point": 1})


def test_the_key_of_a_check_changes_with_what_it_asks_and_not_with_points_or_wording() -> None:
    check = make("word_limit", most=5)
    same = check.model_copy(update={"points": Decimal(3), "title": "T", "visibility": "public", "needs": ("a",)})
    assert same.question_key() == check.question_key()
    assert make("word_limit", most=6).question_key() != check.question_key()


@pytest.mark.parametrize(
    ("keys", "effect"), [({"points": 2}, "2"), ({"deducts": 1}, "-1"), ({}, "0"), ({"points": 0, "deducts": 1}, "0")]
)
def test_the_most_that_a_check_gives_or_takes(keys: dict[str, Any], effect: str) -> None:
    finding: Any = None
    assert Check(kind="c", **keys).max_effect(Decimal(10), finding) == Decimal(effect)


def test_a_request_has_an_address_of_its_own_at_each_process() -> None:
    request = Request("call", {"target": "Model"})
    notebook = replace(context(), read_definitions=lambda: Definitions("class Model: pass"))
    definitions = replace(notebook, definitions_only=True)
    reply = Outcome("ok")
    for one, other in ((notebook, definitions), (definitions, notebook)):
        evidence = replace(one.evidence, outcomes={one.key(request): reply})
        assert replace(one, evidence=evidence).outcome(request) is reply
        assert replace(other, evidence=evidence).outcome(request) is None
    changed = replace(definitions, read_definitions=lambda: Definitions("class Model: x = 1"))
    assert changed.key(request) != definitions.key(request)


def test_a_training_is_another_one_at_each_process_and_a_call_is_none() -> None:
    request = Request("train", {"from_epoch": 0, "to_epoch": 1})
    notebook, definitions = context(), replace(context(), definitions_only=True)
    assert notebook.training(request) != definitions.training(request) != ""
    assert notebook.training(Request("train", {"from_epoch": 1, "to_epoch": 2})) == notebook.training(request)
    assert notebook.training(Request("call", {})) == ""


def test_the_run_of_a_cell() -> None:
    here = context(runs=[CellRun(2, "ok")])
    assert here.run_of(2) == CellRun(2, "ok")
    assert here.run_of(1) is None
