"""The verdict on replies: outputs and gradients against those of the reference with the same weights."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from grader.comparing.model_calls import arrays_sent, first_case, largest_gap
from grader.comparing.model_mistakes import MODEL_MISTAKES
from grader.comparing.readings import TooManyReadings, layouts, missing_units
from grader.comparing.reference_outputs import Expected, Forward, ReferenceFault, Trial
from grader.comparing.symbolic_shapes import words
from grader.comparing.weights import RECOMMENDED, Layout
from grader.model import Array, Cause
from grader.model.message import NOTHING, Message, all_of, say, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed

# float32 against float64 over 90 steps differs by at most 3e-6; the mildest wrong model by more than 1e-2.
TOLERANCE = 1e-4
# Gradients add up over all steps: measured 2e-5 relative to the largest.
GRADIENT_TOLERANCE = 1e-3
COARSE = ("float16", "bfloat16")
MAX_READINGS = 4000  # ways to read the parameters: five equal square layers have 3840
MAX_MISTAKE_TRIALS = 400  # readings that each known mistake is compared under
MAX_NEAREST = 5  # readings with the nearest outputs, from which the difference is named


@dataclass
class Comparison:
    """The trials of one submission and the reference that they are compared with."""

    target: str
    reference: Expected
    trials: Sequence[Trial]
    seed: int
    gradients: bool = True
    gate_order: Literal["any"] | Sequence[str] = "any"
    _first_gaps: list[float] = field(default_factory=list)  # of each reading, on the quickest trial

    def verdict(self) -> Verdict:
        """Return the verdict: `failed` only where the outputs were obtained and every reading gives other ones.

        Raises:
            ReferenceFault: the reference raised an exception.
        """
        if unclear := self.reference.incomparable(self.trials[0].case):
            what = say("This kind cannot compare a reference with {layers}.", layers=all_of(unclear))
            return needs_review(what, say("A tutor will compare the code with the assignment."))
        if (returned := self._without_tensors()) is not None:
            return returned
        first, *others = self._quickest_first
        for layout in self._readings:
            self._first_gaps.append(self._gap(first, layout))
            if self._first_gaps[-1] <= TOLERANCE and all(self._equal(trial, layout) for trial in others):
                return self._details(layout)
        if self._coarse:
            what = say(
                "{target} computes in {type}, which is too coarse to compare.", target=self.target, type=self._coarse
            )
            return needs_review(what, say("A tutor will compare the code with the assignment."), cause=Cause.not_read)
        return self._no_layout() if not self._readings and not self._too_many else self._nearest_mistake()

    @cached_property
    def _coarse(self) -> str:
        """Return a number type of the target whose rounding looks like a mistake; empty if it has none."""
        calls = (call for trial in self.trials for call in first_case(trial.outcome).get("calls", ()))
        return next((str(call["dtype"]) for call in calls if call.get("dtype") in COARSE), "")

    @cached_property
    def _quickest_first(self) -> list[Trial]:
        return sorted(self.trials, key=lambda trial: trial.case.sizes.get("seq", 1))

    @cached_property
    def _clearest(self) -> Trial:
        """Return the trial in which the shapes tell most: no axis of length 1, and different lengths."""

        def unclear(trial: Trial) -> tuple[int, int]:
            lengths = [length for _, shape in trial.parameters for length in shape]
            return lengths.count(1), -len(set(lengths))

        return min(self.trials, key=unclear)

    @cached_property
    def _found(self) -> tuple[list[Layout], bool]:
        """Return the readings to try, and whether there are more."""
        trial = self._clearest
        found: list[Layout] = []
        try:
            for layout in itertools.islice(
                layouts(self.reference.units(trial.case), trial.parameters), MAX_READINGS + 1
            ):
                found.append(layout)
        except TooManyReadings:
            return found[:MAX_READINGS], True
        return found[:MAX_READINGS], len(found) > MAX_READINGS

    @property
    def _readings(self) -> list[Layout]:
        return self._found[0]

    @property
    def _too_many(self) -> bool:
        return self._found[1]

    def _without_tensors(self) -> Verdict | None:
        """Return a review if a call returned no tensor: no value was obtained that could be wrong."""
        for trial in self.trials:
            if not arrays_sent(trial.outcome, 0, "out"):
                what = say("{target} returns no tensor, so it cannot be compared.", target=self.target)
                return needs_review(what, say("A tutor will look at the return statement of forward."))
        return None

    def _no_layout(self) -> Verdict:
        trial = self._clearest
        units = self.reference.units(trial.case)
        if not first_case(trial.outcome).get("module", True):
            what = say("{target} is no torch module, so its weights could not be set.", target=self.target)
            return needs_review(what, say("A tutor will compare the code with the assignment."))
        others = [unit for unit in units if unit.kind == "other"]
        listed = [f"{name} {list(shape)}" for name, shape in trial.parameters]
        lacking = None if others else missing_units(units, trial.parameters)
        if lacking or (units and not others and not trial.parameters):
            names = all_of(unit.in_words() for unit in lacking or units)
            what = say(
                "{target} has no weights for {parts}; its parameters are: {parameters}.",
                target=self.target,
                parts=names,
                parameters=listed or say("none"),
            )
            return failed(what, say("Create every part with weights as a torch module in __init__."))
        return self._unmapped(trial)

    def _unmapped(self, trial: Trial) -> Verdict:
        listed = [f"{name} {list(shape)}" for name, shape in trial.parameters]
        others = [unit for unit in self.reference.units(trial.case) if unit.kind == "other"]
        what = say(
            "The parameters of {target} could not be mapped to the reference: {parameters}.",
            target=self.target,
            parameters=listed,
        )
        if others:
            layers = all_of(dict.fromkeys(unit.layer for unit in others))
            what = sentences(what, say("This kind compares {layers} only with the same parameters.", layers=layers))
        return needs_review(what, say("A tutor will compare the code with the assignment."))

    def _expected(self, trial: Trial, layout: Layout, forward: Forward | None = None) -> list[Array] | None:
        fitted = self.reference.layout(trial, layout)
        return None if fitted is None else self.reference.outputs(trial, fitted, self.seed, forward)

    def _equal(self, trial: Trial, layout: Layout, forward: Forward | None = None) -> bool:
        return self._gap(trial, layout, forward) <= TOLERANCE  # NaN compares false

    def _gap(self, trial: Trial, layout: Layout, forward: Forward | None = None) -> float:
        """Return the largest difference of an output; infinite for another number, another shape and NaN."""
        expected, found = self._expected(trial, layout, forward), arrays_sent(trial.outcome, 0, "out")
        if expected is None or len(expected) != len(found):
            return float("inf")
        gaps = [largest_gap(a, b) for a, b in zip(found, expected, strict=True)]
        return float("inf") if any(np.isnan(gap) for gap in gaps) else max(gaps, default=0.0)

    def _details(self, layout: Layout) -> Verdict:
        for trial in (one for one in self.trials if one.repeated):
            first, second = arrays_sent(trial.outcome, 0, "out"), arrays_sent(trial.outcome, 1, "out")
            if len(first) != len(second) or not all(map(_close, first, second)):
                what = say("{target} returns a different result when it is called again.", target=self.target)
                return failed(what, say("It keeps a state between calls: start from zeros whenever hx is None."))
        if self.gradients and (bad := self._gradients(layout)) is not None:
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
        return passed(sentences(equal_to_reference(self.gradients), layout.in_words() if own else NOTHING))

    def _gradients(self, layout: Layout) -> Verdict | None:
        for trial in (one for one in self._quickest_first if one.graded):
            call = first_case(trial.outcome)["calls"][0]
            if "gradient_error" in call:
                error = str(call["gradient_error"])
                what = say("The outputs are correct, but no gradient can be computed: {error}", error=error)
                if not call.get(
                    "usual", True
                ):  # the code refused inputs with gradients, which may be our way to give them
                    return needs_review(what, say("A tutor will look at the code."), cause=Cause.grader_fault)
                hint = say("An in-place operation, or a tensor detached with detach or .data, is the usual reason.")
                return failed(what, hint)
            fitted = self.reference.layout(trial, layout) or layout
            expected = self.reference.gradients(trial, fitted, self.seed)
            found = arrays_sent(trial.outcome, 0, "grad")
            scale = max((float(np.abs(g).max()) for g in expected if g.size), default=1.0)
            gaps = [largest_gap(a, b) / scale for a, b in zip(found, expected, strict=False)]
            if len(found) != len(expected) or not all(gap <= GRADIENT_TOLERANCE for gap in gaps):
                what = say("The outputs are correct, but the gradients differ from the reference.")
                hint = say("Look for detach, .data, no_grad, or new tensors created from values, inside forward.")
                return failed(what, hint)
        return None

    def _nearest_mistake(self) -> Verdict:
        """Return a failure that names the known mistake with the same outputs, or else the difference."""
        for key, forward in self.reference.mistakes.items():
            for layout in self._readings[:MAX_MISTAKE_TRIALS]:
                if self._equal_to_mistake(layout, forward):
                    differs = say("Your output differs from the reference.")
                    return failed(sentences(differs, MODEL_MISTAKES.get(key, key)))
        if (shapes := self._other_shapes()) is not None:
            return shapes
        if self._too_many:
            what = say(
                "There are more ways to read the parameters of {target} than the {n} that were tried.",
                target=self.target,
                n=len(self._readings),
            )
            return needs_review(what, say("A tutor will compare the code with the assignment."))
        return self._difference()

    def _equal_to_mistake(self, layout: Layout, forward: Forward) -> bool:
        try:
            return all(self._equal(trial, layout, forward) for trial in self._quickest_first)
        except ReferenceFault:  # a known wrong model need not work at every size
            return False

    def _other_shapes(self) -> Verdict | None:
        """Return a failure that names the shapes, where these differ; they do not depend on the weights."""
        for trial in self.trials:
            directions = self.reference.cotangents(trial.case, self.seed).values()
            expected = [list(array.shape) for array in directions]
            found = [list(array.shape) for array in arrays_sent(trial.outcome, 0, "out")]
            if found != expected:
                what = say(
                    "{target} returns tensors of the shapes {found} for {sizes}; the reference returns {expected}.",
                    target=self.target,
                    found=[words(shape) for shape in found],
                    sizes=trial.case.label,
                    expected=[words(shape) for shape in expected],
                )
                return failed(what, say("Compare the shapes with those in the assignment."))
        return None

    def _difference(self) -> Verdict:
        """Return the verdict that names the difference under the reading with the nearest outputs."""
        ranked = sorted(range(len(self._readings)), key=self._first_gaps.__getitem__)
        near = [self._readings[number] for number in ranked[:MAX_NEAREST]]
        every = [[self._gap(trial, layout) for trial in self._quickest_first] for layout in near]
        gaps = min(every, key=lambda gaps: (sum(gap > TOLERANCE for gap in gaps), max(gaps)))
        if not near[0].proves:
            what = say(
                "With the same weights, the output differs from the reference, but this kind cannot compare {layers} "
                "with every other way to write it.",
                layers=all_of(dict.fromkeys(part.unit.layer for part in near[0].parts if part.unit.kind == "other")),
            )
            return needs_review(what, say("A tutor will compare the code with the assignment."))
        if all(any(self.reference.layout(trial, layout) is None for trial in self.trials) for layout in near):
            return self._unmapped(next(t for t in self.trials if self.reference.layout(t, near[0]) is None))
        if max(gaps) == float("inf"):
            what = say("Your output differs from the reference: it has values that are not finite.")
            return failed(what, _which_differ(self._quickest_first, gaps))
        what = say(
            "With the same weights, your output differs from the reference by {gap}; {allowed} is allowed.",
            gap=f"{max(gaps):.2g}",
            allowed=f"{TOLERANCE:g}",
        )
        return failed(what, _which_differ(self._quickest_first, gaps))


def equal_to_reference(gradients: bool) -> Message:
    """Return the sentence of a check that passed."""
    if gradients:
        return say("Outputs and gradients match the reference solution.")
    return say("Outputs match the reference solution.")


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
