"""The base of the kinds: who acts after each kind of reply, and what never fails anybody."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

import pytest
from pydantic import ValidationError

from grader.checks.base import Check, allowed_range, explained_by_environment, trouble
from grader.definitions.extract import Definitions
from grader.model import NOTHING, CellRun, Notice, NoticeCode, Outcome, Place, Request, Status, say
from grader.model.verdict import Verdict
from tests.helpers import context, make

ReplyStatus = Literal["ok", "raised", "missing", "timeout", "out_of_time", "died", "not_asked"]


@pytest.mark.parametrize(
    ("status", "message", "verdict", "words"),
    [
        ("not_asked", "no seed", Status.error, "Model could not be tested: no seed"),
        ("out_of_time", "", Status.needs_review, "Model was not tested: the time limit of the whole submission"),
        ("raised", "ValueError: no", Status.failed, "Model stopped with an error: ValueError: no"),
        ("missing", "", Status.failed, "Model is not defined in the submission."),
        ("timeout", "", Status.failed, "Model did not answer within the time limit."),
        ("died", "killed", Status.failed, "The Python process ended while Model was running: killed."),
        ("died", "", Status.failed, "The Python process ended while Model was running: no reason known."),
    ],
)
def test_who_acts_after_a_reply_without_numbers(status: ReplyStatus, message: str, verdict: Status, words: str) -> None:
    found = trouble(Outcome(status, message=message), "Model")
    assert found is not None
    assert (found.status, found.credit) == (verdict, Decimal(0))
    assert words in str(found.message)


def test_an_answer_is_no_trouble() -> None:
    assert trouble(Outcome("ok"), "Model") is None


@pytest.mark.parametrize(
    ("error", "explained"),
    [
        ("ModuleNotFoundError: No module named 'pandas'", True),
        ("ImportError: cannot import name 'x'", True),
        ("AttributeError: module 'numpy' has no attribute 'float'", True),
        ("AttributeError: `np.float_` was removed in the NumPy 2.0 release", True),
        ("OSError: 'seaborn' is not a valid package style", True),
        ("ValueError: shapes do not match", False),
        ("NameError: name 'ImportError' is not defined", False),
        ("", False),
    ],
)
def test_an_error_of_the_environment_never_fails(error: str, explained: bool) -> None:
    assert explained_by_environment(error) is explained
    found = trouble(Outcome("raised", message=error), "Model")
    assert found is not None
    assert found.status is (Status.needs_review if explained else Status.failed)


def missing(name: str = "Model", **given: Any) -> Verdict:
    """Return the verdict on a name that is not there."""
    found = trouble(Outcome("missing", message=name), name, context(**given))
    assert found is not None
    return found


def test_a_name_that_nothing_explains_is_missing() -> None:
    found = missing(cells=["x = 1"], runs=[CellRun(1, "ok")])
    assert (found.status, str(found.message)) == (Status.failed, "Model is not defined in the submission.")
    assert str(found.hint) == "Define a class named Model."


def test_a_file_that_could_not_be_read_explains_a_missing_name() -> None:
    found = missing(notices=[Notice(NoticeCode.damaged, "a.zip is damaged.", serious=True)])
    assert (found.status, str(found.message)) == (
        Status.needs_review, "Model could not be tested. a.zip is damaged.",
    )  # fmt: skip
    assert missing(files={"model.RAR": b""}).status is Status.needs_review
    assert missing(notices=[Notice(NoticeCode.junk, "a file was left out")]).status is Status.failed


def test_a_cell_that_the_environment_stopped_explains_a_missing_name() -> None:
    runs = [CellRun(1, "error", "ModuleNotFoundError: No module named 'pandas'")]
    found = missing(cells=["import pandas"], runs=runs)
    assert (found.status, found.place) == (Status.needs_review, Place("notebook", cell=1))
    assert "A cell before it stopped with ModuleNotFoundError" in str(found.message)
    own_error = [CellRun(1, "error", "ValueError: no")]
    assert missing(cells=["import pandas"], runs=own_error).status is Status.failed


@pytest.mark.parametrize(
    "source", ["class Model(Module): pass", "x = 1\n  def Model(): pass", "Model = nn.Linear(1, 1)"]
)
@pytest.mark.parametrize(
    ("status", "verdict"),
    [("timeout", "needs_review"), ("died", "needs_review"), ("not run", "needs_review"), ("error", "failed")],
)
def test_a_cell_that_did_not_run_to_its_end_explains_a_missing_name(
    source: str, status: Literal["timeout", "died", "not run", "error"], verdict: str
) -> None:
    found = missing(cells=[source], runs=[CellRun(1, status, "why")])
    assert found.status.value == verdict
    assert found.place == (Place("notebook", cell=1) if verdict == "needs_review" else None)


@pytest.mark.parametrize("source", ["class Models: pass", "y = Model", "# class Model"])
def test_a_cell_that_only_looks_like_a_definition_explains_nothing(source: str) -> None:
    assert missing(cells=[source], runs=[CellRun(1, "timeout", "why")]).status is Status.failed


@pytest.mark.parametrize(
    ("path", "text", "status"),
    [
        ("src/model.py", b"class Model(nn.Module): pass", Status.needs_review),
        ("src/model.py", b"class Models: pass", Status.failed),
        ("notes.txt", b"class Model: pass", Status.failed),
    ],
)
def test_a_class_in_a_module_that_was_not_imported_needs_review(path: str, text: bytes, status: Status) -> None:
    assert missing(files={path: text}).status is status


def test_a_name_with_signs_is_looked_for_as_it_stands() -> None:
    assert missing("a.b", cells=["class axb: pass"], runs=[CellRun(1, "timeout")]).status is Status.failed


def test_the_subject_and_an_example_are_shown() -> None:
    outcome = Outcome("raised", message="ValueError: no")
    found = trouble(outcome, "Model", subject=say("Model with {n} layers", n=2), example="Model(2)")
    assert found is not None
    assert str(found.message) == "Model with 2 layers stopped with an error: ValueError: no"
    assert str(found.hint) == "To reproduce: Model(2)"
    without = trouble(outcome, "Model")
    assert without is not None
    assert without.hint == NOTHING


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
