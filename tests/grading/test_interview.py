"""The loop that asks and judges: it asks until nothing is open, and each finding is made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from pydantic import Field

from grader.cache.findings_cache import FindingsCache
from grader.checks.base import Check, CheckContext
from grader.definitions.extract import Definitions
from grader.grading import interview as interview_module
from grader.grading.interview import ProcessEnded, interview, judge_evidence
from grader.model import Evidence, Finding, Outcome, Request, Status, Submission, say
from grader.model.verdict import Verdict, failed
from grader.rubric.schema import Rubric
from tests.grading.asking_check import Asking, AskingDefinitions, rubric_of

SUBMISSION = Submission("team", "team.zip", "d")


@dataclass
class Replies:
    """An `ask` that answers every request with one status."""

    status: Any = "ok"
    names: list[str] = field(default_factory=list)

    def __call__(self, context: CheckContext, requests: Sequence[Request]) -> None:
        for request in requests:
            self.names.append(request.arguments["name"])
            context.evidence.outcomes[context.key(request)] = Outcome(self.status)  # type: ignore[index]


def fresh_context(**outcomes: Any) -> CheckContext:
    return CheckContext(SUBMISSION, Evidence(outcomes=dict(outcomes)))


def asking(name: str, *wanted: str, needs: tuple[str, ...] = ()) -> Asking:
    return Asking(id=name, wanted=wanted, needs=needs)


def statuses(findings: Sequence[Finding]) -> dict[str, str]:
    return {finding.check: finding.status.value for finding in findings}


def test_a_check_is_asked_until_nothing_is_open() -> None:
    ask = Replies()
    [finding] = interview(rubric_of(asking("a", "1", "2", "3")), fresh_context(), ask)
    assert (ask.names, finding.status) == (["1", "2", "3"], Status.passed)


def test_what_is_known_is_not_asked() -> None:
    check = asking("a", "1", "2")
    known = fresh_context()
    known.evidence.outcomes[known.key(check.requests()[0])] = Outcome("ok")  # type: ignore[index]
    ask = Replies()
    [finding] = interview(rubric_of(check), known, ask)
    assert (ask.names, finding.status) == (["2"], Status.passed)


def test_a_check_that_names_all_of_its_requests_each_time_is_asked_only_what_is_open() -> None:
    class Everything(Asking):
        def ask(self, context: CheckContext) -> Sequence[Request]:
            return self.requests()

    ask = Replies()
    [finding] = interview(rubric_of(Everything(id="a", wanted=("1", "2"))), fresh_context(), ask)
    assert (ask.names, finding.status) == (["1", "2"], Status.passed)


def test_a_reply_of_one_check_answers_the_same_request_of_another() -> None:
    ask = Replies()
    list(interview(rubric_of(asking("a", "1"), asking("b", "1", "2")), fresh_context(), ask))
    assert ask.names == ["1", "2"]


def test_without_ask_nothing_is_asked_and_the_evidence_is_judged() -> None:
    [finding] = interview(rubric_of(asking("a", "1")), fresh_context())
    assert (finding.status, str(finding.message)) == (Status.failed, "no reply")


def test_a_check_that_never_stops_asking_is_judged_after_a_bounded_number_of_rounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(interview_module, "MAX_ROUNDS", 3)
    rounds: list[int] = []
    [finding] = interview(rubric_of(asking("a", "1")), fresh_context(), lambda *_: rounds.append(1))
    assert (len(rounds), str(finding.message)) == (3, "no reply")


@pytest.mark.parametrize(("status", "names"), [("ok", ["1", "2"]), ("raised", ["1"])])
def test_a_check_whose_need_did_not_pass_is_not_asked(status: str, names: list[str]) -> None:
    ask = Replies(status)
    findings = list(interview(rubric_of(asking("a", "1"), asking("b", "2", needs=("a",))), fresh_context(), ask))
    assert ask.names == names
    assert statuses(findings) == ({"a": "passed", "b": "passed"} if status == "ok" else {"a": "failed", "b": "skipped"})


def test_the_end_of_the_process_is_passed_on_and_earlier_findings_were_given() -> None:
    def ask(context: CheckContext, requests: Sequence[Request]) -> None:
        if requests[0].arguments["name"] == "2":
            raise ProcessEnded
        Replies()(context, requests)

    given = []
    with pytest.raises(ProcessEnded):  # noqa: PT012
        for finding in interview(rubric_of(asking("a", "1"), asking("b", "2"), asking("c")), fresh_context(), ask):
            given.append(finding.check)
    assert given == ["a"]


def test_only_some_checks_and_those_that_need_none_of_the_others() -> None:
    rubric = rubric_of(
        asking("a"), asking("b"), asking("c", needs=("a",)), asking("d", needs=("b",)), asking("e", needs=("d",))
    )
    found = interview(rubric, fresh_context(), only=lambda check: check.id != "a")
    assert [finding.check for finding in found] == ["b", "d", "e"]


def test_each_check_has_its_question_and_the_findings_before_it() -> None:
    contexts: dict[str, tuple[str, list[str]]] = {}

    class Noting(Asking):
        def ask(self, context: CheckContext) -> Sequence[Request]:
            contexts[self.id] = (context.question, list(context.findings))
            return ()

    rubric = rubric_of(Noting(id="b"), Noting(id="c"))
    rubric = rubric.model_copy(update={"submission": (Noting(id="a"),)})
    found = list(interview(rubric, fresh_context(), Replies()))
    assert contexts == {"a": ("", []), "b": ("q", ["a"]), "c": ("q", ["a", "b"])}
    assert [finding.question for finding in found] == ["", "q", "q"]


def cache_of(rubric: Rubric, known: bytes | None = None) -> FindingsCache:
    return FindingsCache(SUBMISSION, rubric, Evidence(), b"observed", known)


def test_a_finding_in_the_cache_is_not_made_again() -> None:
    judged: list[str] = []

    class Counting(Asking):
        def judge(self, context: CheckContext) -> Any:
            judged.append(self.id)
            return super().judge(context)

    rubric = rubric_of(Counting(id="a", wanted=("1",)), Counting(id="b"))
    first = cache_of(rubric)
    ask = Replies()
    found = list(interview(rubric, fresh_context(), ask, first))
    assert (judged, ask.names) == (["a", "b"], ["1"])
    again = cache_of(rubric, first.to_bytes())
    assert list(interview(rubric, fresh_context(), ask, again)) == found
    assert (judged, ask.names, again.changed) == (["a", "b"], ["1"], False)


def test_a_check_that_changed_is_made_again_and_the_others_are_not() -> None:
    old = rubric_of(asking("a", "1"), asking("b", "2"))
    first = cache_of(old)
    list(interview(old, fresh_context(), Replies(), first))
    new = rubric_of(asking("a", "1"), asking("b", "3"))
    ask = Replies()
    list(interview(new, fresh_context(), ask, cache_of(new, first.to_bytes())))
    assert ask.names == ["3"]


def test_evidence_alone_is_judged_with_the_seed_of_the_rubric() -> None:
    seeds: list[int] = []

    class Seeded(Check):
        kind: str = "seeded"

        def judge(self, context: CheckContext) -> Any:
            seeds.append(context.seed)
            return Asking(id="a").judge(context)

    findings = judge_evidence(SUBMISSION, Evidence(), rubric_of(Seeded(id="a"), seed=7))
    assert (seeds, [finding.status for finding in findings]) == ([7], [Status.passed])


class Raising(Asking):
    """A check that asks once and then fails inside the grader."""

    def ask(self, context: CheckContext) -> Sequence[Request]:
        open_requests = super().ask(context)
        if not open_requests:
            raise ZeroDivisionError
        return open_requests


def test_an_exception_while_one_check_asks_is_that_check_alone(caplog: pytest.LogCaptureFixture) -> None:
    raising = Raising(id="b", wanted=("2",))
    before, after = asking("a", "1"), asking("c", "3")
    findings = list(interview(rubric_of(before, raising, after), fresh_context(), Replies()))
    assert statuses(findings) == {"a": "passed", "b": "error", "c": "passed"}
    assert "the check b of team" in caplog.text


def test_an_exception_while_a_check_asks_the_definitions_does_not_keep_it_from_the_notebook() -> None:
    class RaisingThere(AskingDefinitions):
        def ask(self, context: CheckContext) -> Sequence[Request]:
            if context.definitions_only:
                raise ZeroDivisionError
            return super().ask(context)

    definitions = Definitions("class Model: pass", frozenset({"Model"}))
    here = CheckContext(SUBMISSION, Evidence(outcomes={}), read_definitions=lambda: definitions)
    [finding] = interview(rubric_of(RaisingThere(id="a", wanted=("1",))), here, Replies())
    assert finding.status is Status.needs_review


class Counting(AskingDefinitions):
    """A check of code that counts how often it judges, and fails."""

    judged: list[bool] = Field(default_factory=list)

    def judge(self, context: CheckContext) -> Verdict:
        self.judged.append(context.definitions_only)
        return failed(say("Wrong."))


OTHER_REPLIES: dict[
    str, tuple[Outcome, Outcome, int]
] = {  # the definitions' and the notebook's, how often it is judged
    "the same": (Outcome("ok", {"a": 1}, {"x": np.zeros(2)}), Outcome("ok", {"a": 1}, {"x": np.zeros(2)}), 1),
    "other numbers": (Outcome("ok", {}, {"x": np.zeros(2)}), Outcome("ok", {}, {"x": np.ones(2)}), 2),
    "another sign of zero": (Outcome("ok", {}, {"x": np.zeros(2)}), Outcome("ok", {}, {"x": -np.zeros(2)}), 2),
    "another type": (Outcome("ok", {}, {"x": np.zeros(2)}), Outcome("ok", {}, {"x": np.zeros(2, np.float32)}), 2),
    "another shape": (Outcome("ok", {}, {"x": np.zeros(2)}), Outcome("ok", {}, {"x": np.zeros((1, 2))}), 2),
    "more arrays": (Outcome("ok"), Outcome("ok", {}, {"x": np.zeros(2)}), 2),
    "another value": (Outcome("ok", {"a": 1}), Outcome("ok", {"a": 2}), 2),
    "no value": (Outcome("died"), Outcome("died"), 2),
}


@pytest.mark.parametrize(("definitions", "notebook", "times"), OTHER_REPLIES.values(), ids=OTHER_REPLIES)
def test_equal_wrong_replies_of_both_processes_are_judged_once(
    definitions: Outcome, notebook: Outcome, times: int
) -> None:
    def ask(context: CheckContext, requests: Sequence[Request]) -> None:
        for request in requests:
            reply = definitions if context.definitions_only else notebook
            context.evidence.outcomes[context.key(request)] = reply  # type: ignore[index]

    check = Counting(id="a", wanted=("1", "2"), judged=[])
    read = Definitions("class Model: ...", frozenset({"Model"}))
    context = CheckContext(SUBMISSION, Evidence(outcomes={}), read_definitions=lambda: read)
    [finding] = interview(rubric_of(check), context, ask)
    assert finding.status is Status.failed
    assert check.judged == [True, False][:times]
