"""The kind `same_output`: with the same weights, submission and reference compute the same outputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, PrivateAttr

from grader.checks.base import CheckContext
from grader.checks.model_check import CallingCheck, all_outcomes_known, judged_with
from grader.comparing.model_calls import (
    Case,
    arrays_sent,
    as_curves,
    drawn_weights,
    first_case,
    largest_gap,
    parameters_of,
)
from grader.comparing.model_mistakes import MODEL_MISTAKES
from grader.comparing.recent_results import RecentResults
from grader.comparing.reference_outputs import Expected, Forward, Parameters, Trial
from grader.comparing.weights import RECOMMENDED, Layout, layouts, missing_units
from grader.model import Array, Outcome, Request, Status
from grader.model.message import NOTHING, Message, Text, all_of, say, sentences
from grader.model.verdict import Verdict, failed, grader_error, needs_review, passed

# float32 against float64 over 90 steps differs by at most 3e-6; the mildest wrong model by more than 1e-2.
TOLERANCE = 1e-4
# Gradients add up over all steps: measured 2e-5 relative to the largest.
GRADIENT_TOLERANCE = 1e-3
MAX_MISTAKE_TRIALS = 400
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
    _requests: RecentResults[list[Request]] = PrivateAttr(default_factory=lambda: RecentResults(MAX_KEPT))
    _known: list[tuple[list[Outcome | None], Verdict]] = PrivateAttr(default_factory=list)
    _reference: Expected = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        """Set up the reference, which is loaded when it is first needed."""
        super().model_post_init(context)
        self._reference = Expected(self.reference)

    def _each_case(self, seed: int) -> Iterator[Case]:
        """Yield every call with every size, and one with curves instead of noise if the input is a sequence."""
        first: Case | None = None
        for case in super()._each_case(seed):
            first = first or case
            yield case
        if first is not None and (curves := as_curves(first, seed)) is not None:
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
        return passed(sentences(self._equal_to_reference(), judged_with(self.replace))).with_exchanged(self.replace)

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
        for outcome in all_outcomes_known(context, self._describing(context, replaced)) or ():
            if (bad := context.blame(outcome, self.target)) is not None:
                return bad
        requests = self._calling(context, replaced)
        outcomes = all_outcomes_known(context, requests) if requests is not None else None
        if requests is None or outcomes is None:
            return grader_error(say("The outputs were not requested."))
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
        return self._compare(trials, context.seed)

    def _compare(self, trials: Sequence[Trial], seed: int) -> Verdict:
        trials = sorted(trials, key=lambda trial: trial.case.sizes.get("seq", 1))
        units = self._reference.units(trials[0].case)
        found = list(layouts(units, trials[0].parameters))
        if not found:
            return self._no_layout(trials[0])
        for layout in found:
            if all(self._equal(trial, layout, seed) for trial in trials):
                return self._details(trials, layout, seed)
        return self._nearest_mistake(trials, found, seed)

    def _no_layout(self, trial: Trial) -> Verdict:
        units = self._reference.units(trial.case)
        listed = [f"{name} {list(shape)}" for name, shape in trial.parameters]
        lacking = missing_units(units, trial.parameters)
        if lacking or not trial.parameters:
            names = all_of(unit.in_words() for unit in lacking or units)
            what = say(
                "{target} has no weights for {parts}; its parameters are: {parameters}.",
                target=self.target,
                parts=names,
                parameters=listed or say("none"),
            )
            return failed(what, say("Create every part with weights as a torch module in __init__."))
        what = say(
            "The parameters of {target} could not be mapped to the reference: {parameters}.",
            target=self.target,
            parameters=listed,
        )
        return needs_review(what, say("A tutor will compare the code with the assignment."))

    def _equal(self, trial: Trial, layout: Layout, seed: int, forward: Forward | None = None) -> bool:
        fitted = self._reference.layout(trial, layout)
        if fitted is None:
            return False
        expected = self._reference.outputs(trial, fitted, seed, forward)
        found = arrays_sent(trial.outcome, 0, "out")
        return len(expected) == len(found) and all(_close(a, b) for a, b in zip(found, expected, strict=True))

    def _details(self, trials: Sequence[Trial], layout: Layout, seed: int) -> Verdict:
        for trial in (one for one in trials if one.repeated):
            first, second = arrays_sent(trial.outcome, 0, "out"), arrays_sent(trial.outcome, 1, "out")
            same = len(first) == len(second) and all(_close(a, b) for a, b in zip(first, second, strict=True))
            if not same:
                what = say("{target} returns a different result when it is called again.", target=self.target)
                return failed(what, say("It keeps a state between calls: start from zeros whenever hx is None."))
        if self.gradients and (bad := self._gradients(trials, layout, seed)) is not None:
            return bad
        has_cell = any(part.unit.kind == "cell" for part in layout.parts)
        if has_cell and self.gate_order != "any" and list(layout.gates) != list(self.gate_order):
            what = say(
                "The order of the gates is {found}; the required order is {required}.",
                found=layout.gates,
                required=list(self.gate_order),
            )
            return failed(what, say("Split the output of the linear layer in the required order."))
        own = has_cell and (layout.gates != RECOMMENDED or layout.h_first)
        return passed(sentences(self._equal_to_reference(), layout.in_words() if own else NOTHING))

    def _equal_to_reference(self) -> Message:
        if self.gradients:
            return say("Outputs and gradients match the reference solution.")
        return say("Outputs match the reference solution.")

    def _gradients(self, trials: Sequence[Trial], layout: Layout, seed: int) -> Verdict | None:
        for trial in (one for one in trials if one.graded):
            call = first_case(trial.outcome)["calls"][0]
            if "gradient_error" in call:
                error = str(call["gradient_error"])
                what = say("The outputs are correct, but no gradient can be computed: {error}", error=error)
                hint = say("An in-place operation, or a tensor detached with detach or .data, is the usual reason.")
                return failed(what, hint)
            fitted = self._reference.layout(trial, layout) or layout
            expected = self._reference.gradients(trial, fitted, seed)
            found = arrays_sent(trial.outcome, 0, "grad")
            scale = max((float(np.abs(g).max()) for g in expected if g.size), default=1.0)
            gaps = [largest_gap(a, b) / scale for a, b in zip(found, expected, strict=False)]
            if len(found) != len(expected) or not all(gap <= GRADIENT_TOLERANCE for gap in gaps):
                what = say("The outputs are correct, but the gradients differ from the reference.")
                hint = say("Look for detach, .data, no_grad, or new tensors created from values, inside forward.")
                return failed(what, hint)
        return None

    def _nearest_mistake(self, trials: Sequence[Trial], found: Sequence[Layout], seed: int) -> Verdict:
        """Return a failure that names the known mistake with the same outputs, or else the difference."""
        for key, forward in self._reference.mistakes.items():
            for layout in found[:MAX_MISTAKE_TRIALS]:
                if all(self._equal(trial, layout, seed, forward) for trial in trials):
                    differs = say("Your output differs from the reference.")
                    return failed(sentences(differs, MODEL_MISTAKES.get(key, key)))
        gaps = [self._smallest_gap(trial, found, seed) for trial in trials]
        gap = max(gaps, default=0.0)
        if gap <= TOLERANCE:
            return grader_error(say("The outputs could not be compared."))
        what = say(
            "With the same weights, your output differs from the reference by {gap}; {allowed} is allowed.",
            gap=f"{gap:.2g}",
            allowed=f"{TOLERANCE:g}",
        )
        return failed(what, _which_differ(trials, gaps))

    def _smallest_gap(self, trial: Trial, found: Sequence[Layout], seed: int) -> float:
        gaps = []
        for layout in found:
            if (fitted := self._reference.layout(trial, layout)) is not None:
                expected = self._reference.outputs(trial, fitted, seed)
                pairs = zip(arrays_sent(trial.outcome, 0, "out"), expected, strict=False)
                gaps.append(max((largest_gap(a, b) for a, b in pairs), default=np.inf))
        return min(gaps, default=float("inf"))


def _close(found: Array, expected: Array) -> bool:
    return largest_gap(found, expected) <= TOLERANCE  # NaN compares false


def _which_differ(trials: Sequence[Trial], gaps: Sequence[float]) -> Message:
    """Return the hint that names an input with matching outputs and one without; empty if all of them differ."""
    pairs = list(zip(trials, gaps, strict=True))
    right = [trial for trial, gap in pairs if gap <= TOLERANCE]
    wrong = [trial for trial, gap in pairs if not gap <= TOLERANCE]
    if not right or not wrong:
        return NOTHING
    first, other = right[0].case.label, wrong[0].case.label
    return say("The outputs match for {matching} and differ for {differing}.", matching=first, differing=other)
