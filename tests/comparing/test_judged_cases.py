"""One case: what is requested next, and what the replies so far say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from grader.comparing.function_cases import FunctionCase
from grader.comparing.judged_cases import CaseJudge
from grader.comparing.results import Judged, Results
from grader.comparing.value_comparison import Tolerance
from grader.model import Outcome, Request
from grader.model.message import say
from grader.model.verdict import Verdict, needs_review
from tests.checks.answering_worker import reference_module
from tests.helpers import make

REFERENCE = """
def double(x): return 2 * x
class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))
    def forward(self, x): return self.weight * x
"""


def judge(target: str, replies: Mapping[str, Outcome], **keys: Any) -> CaseJudge:
    check: Any = make("outputs", points=1, target=target, reference=f"doubling:{target}", given={"x": 3}, **keys)
    case: FunctionCase = check.cases(1)[0]

    def blame(outcome: Outcome, request: Request, case: FunctionCase) -> Verdict | None:
        return None if outcome.status == "ok" else needs_review(say("It ended."))

    return CaseJudge(case, Results(target, {}, Tolerance()), (), lambda request: replies.get(request.digest), blame)


@pytest.fixture(autouse=True)
def _reference(monkeypatch: pytest.MonkeyPatch) -> None:
    reference_module(monkeypatch, "doubling", REFERENCE)


def test_a_function_is_called_once_and_judged_by_its_result() -> None:
    [request] = judge("double", {}).requests()
    for result, wrong in ((6, False), (7, True)):
        judged = judge("double", {request.digest: Outcome("ok", {"results": [result, result]})}).judged()
        assert isinstance(judged, Judged)
        assert judged.fails is wrong
    ended = judge("double", {request.digest: Outcome("died")}).judged()
    assert isinstance(ended, Verdict)
    nothing = judge("double", {}).judged()
    assert isinstance(nothing, Verdict)
    assert nothing.status == "error"


def test_the_weights_of_an_object_are_listed_before_it_is_called() -> None:
    [listing] = judge("Scale", {}, init={}).requests()
    assert listing.arguments["send"] == ["w"]
    listed = Outcome("ok", {"results": [{"list": [{"list": ["weight", {"list": []}, "ones", "parameter"]}]}]})
    requests = list(judge("Scale", {listing.digest: listed}, init={}).requests())
    assert requests
    assert all(request.arguments["send"] == ["result0", "again0"] for request in requests)
    no_module = judge("Scale", {listing.digest: Outcome("ok", {"results": [None]})}, init={}).judged()
    assert isinstance(no_module, Verdict)
    assert "is no torch module" in str(no_module.message)
