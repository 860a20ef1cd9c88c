"""Shapes that a model returns, without a sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from grader.checks.base import CheckContext
from grader.checks.model_check import CallingCheck
from grader.model import CellRun, Notice, NoticeCode, Outcome, Place
from grader.model.evidence import request_key
from tests.helpers import context, make


def test_failures_explained_by_environment_or_time_need_review() -> None:
    check = make("shapes", **SHAPES)
    assert isinstance(check, CallingCheck)
    missing = {request_key(request): Outcome("missing") for request in check.ask(context())}
    cells = ["import seaborn\nfrom torch import nn", "class Model(nn.Module): pass"]
    error = [
        CellRun(1, "error", "ModuleNotFoundError: No module named 'seaborn'"),
        CellRun(2, "error", "NameError: name 'nn' is not defined"),
    ]
    assert check.judge(context(cells=cells, runs=error, outcomes=missing)).status == "needs_review"
    late = [CellRun(1, "ok"), CellRun(2, "wall_time", allowed=20)]
    assert check.judge(context(cells=cells, runs=late, outcomes=missing)).status == "needs_review"
    damaged = Notice(NoticeCode.damaged, "a.zip is damaged", "", True)
    assert check.judge(context(cells=["x = 1"], notices=[damaged], outcomes=missing)).status == "needs_review"
    assert check.judge(context(cells=["x = 1"], runs=[CellRun(1, "ok")], outcomes=missing)).status == "failed"
    unasked = {key: Outcome("out_of_time") for key in missing}
    assert check.judge(context(cells=cells, outcomes=unasked)).status == "needs_review"


SHAPES: dict[str, Any] = {
    "target": "Model",
    "init": {"hidden_size": "hidden"},
    "calls": [{"x": ["batch", "seq", 1]}],
    "returns": {"y": ["batch", "seq", 1]},
    "sizes": [{"batch": 4, "seq": 9, "hidden": 5}, {"batch": 1, "seq": 7, "hidden": 3}],
}


def answered(check: CallingCheck, outcomes: Sequence[Outcome]) -> CheckContext:
    """Evidence in which the check's first requests were answered so."""
    asked = check.ask(context())
    return context(outcomes={request_key(r): o for r, o in zip(asked, outcomes, strict=True)})


def returned(*shapes: Sequence[int], layers: Sequence[dict[str, Any]] = ()) -> Outcome:
    outputs = [[str(n), list(shape)] for n, shape in enumerate(shapes)]
    return Outcome(
        "ok", {"cases": [{"parameters": [], "calls": [{"outputs": outputs, "layers": list(layers), "type": "Tensor"}]}]}
    )


@pytest.mark.parametrize(
    ("outcomes", "status", "word"),
    [
        ([returned([4, 9, 1]), returned([1, 7, 1])], "passed", "(batch, seq, 1)"),
        ([returned([4, 9, 1]), returned([1, 8, 1])], "failed", "(1, 8, 1)"),
        ([returned([9, 4, 1]), returned([7, 1, 1])], "failed", "(9, 4, 1)"),
        ([returned([4, 9]), returned([1, 7])], "failed", "(4, 9)"),
        ([returned([4, 9, 1], [1]), returned([1, 7, 1], [1])], "failed", "2 tensors"),
        ([returned(), returned()], "failed", "0 tensors"),
        ([Outcome("raised", message="ValueError: no"), returned([1, 7, 1])], "failed", "ValueError: no"),
        ([Outcome("raised", message="ImportError: no"), returned([1, 7, 1])], "needs_review", "ImportError"),
        ([Outcome("cpu_time", allowed=20), returned([1, 7, 1])], "failed", "was stopped after 20 CPU seconds"),
        ([Outcome("wall_time"), returned([1, 7, 1])], "needs_review", "did not answer"),
        ([Outcome("died"), returned([1, 7, 1])], "needs_review", "process ended"),
        ([Outcome("missing"), Outcome("missing")], "failed", "not defined"),
        ([Outcome("not_asked"), Outcome("not_asked")], "error", "could not be tested"),
    ],
    ids=["right", "hard-coded length", "swapped axes", "squeezed", "tuple", "nothing", "raised", "environment", "CPU time",
         "wall time", "died", "missing", "error"],
)  # fmt: skip
def test_shapes(outcomes: list[Outcome], status: str, word: str) -> None:
    check = make("shapes", **SHAPES)
    assert isinstance(check, CallingCheck)
    verdict = check.judge(answered(check, outcomes))
    assert verdict.status == status
    assert word in str(verdict.message)


def test_swapped_axes_get_the_hint() -> None:
    check = make("shapes", **SHAPES)
    assert isinstance(check, CallingCheck)
    assert "batch_first" in str(check.judge(answered(check, [returned([9, 4, 1]), returned([7, 1, 1])])).hint)


def test_the_trace_is_named_by_symbols() -> None:
    check = make("shapes", **SHAPES)
    assert isinstance(check, CallingCheck)
    layers = [
        [{"layer": "first", "type": "LSTM", "in": [[b, s + 1, 1]], "out": [[b, s + 1, h]], "times": 1}]
        for b, s, h in ((4, 9, 5), (1, 7, 3))
    ]
    verdict = check.judge(
        answered(check, [returned([4, 9, 1], layers=layers[0]), returned([1, 7, 1], layers=layers[1])])
    )
    assert verdict.details[0].stages[0].shape == "(batch, seq + 1, 1) → (batch, seq + 1, hidden)"  # type: ignore[union-attr]


def test_a_cell_that_was_not_run_to_the_end_is_the_place_of_a_missing_class() -> None:
    check = make("shapes", **SHAPES)
    missing = {request_key(request): Outcome("missing") for request in check.ask(context())}
    late = [CellRun(1, "ok"), CellRun(2, "wall_time", allowed=20)]
    verdict = check.judge(context(cells=["import torch", "class Model: pass"], runs=late, outcomes=missing))
    assert verdict.place == Place("notebook", cell=2)
    words = "Model could not be tested. notebook, cell 2 did not run to its end before: stopped after 20 seconds"
    assert words in str(verdict.message)


def test_an_error_comes_with_code_that_reproduces_it() -> None:
    check = make("shapes", **SHAPES)
    assert isinstance(check, CallingCheck)
    verdict = check.judge(answered(check, [Outcome("raised", message="ValueError: no"), returned([1, 7, 1])]))
    assert str(verdict.message) == "Model (batch 4, seq 9, hidden 5) stopped with an error: ValueError: no."
    assert str(verdict.hint) == "To reproduce: Model(5)(torch.rand(4, 9, 1))"
    nested = make("shapes", **{**SHAPES, "calls": [{"x": ["batch", 1], "hx": [["batch", "hidden"], ["batch", 2]]}]})
    assert isinstance(nested, CallingCheck)
    [case, _] = nested.cases(42)
    assert nested.example_of(case) == "Model(5)(torch.rand(4, 1), (torch.rand(4, 5), torch.rand(4, 2)))"
    assert str(case.label) == "batch 4, seq 9, hidden 5 with hx"
