"""The kind `figures`: what is drawn is prepared for a tutor, passes against functions, and fails only with proof."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks.base import Check, CheckContext
from grader.checks.figures import Figures
from grader.model import CellRun, Outcome
from grader.model.evidence import request_key
from grader.model.verdict import Verdict
from tests.checks.answering_worker import reference_module
from tests.comparing.test_observed_figures import axes
from tests.helpers import context, make

X = np.linspace(0, 5, 30)


def plotted(different: int = 12, legend: tuple[str, ...] = ("clean", "noisy"), **changes: Any) -> Outcome:
    """Six axes with two curves each, of which `different` differ."""
    entry = {"words": [], "whole": True, "cell": "", "picture": False}
    parts = [axes(curves=["a", "b"], legend=list(legend)) for _ in range(6)]
    arrays = {f"figure0.curve{n}": np.array([X, np.sin(X) + n % different]) for n in range(12)}
    value = {"figures": [{**entry, "axes": parts, **changes}], "left_out": 0, "watched": True}
    return Outcome("ok", value, arrays)


def check_of(**keys: Any) -> Check:
    check = make("figures", points=1, **keys)
    assert check.mistake_in_keys() == ""
    return check


def state(check: Check, outcome: Outcome, *cells: str, **more: Any) -> CheckContext:
    [request] = check.ask(context(cells=("plot()",)))
    return context(cells=cells or ("plot()",), outcomes={request_key(request): outcome}, **more)


def verdict(outcome: Outcome, **keys: Any) -> Verdict:
    check = check_of(**keys)
    return check.judge(state(check, outcome, runs=[CellRun(1, "ok")]))


SIX: dict[str, Any] = {"axes": 6, "curves": 12, "curves_each": 2, "labels": ["any"]}


@pytest.mark.parametrize(
    ("outcome", "status", "words"),
    [
        (plotted(), "needs_review", "All 4 requirements are met."),
        (plotted(different=6), "failed", "1 requirement is not met: 12 distinct curves (found: 6)."),
        (plotted(legend=()), "failed", "1 requirement is not met: labels, a title or a legend (found: none)."),
        (plotted(whole=False), "needs_review", "All 4 requirements are met."),
        (plotted(different=6, whole=False), "needs_review", "1 figure was not observed completely."),
    ],
    ids=["right", "every-curve-twice", "no-labels", "cut", "cut-and-twice"],
)
def test_six_curves_with_a_share_for_what_lacks(outcome: Outcome, status: str, words: str) -> None:
    found = verdict(outcome, missing_earns=0.5, **SIX)
    assert found.status == status
    assert words in str(found.message)


def test_a_lack_needs_review_by_default() -> None:
    assert verdict(plotted(different=6), **SIX).status == "needs_review"


def test_curves_may_be_drawn_as_something_else() -> None:
    outcome = plotted(different=6)
    outcome.value["figures"][0]["axes"][0]["others"] = 1
    assert verdict(outcome, missing_earns=0, **SIX).status == "needs_review"


def test_several_figures_count_together_where_no_figure_is_enough_by_itself() -> None:
    outcome = plotted()
    [one] = outcome.value["figures"]
    halves = [{**one, "axes": one["axes"][:3]}, {**one, "axes": one["axes"][3:]}]
    arrays = {f"figure{n // 6}.curve{n % 6}": outcome.arrays[f"figure0.curve{n}"] for n in range(12)}
    split = Outcome("ok", {**outcome.value, "figures": halves}, arrays)
    assert str(verdict(split, **SIX).message) == "All 4 requirements are met."
    assert len(verdict(split, **SIX).details[-1].rows) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("outcome", "cells", "words"),
    [
        (Outcome("ok", {"figures": [], "left_out": 0, "watched": True}), ("x = 1",), "No figure was drawn."),
        (Outcome("ok", {"figures": [], "left_out": 0, "watched": False}), ("x = 1",), "Figures are not observed here."),
        (Outcome("out_of_time"), ("x = 1",), "time"),
    ],
    ids=["none", "unwatched", "time"],
)
def test_what_was_not_observed_needs_review(outcome: Outcome, cells: tuple[str, ...], words: str) -> None:
    check = check_of(missing_earns=0, **SIX)
    found = check.judge(state(check, outcome, *cells))
    assert found.status == "needs_review"
    assert words in str(found.message)


def test_without_code_nothing_was_drawn() -> None:
    check = check_of(**SIX)
    [request] = check.ask(context())
    found = check.judge(context(outcomes={request_key(request): Outcome("missing")}))
    assert (found.status, str(found.message)) == ("needs_review", "No code was run, so no figure was drawn.")


@pytest.mark.parametrize(
    ("shift", "status"), [(0.0, "passed"), (1e-4, "passed"), (0.5, "needs_review")], ids=["equal", "inside", "wrong"]
)
def test_curves_that_have_the_values_of_the_courses_function_pass(
    monkeypatch: pytest.MonkeyPatch, shift: float, status: str
) -> None:
    reference_module(monkeypatch, "functions", "def sine(x):\n    import numpy\n    return numpy.sin(x)")
    outcome = plotted()
    outcome.arrays["figure0.curve0"][1] += shift
    found = verdict(outcome, shows=["functions:sine"], missing_earns=0, **SIX)
    assert found.status == status


def test_a_function_that_raises_is_the_rubrics_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    reference_module(monkeypatch, "functions", "def sine(x):\n    raise KeyError")
    assert verdict(plotted(), shows=["functions:sine"]).cause == "rubric_fault"
    check = check_of(shows=["functions:sine"])
    assert isinstance(check, Figures)
    assert "KeyError" in check.mistake_in_reference(1)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, "'figures' needs a requirement, such as 'curves'"),
        ({"curves": 1, "given": {"n": 1}}, "'given' needs 'target'"),
        ({"shows": ["sine"]}, "reference must be module:name, found 'sine'"),
    ],
)
def test_mistakes_in_keys(keys: dict[str, Any], words: str) -> None:
    assert make("figures", **keys).mistake_in_keys() == words
