"""Variables of a notebook and printed figures: in the range, outside of it, and what cannot be decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.checks.base import Check
from grader.model import CellRun, Notice, NoticeCode, say
from grader.model.verdict import Verdict
from tests.checks.answering_worker import reference_module, verdict_on, worker_namespace
from tests.helpers import context, make


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    reference_module(
        monkeypatch,
        "expected",
        "ACCURACY = 0.5\ndef table():\n    return {'a': torch.ones(2)}\ndef bad():\n    raise KeyError",
    )
    return worker_namespace(monkeypatch, tmp_path)


def check_of(**keys: Any) -> Check:
    check = make("value", points=1, **keys)
    assert check.mistake_in_keys() == ""
    return check


@pytest.mark.parametrize(
    ("source", "keys", "status", "words"),
    [
        ("acc = 0.9", {"at_least": 0.9}, "passed", "acc is 0.9; required is at least 0.9."),
        ("acc = 0.8999", {"at_least": 0.9}, "failed", "acc is 0.8999; required is at least 0.9."),
        ("acc = torch.tensor([0.95])", {"at_least": 0.9, "at_most": 1}, "passed", "0.9 to 1"),
        ("acc = 3", {"at_most": 2.5}, "failed", "acc is 3; required is at most 2.5."),
        ("acc = float('nan')", {"at_least": 0.9}, "failed", "acc is nan"),
        ("acc = float('nan')", {"at_most": 0.9}, "failed", "acc is nan"),
        ("acc = 45.2", {"at_least": 0.9}, "needs_review", "It may be a percentage."),
        ("acc = 95.2", {"at_least": 0.9}, "passed", "95.2"),
        ("acc = 95.2", {"at_least": 0.9, "at_most": 1}, "needs_review", "It may be a percentage."),
        ("acc = 0.95", {"at_least": 90}, "needs_review", "It may be a percentage."),
        ("acc = 0.85", {"at_least": 90}, "failed", "acc is 0.85"),
        ("acc = '0.9'", {"at_least": 0.9}, "needs_review", "acc is '0.9' and not a number."),
        ("acc = True", {"at_least": 0.9}, "needs_review", "not a number"),
        ("acc = [0.9, 0.8]", {"at_least": 0.9}, "needs_review", "not a number"),
        ("acc = lambda: 3", {"at_least": 0.9}, "needs_review", "not a number"),
        ("accuracy = 0.9", {"at_least": 0.9}, "failed", "acc is not defined in the submission."),
        ("acc = 0.50001", {"reference": "expected:ACCURACY"}, "passed", "has the expected value"),
        ("acc = 0.51", {"reference": "expected:ACCURACY"}, "failed", "acc is 0.51; expected is 0.5."),
        ("acc = 0.51", {"reference": "expected:ACCURACY", "atol": 0.02}, "passed", "has the expected value"),
        ("acc = {'a': [1, 1.0]}", {"reference": "expected:table"}, "passed", "has the expected value"),
        ("acc = {'a': [1, 2]}", {"reference": "expected:table"}, "failed", "Part a of acc differs"),
        ("acc = {'a': object()}", {"reference": "expected:table"}, "needs_review", "cannot be compared"),
        ("acc = 1", {"reference": "expected:bad"}, "needs_review", "The reference expected:bad stopped with an error"),
        ("class acc:\n    best = 0.9", {"name": "acc.best", "at_least": 0.9}, "passed", "acc.best is 0.9"),
    ],
)  # fmt: skip
def test_variables(source: str, keys: dict[str, Any], status: str, words: str, student: dict[str, object]) -> None:
    verdict = verdict_on(check_of(**{"name": "acc", **keys}), student, source)
    assert verdict.status == status, str(verdict.message)
    assert words in str(verdict.message)


def test_a_variable_of_a_cell_that_was_left_out_is_not_missing(student: dict[str, object]) -> None:
    check = check_of(name="acc", at_least=0.9)
    verdict = verdict_on(check, student, "", cells=["acc = 1"], runs=[CellRun(1, "not needed")])
    assert (verdict.status, verdict.cause) == ("needs_review", "rubric_fault")


def test_a_variable_is_read_in_the_kernel_and_is_no_definition() -> None:
    check = check_of(name="acc.best", at_least=0.9)
    assert (check.calls_target, check.called_names, check.target_name) == (False, (), "acc")


NETWORK = "URLError: <urlopen error [Errno -3] Temporary failure in name resolution>"
STOPPED = CellRun(2, "error", NETWORK)


def printed(*texts: str, more: tuple[CellRun, ...] = (), notices: tuple[Notice, ...] = (), **keys: Any) -> Verdict:
    runs = [CellRun(number, "ok", text=text) for number, text in enumerate(texts, 1)]
    runs = [*(run for run in runs if run.number not in {one.number for one in more}), *more]
    given = {"prints": "accuracy", "at_least": 0.9, **keys}
    return check_of(**given).judge(context(cells=["x"] * len(runs), runs=runs, notices=notices))


@pytest.mark.parametrize(
    ("text", "keys", "status", "words"),
    [
        ("Test accuracy: 0.93", {}, "passed", "'accuracy' in the output of notebook, cell 1 is 0.93; required is at least 0.9."),
        ("Test accuracy: 0.83", {}, "failed", "cell 1 is 0.83; required is at least 0.9."),
        ("accuracy: 93.4 %", {}, "passed", "is 93.4 %"),
        ("accuracy: 83.4 %", {}, "failed", "is 83.4 %"),
        ("accuracy: 0.93 %", {}, "failed", "is 0.93 %"),
        ("accuracy: 93.4 %", {"at_least": 90}, "passed", "is 93.4 %"),
        ("accuracy: 83.4", {}, "needs_review", "It may be a percentage."),
        ("accuracy: nan", {}, "failed", "is nan"),
        ("accuracy: 12/20", {}, "needs_review", "more than one number"),
        ("Accuracy of 10 classes: 0.95", {}, "needs_review", "more than one number, the last one 0.95"),
        ("loss: 0.95", {}, "needs_review", "No cell printed a number after 'accuracy'."),
        ("accuracy: 50 %", {"at_least": None, "reference": "expected:ACCURACY"}, "passed", "has the expected value"),
        ("accuracy: 0.4", {"at_least": None, "reference": "expected:ACCURACY"}, "failed", "is 0.4; expected is 0.5."),
    ],
)  # fmt: skip
def test_printed_numbers(text: str, keys: dict[str, Any], status: str, words: str, student: dict[str, object]) -> None:
    verdict = printed(text, **keys)
    assert verdict.status == status, str(verdict.message)
    assert words in str(verdict.message)


def test_the_last_cell_counts() -> None:
    assert printed("accuracy 0.2", "accuracy 0.95", "done").status == "passed"
    verdict = printed("accuracy 0.95", "accuracy 0.2", "done")
    assert (verdict.status, verdict.place and verdict.place.cell) == ("failed", 2)


def test_a_cell_that_the_environment_stopped_might_have_printed_more() -> None:
    verdict = printed("accuracy 0.2", "", more=(STOPPED,))
    assert (verdict.status, verdict.cause) == ("needs_review", "environment")
    assert "cell 2 did not run to its end" in str(verdict.message)
    assert printed("accuracy 0.95", "", more=(STOPPED,)).status == "passed"
    assert printed("", "", "accuracy 0.2", more=(STOPPED,)).status == "failed"


def test_an_exception_of_the_team_saves_no_wrong_number_and_fails_no_missing_one() -> None:
    raised = CellRun(2, "error", "ValueError: x")
    assert printed("accuracy 0.2", "", more=(raised,)).status == "failed"
    verdict = printed("", "", more=(raised,))
    assert (verdict.status, "ValueError" in str(verdict.message)) == ("needs_review", True)


def test_nothing_printed_has_the_cause_of_the_cell_that_stopped() -> None:
    verdict = printed("", "", more=(STOPPED,))
    assert (verdict.status, verdict.cause) == ("needs_review", "environment")
    assert printed().status == "needs_review"


def test_a_number_of_a_notebook_that_may_be_the_wrong_one_needs_review() -> None:
    notice = Notice(NoticeCode.ambiguous_notebook, say("There are two notebooks."))
    assert printed("accuracy 0.2", notices=(notice,)).status == "needs_review"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"at_least": 1}, "either 'name' or 'prints'"),
        ({"name": "a", "prints": "b", "at_least": 1}, "either 'name' or 'prints'"),
        ({"prints": " ", "at_least": 1}, "either 'name' or 'prints'"),
        ({"name": "a"}, "either 'at_least' or 'at_most', or a 'reference'"),
        ({"name": "a", "at_least": 1, "reference": "m:a"}, "either 'at_least' or 'at_most', or a 'reference'"),
        ({"name": "a", "at_least": 2, "at_most": 1}, "above"),
        ({"name": "a", "reference": "a"}, "module:name"),
    ],
)
def test_mistakes_in_keys(keys: dict[str, Any], words: str) -> None:
    assert words in make("value", points=1, **keys).mistake_in_keys()


def test_mistakes_in_references(student: dict[str, object]) -> None:
    made: Any = check_of(prints="accuracy", reference="expected:table")
    assert made.mistake_in_reference(1) == "expected:table is not a number"
    made = check_of(name="a", reference="expected:bad")
    assert "KeyError" in made.mistake_in_reference(1)
    made = check_of(name="a", at_least=1)
    assert made.mistake_in_reference(1) == ""


def test_the_result_may_be_left_to_a_tutor() -> None:
    run = CellRun(1, "ok", text="accuracy: 0.95\n")
    right = make("value", points=1, prints="accuracy", at_least=0.9, confirm=True).judge(
        context(cells=["x"], runs=[run])
    )
    assert (right.status, str(right.hint)) == ("needs_review", "A tutor will confirm this.")
    assert "0.95" in str(right.message)
    wrong = make("value", points=1, prints="accuracy", at_least=0.99, confirm=True).judge(
        context(cells=["x"], runs=[run])
    )
    assert (wrong.status, wrong.cause) == ("needs_review", None)
    assert "0.95; required is at least 0.99" in str(wrong.message)
