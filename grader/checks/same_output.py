"""The kind `same_output`: with the same weights, submission and reference compute the same outputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Literal

from pydantic import Field, PrivateAttr

from grader.checks.base import CheckContext
from grader.checks.model_check import CallingCheck, all_outcomes_known, judged_with, may_be_replaced
from grader.comparing.model_calls import Case, as_curves, drawn_weights, parameters_of
from grader.comparing.output_comparison import Comparison, equal_to_reference
from grader.comparing.recent_results import RecentResults
from grader.comparing.reference_outputs import Expected, Parameters, ReferenceFault, Trial, mistake_in_name
from grader.model import Outcome, Request, Status
from grader.model.message import Text, all_of, say, sentences
from grader.model.verdict import Verdict, grader_error, needs_review, passed, reference_stopped

MAX_KEPT = 12  # sets of requests of one check


class SameOutput(CallingCheck):
    """With weights chosen by the grader, the outputs and gradients match those of the reference solution."""

    label: ClassVar[Text] = say("Same output as the reference")
    example: ClassVar[str] = """\
kind: same_output
points: 2
target: LSTM
reference: "reference.lstm:LSTM"
replace: {LSTMCell: lstm_cell}
init: {input_size: input, hidden_size: hidden}
calls: [{x: [batch, seq, input]}, {x: [batch, seq, input], hx: [[batch, hidden], [batch, hidden]]}]
sizes: [{batch: 3, seq: 7, input: 2, hidden: 4}]"""
    kind: Literal["same_output"] = "same_output"
    reference: str = Field(description="the reference class, as module:name")
    weights: Literal["by_shape"] = "by_shape"
    gate_order: Literal["any"] | list[str] = Field("any", description="`any`, or the required order of the gates")
    gradients: bool = Field(True, description="whether to compare gradients too")
    also_curves: bool = Field(
        False, description="whether to call it once more with noisy curves of 80 steps as its input of three axes"
    )
    _requests: RecentResults[list[Request]] = PrivateAttr(default_factory=lambda: RecentResults(MAX_KEPT))
    _known: list[tuple[list[Outcome | None], Verdict]] = PrivateAttr(default_factory=list)
    _reference: Expected = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        """Set up the reference, which is loaded when it is first needed."""
        super().model_post_init(context)
        self._reference = Expected(self.reference)

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`."""
        if what := mistake_in_name(self.reference):
            return what
        shapes = [shape for call in self.calls for shape in call.values()]
        if self.also_curves and not any(len(shape) == 3 and not isinstance(shape[0], list) for shape in shapes):
            return "also_curves needs an input with three axes, (batch, seq, features)"
        return super().mistake_in_keys()

    def mistake_in_reference(self, seed: int) -> str:
        """Return why the reference cannot be compared with anything, found by calling it once for each case.

        `init`, sizes and shapes of the rubric fit it if there is none.
        """
        for position, case in enumerate(self.cases(seed)):
            try:
                self._reference.try_once(case, seed, self.gradients and position < len(self.calls))
            except ReferenceFault as fault:
                return f"{self.reference} with {case.label}: {fault}"
        return ""

    def _each_case(self, seed: int) -> Iterator[Case]:
        """Yield every call with every size and, with `also_curves`, the first one with curves instead of noise."""
        first: Case | None = None
        for drawn in super()._each_case(seed):
            case = replace(drawn, init=self._reference.in_order(drawn.init))
            first = first or case
            yield case
        if self.also_curves and first is not None and (curves := as_curves(first, seed)) is not None:
            yield curves

    def _describing(self, context: CheckContext, replaced: bool) -> list[Request]:
        cases = self.cases(context.seed)
        return self._requests.get(
            (context.seed, replaced), lambda: [self.request(case, replaced, [], seed=context.seed) for case in cases]
        )

    def _calling(self, context: CheckContext, replaced: bool) -> list[Request] | None:
        """Return the requests that run the forward pass; None until the parameters are known."""
        described = all_outcomes_known(context, self._describing(context, replaced))
        if described is None or any(outcome.status != "ok" for outcome in described):
            return None
        parameters = [parameters_of(outcome) for outcome in described]

        def make() -> list[Request]:
            each = enumerate(zip(self.cases(context.seed), parameters, strict=True))
            return [self._forward(position, case, replaced, found, context.seed) for position, (case, found) in each]

        return self._requests.get((context.seed, replaced, *parameters), make)

    def _forward(self, position: int, case: Case, replaced: bool, parameters: Parameters, seed: int) -> Request:
        """Return the request for one case: the first size with gradients, the last one with two calls."""
        weights = drawn_weights(parameters, seed)
        plain = {"inputs": list(case.inputs)}
        every = len(self.calls)
        graded = self.gradients and position < every
        cotangents = self._reference.cotangents(case, seed) if graded else {}
        calls: list[dict[str, Any]] = [{**plain, "cotangents": list(cotangents)} if graded else plain]
        if every * (len(self.sizes) - 1) <= position < every * len(self.sizes):
            calls.append(plain)
        return self.request(case, replaced, calls, weights, cotangents, seed)

    def ask(self, context: CheckContext) -> Sequence[Request]:
        """Request the parameters, then the outputs; both again with torch's own parts if they do not match."""
        try:
            return self._open_requests(context)
        except ReferenceFault:  # `judge` says so
            return ()

    def _open_requests(self, context: CheckContext) -> Sequence[Request]:
        for replaced in (False, True) if self.replace else (False,):
            describing = self._describing(context, replaced)
            if all_outcomes_known(context, describing) is None:
                return describing
            calling = self._calling(context, replaced)
            if calling is None:
                continue
            if all_outcomes_known(context, calling) is None:
                return calling
            if self._verdict(context, replaced).status == "passed" and self._accepted(context):
                return ()
        return ()

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the outputs with those of the reference, which gets the same weights."""
        try:
            return self._judged_with_parts(context)
        except ReferenceFault as fault:
            return reference_stopped(self.reference, fault, self.target)

    def _judged_with_parts(self, context: CheckContext) -> Verdict:
        verdict = self._verdict(context, replaced=False)
        right = verdict.status == "passed"
        if not self.replace or (right and self._accepted(context)):
            return verdict
        again = self._verdict(context, replaced=True)
        if again.status != "passed" and right:
            what = say(
                "{target} is correct only with your own {parts}, which did not pass as written by hand.",
                target=self.target,
                parts=all_of(self.replace),
            )
            return needs_review(what, say("A tutor will look at the classes together."))
        if again.status != "passed":
            return verdict
        sentence = sentences(equal_to_reference(self.gradients), judged_with(self.replace, context))
        return passed(sentence).with_exchanged(part for part in self.replace if may_be_replaced(part, context))

    def _accepted(self, context: CheckContext) -> bool:
        """Return whether every part that can be replaced passed as written by hand."""
        about = [finding for finding in context.findings.values() if finding.own_work_of in self.replace]
        return all(finding.status is Status.passed for finding in about)

    def _verdict(self, context: CheckContext, replaced: bool) -> Verdict:
        """Return the verdict on the replies so far, cached because `ask` and `judge` need the same one."""
        requests = self._calling(context, replaced) or []
        replies = [context.outcome(request) for request in requests]
        for known, verdict in self._known:
            if replies and len(known) == len(replies) and all(a is b for a, b in zip(known, replies, strict=True)):
                return verdict
        verdict = self._judged(context, replaced)
        self._known[:] = [(replies, verdict), *self._known[:3]]
        return verdict

    def _judged(self, context: CheckContext, replaced: bool) -> Verdict:
        described = all_outcomes_known(context, self._describing(context, replaced)) or []
        self._call_reference_too(described, context.seed)
        for outcome in described:
            if (bad := context.blame(outcome, self.target)) is not None:
                return bad
        requests = self._calling(context, replaced)
        outcomes = all_outcomes_known(context, requests) if requests is not None else None
        if requests is None or outcomes is None:
            return grader_error(say("The outputs were not requested."))
        self._call_reference_too(outcomes, context.seed)
        trials: list[Trial] = []
        for case, request, outcome in zip(self.cases(context.seed), requests, outcomes, strict=True):
            bad = context.blame(outcome, self.target, self.subject_of(case), self.example_of(case))
            if bad is not None:
                return bad
            parameters, calls = parameters_of(outcome), request.arguments["cases"][0]["calls"]
            weights = {k.removeprefix("weight:"): v for k, v in request.arrays.items() if k.startswith("weight:")}
            if {name: tuple(value.shape) for name, value in weights.items()} != dict(parameters):
                what = say("{target} creates different parameters each time it is constructed.", target=self.target)
                return needs_review(what, say("A tutor will look at __init__."))
            trials.append(Trial(case, parameters, weights, outcome, "cotangents" in calls[0], len(calls) > 1))
        comparison = Comparison(self.target, self._reference, trials, context.seed, self.gradients, self.gate_order)
        return comparison.verdict()

    def _call_reference_too(self, outcomes: Sequence[Outcome], seed: int) -> None:
        """Call the reference where the submission raised: if it raises as well, the rubric is at fault.

        Raises:
            ReferenceFault: the reference raised an exception.
        """
        for case, outcome in zip(self.cases(seed), outcomes, strict=False):
            if outcome.status == "raised":
                self._reference.cotangents(case, seed)
