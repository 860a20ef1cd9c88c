"""The kind `same_output`: with the same weights, the submission computes what the reference computes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, PrivateAttr

from grader.checks.base import CheckContext, trouble
from grader.checks.model_check import CallingCheck, all_outcomes_known, judged_with
from grader.comparing.model_calls import Case, as_curves, drawn_weights, first_case, output_shapes
from grader.comparing.recent_results import RecentResults
from grader.comparing.reference_outputs import Expected, Forward, Parameters, Trial
from grader.comparing.weights import RECOMMENDED, Layout, layouts, missing_units
from grader.model import Array, Outcome, Request, Status
from grader.model.message import NOTHING, Message, Text, say, sentences
from grader.model.verdict import Verdict, failed, grader_error, needs_review, passed

# float32 against float64 over 90 steps differs by at most 3e-6; the mildest wrong model by more than 1e-2.
TOLERANCE = 1e-4
# Gradients add up over all steps: measured 2e-5 relative to the largest.
GRADIENT_TOLERANCE = 1e-3
MAX_MISTAKE_TRIALS = 400
MAX_KEPT = 12  # sets of requests of one check


class SameOutput(CallingCheck):
    """With weights chosen by the grader, the outputs and gradients equal those of the reference solution."""

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
    gate_order: Literal["any"] | list[str] = Field("any", description="any, or the order that is required")
    gradients: bool = Field(True, description="compare gradients too")
    _requests: RecentResults[list[Request]] = PrivateAttr(default_factory=lambda: RecentResults(MAX_KEPT))
    _known: list[tuple[list[Outcome | None], Verdict]] = PrivateAttr(default_factory=list)
    _reference: Expected = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        """Look up nothing yet: the reference is loaded when it is first needed."""
        super().model_post_init(context)
        self._reference = Expected(self.reference)

    def _each_case(self, seed: int) -> Iterator[Case]:
        """Every call with every size, and where the input is a sequence once more with curves instead of noise."""
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
        """The requests that run the forward pass; None while the parameters are not known."""
        described = all_outcomes_known(context, self._describing(context, replaced))
        if described is None or any(outcome.status != "ok" for outcome in described):
            return None
        parameters = [_parameters(outcome) for outcome in described]

        def make() -> list[Request]:
            each = enumerate(zip(self.cases(context.seed), parameters, strict=True))
            return [self._forward(position, case, replaced, found, context.seed) for position, (case, found) in each]

        return self._requests.get((context.seed, replaced, *parameters), make)

    def _forward(self, position: int, case: Case, replaced: bool, parameters: Parameters, seed: int) -> Request:
        """The first size is called with gradients, the last one twice; the other cases' outputs say the rest."""
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
        """Ask for the parameters, then for outputs; both again with exchanged parts where the first was not equal."""
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
        """Compare outside: the reference takes over the weights that the child was told to load."""
        verdict = self._verdict(context, replaced=False)
        right = verdict.status == "passed"
        if not self.replace or (right and self._accepted(context)):
            return verdict
        again = self._verdict(context, replaced=True)
        parts = " and ".join(self.replace)
        if again.status != "passed" and right:
            what = f"{self.target} is right with your own {parts} alone, which is not accepted as written by hand."
            return needs_review(what, "A person looks at both classes together.")
        if again.status != "passed":
            return verdict
        return passed(sentences(self._equal_to_reference(), judged_with(self.replace))).with_exchanged(self.replace)

    def _accepted(self, context: CheckContext) -> bool:
        """Whether no part that could be exchanged was found to be other than written by hand."""
        about = [finding for finding in context.findings.values() if finding.own_work_of in self.replace]
        return all(finding.status is Status.passed for finding in about)

    def _verdict(self, context: CheckContext, replaced: bool) -> Verdict:
        """The verdict on what was asked; `ask` and `judge` want it of the same replies, so the last ones are kept."""
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
            if (bad := trouble(outcome, self.target, context)) is not None:
                return bad
        requests = self._calling(context, replaced)
        outcomes = all_outcomes_known(context, requests) if requests is not None else None
        if requests is None or outcomes is None:
            return grader_error("The question was not asked.")
        trials: list[Trial] = []
        for case, request, outcome in zip(self.cases(context.seed), requests, outcomes, strict=True):
            if (bad := trouble(outcome, f"{self.target} ({case.label})", context)) is not None:
                return bad
            weights = {k.removeprefix("weight:"): v for k, v in request.arrays.items() if k.startswith("weight:")}
            calls = request.arguments["cases"][0]["calls"]
            if {name: list(value.shape) for name, value in weights.items()} != {
                n: list(s) for n, s in _parameters(outcome)
            }:
                what = f"{self.target} has other parameters each time it is made."
                return needs_review(what, "A person reads __init__: what does it depend on?")
            trials.append(Trial(case, _parameters(outcome), weights, outcome, "cotangents" in calls[0], len(calls) > 1))
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
        listed = ", ".join(f"{name} {list(shape)}" for name, shape in trial.parameters) or "none"
        lacking = missing_units(units, trial.parameters)
        if lacking or not trial.parameters:
            names = " and ".join(_unit_name(unit) for unit in lacking or units)
            what = f"{self.target} has no weights for {names}; its parameters are {listed}."
            return failed(what, "Every part with weights has to be a torch module that is created in __init__.")
        what = f"The parameters of {self.target} could not be matched with the reference's: {listed}."
        return needs_review(what, "A person compares the code with the exercise.")

    def _equal(self, trial: Trial, layout: Layout, seed: int, forward: Forward | None = None) -> bool:
        fitted = self._reference.layout(trial, layout)
        if fitted is None:
            return False
        expected = self._reference.outputs(trial, fitted, seed, forward)
        found = _sent(trial.outcome, 0, "out")
        return len(expected) == len(found) and all(_close(a, b) for a, b in zip(found, expected, strict=True))

    def _details(self, trials: Sequence[Trial], layout: Layout, seed: int) -> Verdict:
        for trial in (one for one in trials if one.repeated):
            first, second = _sent(trial.outcome, 0, "out"), _sent(trial.outcome, 1, "out")
            same = len(first) == len(second) and all(_close(a, b) for a, b in zip(first, second, strict=True))
            if not same:
                what = f"{self.target} gives another result when it is called a second time with the same input."
                return failed(what, "A state is kept between calls; start from zeros whenever hx is None.")
        if self.gradients and (bad := self._gradients(trials, layout, seed)) is not None:
            return bad
        order = ", ".join(layout.gates)
        has_cell = any(part.unit.kind == "cell" for part in layout.parts)
        if has_cell and self.gate_order != "any" and list(layout.gates) != list(self.gate_order):
            what = f"The gates stand in the order {order}; {', '.join(self.gate_order)} is asked for."
            return failed(what, "Split the output of the linear layer in the order of the exercise.")
        reading = ("h before x" if layout.h_first else "x before h") + f", gates in the order {order}"
        own = has_cell and (layout.gates != RECOMMENDED or layout.h_first)
        note = say("Detected order of the weights: {order}.", order=reading) if own else NOTHING
        return passed(sentences(self._equal_to_reference(), note))

    def _equal_to_reference(self) -> Message:
        if self.gradients:
            return say("Outputs and gradients match the reference solution.")
        return say("Outputs match the reference solution.")

    def _gradients(self, trials: Sequence[Trial], layout: Layout, seed: int) -> Verdict | None:
        for trial in (one for one in trials if one.graded):
            call = first_case(trial.outcome)["calls"][0]
            if "gradient_error" in call:
                what = f"The outputs are right, but no gradient can be computed: {call['gradient_error']}"
                return failed(
                    what, "An operation in place, or a tensor cut off with detach or .data, is the usual reason."
                )
            fitted = self._reference.layout(trial, layout) or layout
            expected = self._reference.gradients(trial, fitted, seed)
            found = _sent(trial.outcome, 0, "grad")
            scale = max((float(np.abs(g).max()) for g in expected if g.size), default=1.0)
            gaps = [_gap(a, b) / scale for a, b in zip(found, expected, strict=False)]
            if len(found) != len(expected) or not all(gap <= GRADIENT_TOLERANCE for gap in gaps):
                what = "The outputs are right, but the gradients are not those of an LSTM."
                return failed(what, "Look for detach, .data, no_grad or new tensors made from values inside forward.")
        return None

    def _nearest_mistake(self, trials: Sequence[Trial], found: Sequence[Layout], seed: int) -> Verdict:
        """Name the known wrong model that the outputs equal, if there is one."""
        for sentence, forward in self._reference.mistakes.items():
            for layout in found[:MAX_MISTAKE_TRIALS]:
                if all(self._equal(trial, layout, seed, forward) for trial in trials):
                    return failed(f"The output is not the reference's. {sentence}")
        gap = max((self._smallest_gap(trial, found, seed) for trial in trials), default=0.0)
        if gap <= TOLERANCE:
            return grader_error("The outputs differ from the reference's by nothing that could be measured.")
        what = f"With the same weights the output is not the reference's (off by {gap:.2g}; {TOLERANCE:g} is allowed)."
        return failed(what, "Compare your equations with the exercise's, one line at a time.")

    def _smallest_gap(self, trial: Trial, found: Sequence[Layout], seed: int) -> float:
        gaps = []
        for layout in found:
            if (fitted := self._reference.layout(trial, layout)) is not None:
                expected = self._reference.outputs(trial, fitted, seed)
                pairs = zip(_sent(trial.outcome, 0, "out"), expected, strict=False)
                gaps.append(max((_gap(a, b) for a, b in pairs), default=np.inf))
        return min(gaps, default=float("inf"))


def _parameters(outcome: Outcome) -> Parameters:
    described = first_case(outcome).get("parameters", [])
    return tuple((str(name), tuple(int(n) for n in shape)) for name, shape in described)


def _sent(outcome: Outcome, call: int, what: str) -> list[Array]:
    """The arrays that one call sent, in order; shapes as announced."""
    count = len(output_shapes(first_case(outcome)["calls"][call])) if what == "out" else None
    arrays = []
    for number in range(count if count is not None else 10_000):
        array = outcome.arrays.get(f"case0.call{call}.{what}{number}")
        if array is None:
            break
        arrays.append(array)
    return arrays


def _gap(a: Array, b: Array) -> float:
    if a.shape != b.shape or a.dtype.kind not in "fiub":
        return float("inf")
    return float(np.abs(a.astype(float) - b).max()) if a.size else 0.0


def _close(found: Array, expected: Array) -> bool:
    return _gap(found, expected) <= TOLERANCE  # NaN compares false


def _unit_name(unit: Any) -> str:
    if unit.kind == "cell":
        return f"an LSTM from {unit.inputs} to {unit.outputs}"
    return f"a linear layer from {unit.inputs} to {unit.outputs}"
