"""The kind `shapes`: the shapes that a model returns, and those after each of its layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from grader.checks.base import CheckContext
from grader.checks.model_check import CallingCheck, all_outcomes_known, judged_with
from grader.comparing.model_calls import first_case, output_shapes
from grader.comparing.symbolic_shapes import Shape, lengths, symbolic, words
from grader.model import Outcome, Request, Stage, Trace
from grader.model.message import NOTHING, Message, Text, say, say_number, sentences
from grader.model.verdict import Verdict, failed, passed


class Shapes(CallingCheck):
    """The model accepts inputs of several sizes and returns tensors of the right shapes."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("Shapes of the returned tensors")
    example: ClassVar[str] = """\
kind: shapes
points: 1
target: NoiseRemovalModel
init: {hidden_size: hidden, shift: shift}
calls: [{x: [batch, seq, 1]}]
returns: {denoised: [batch, seq, 1]}
sizes: [{batch: 20, seq: 80, hidden: 6, shift: 10}, {batch: 1, seq: 17, hidden: 5, shift: 3}]"""
    kind: Literal["shapes"] = "shapes"
    returns: dict[str, Shape] = Field(description="the returned tensors in order, each with its shape")

    def _requests(self, context: CheckContext, replaced: bool) -> list[Request]:
        return [
            self.request(case, replaced, [{"inputs": list(case.inputs), "trace": True}], seed=context.seed)
            for case in self.cases(context.seed)
        ]

    def ask(self, context: CheckContext) -> Sequence[Request]:
        """Request a call with every size, and again with torch's own parts if the shapes are not right."""
        first = self._requests(context, replaced=False)
        outcomes = all_outcomes_known(context, first)
        if outcomes is None:
            return first
        if self.replace and not self._right(context, outcomes):
            return self._requests(context, replaced=True)
        return ()

    def _right(self, context: CheckContext, outcomes: Sequence[Outcome]) -> bool:
        cases = self.cases(context.seed)
        return all(
            outcome.status == "ok" and _returned(outcome) == self._expected(case.sizes)
            for case, outcome in zip(cases, outcomes, strict=True)
        )

    def _expected(self, sizes: Mapping[str, int]) -> list[list[int]]:
        return [lengths(shape, sizes) for shape in self.returns.values()]

    def judge(self, context: CheckContext) -> Verdict:
        """Compare every returned shape; if torch's own parts make it right, the part is wrong and not this class."""
        plain = [context.outcome(request) for request in self._requests(context, replaced=False)]
        outcomes = [outcome for outcome in plain if outcome is not None]
        exchanged: tuple[str, ...] = ()
        if self.replace and not self._right(context, outcomes):
            again = [context.outcome(request) for request in self._requests(context, replaced=True)]
            right = [outcome for outcome in again if outcome is not None]
            if len(right) == len(again) and self._right(context, right):
                outcomes, exchanged = right, tuple(self.replace)
        return self._verdict(context, outcomes, exchanged).with_exchanged(exchanged)

    def _verdict(self, context: CheckContext, outcomes: Sequence[Outcome], exchanged: Sequence[str]) -> Verdict:
        cases = self.cases(context.seed)
        for case, outcome in zip(cases, outcomes, strict=True):
            bad = context.blame(outcome, self.target, self.subject_of(case), self.example_of(case))
            if bad is not None:
                return bad
        trace = self._trace(context, outcomes)
        for case, outcome in zip(cases, outcomes, strict=True):
            found, expected = _returned(outcome), self._expected(case.sizes)
            if len(found) != len(expected):
                what = say_number(
                    "{target} returns {n} tensor; expected {expected}: {shapes}.",
                    "{target} returns {n} tensors; expected {expected}: {shapes}.",
                    len(found),
                    target=self.target,
                    expected=len(expected),
                    shapes=self._wanted(),
                )
                return failed(what, say("Look at the return statement of forward."), trace)
            for (name, shape), got, want in zip(self.returns.items(), found, expected, strict=True):
                if got != want:
                    what = say(
                        "{name} has the shape {found} for {sizes}; expected {shape}, here {expected}.",
                        name=name,
                        found=words(list(got)),
                        sizes=case.label,
                        shape=words(shape),
                        expected=words(list(want)),
                    )
                    return failed(what, _shape_hint(got, want, case.sizes), trace)
        returned = say_number(
            "{target} returns {shapes} for the input size tested.",
            "{target} returns {shapes} for all {n} input sizes.",
            len(cases),
            target=self.target,
            shapes=self._wanted(),
        )
        return passed(sentences(returned, judged_with(exchanged, context) if exchanged else NOTHING), trace)

    def _wanted(self) -> str:
        return ", ".join(f"{name} {words(shape)}" for name, shape in self.returns.items())

    def _trace(self, context: CheckContext, outcomes: Sequence[Outcome]) -> Trace:
        """Return the layers of the first call, with shapes named by the sizes."""
        every = len(self.calls)
        calls = [_call(outcome) for outcome in outcomes[::every]]
        steps: list[list[dict[str, Any]]] = [call.get("layers", []) for call in calls]
        stages = []
        if len({tuple(step["layer"] for step in one) for one in steps}) != 1:
            steps, sizes = steps[:1], self.sizes[:1]
        else:
            sizes = self.sizes
        for position, step in enumerate(steps[0]):
            same = [one[position] for one in steps]
            times = f" (×{step['times']})" if step["times"] > 1 else ""
            shapes = " → ".join(_symbolic(same, key, sizes) for key in ("in", "out"))
            stages.append(Stage(step["layer"] + times, step["type"], shapes))
        return Trace(say("Layers of {target}, in the order in which they ran", target=self.target), tuple(stages))


def _symbolic(steps: Sequence[Mapping[str, Any]], key: str, sizes: Sequence[Mapping[str, int]]) -> str:
    count = min(len(step[key]) for step in steps)
    if not count:
        return "()"
    return symbolic([step[key][0] for step in steps], sizes)


def _call(outcome: Outcome) -> Mapping[str, Any]:
    calls = first_case(outcome).get("calls") or [{}]
    first: Mapping[str, Any] = calls[0]
    return first


def _returned(outcome: Outcome) -> list[list[int]]:
    return output_shapes(_call(outcome))


def _shape_hint(got: Sequence[int], want: Sequence[int], sizes: Mapping[str, int]) -> Message:
    if len(got) == len(want) and len(got) > 1 and [got[1], got[0], *got[2:]] == list(want):
        return say(
            "The first two dimensions are swapped: torch's LSTM needs batch_first=True for (batch, seq, features)."
        )
    if len(got) < len(want):
        return say_number(
            "It has {n} dimension, expected {expected}: did you squeeze or drop one?",
            "It has {n} dimensions, expected {expected}: did you squeeze or drop one?",
            len(got),
            expected=len(want),
        )
    if len(got) > len(want):
        return say("It has {found} dimensions, expected {expected}.", found=len(got), expected=len(want))
    if "shift" in sizes and any(abs(a - b) == sizes["shift"] for a, b in zip(got, want, strict=True)):
        return say(
            "It is off by the shift: pad zeros at the end, and drop as many steps from the start after the first LSTM."
        )
    if "hidden" in sizes and got[-1] != want[-1]:
        return say("The last dimension does not depend on the given sizes: is a number hard-coded?")
    return say("Print the shape after every layer and compare it with the list of layers.")
