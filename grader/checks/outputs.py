"""The kind `outputs`: a function, a method or a class returns what the reference returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from grader.asking.given import As, BadInput, at_path, path_of, table_of_words
from grader.asking.sizes import NoSize
from grader.asking.values import Named, Opaque, Record, Seeded, read_value
from grader.checks.base import Check, CheckContext
from grader.comparing.function_cases import Call, FunctionCase, Question, cases_of
from grader.comparing.reference_functions import Reference, mistake_in_name
from grader.comparing.reference_outputs import ReferenceFault
from grader.comparing.value_comparison import Difference, Tolerance, first_difference
from grader.model import NOTHING, Outcome, Request
from grader.model.message import Message, Text, say, sentences
from grader.model.verdict import Verdict, failed, grader_error, needs_review, passed, rubric_fault

ABSENT = object()  # in place of a part that a result does not have


class Later(BaseModel):
    """A further call of the same object, or of the same function."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    method: str = Field("", description="the method to call; nothing for the object itself")
    given: dict[str, Any] = Field({}, description="its inputs by name")


class Outputs(Check):
    """With the same inputs, a function, a method or a class returns what the reference solution returns."""

    calls_target: ClassVar[bool] = True
    label: ClassVar[Text] = say("Same results as the reference")
    example: ClassVar[str] = """\
kind: outputs
points: 2
target: attention
reference: "solution:attention"
given: {q: [n, t, d], k: [n, s, d], v: [n, s, d], mask: {mask: random, shape: [n, t, s]}}
sizes: [{n: 2, t: 3, s: 4, d: 5}, {n: 1, t: 1, s: 2, d: 3}]
returns: {output: "0", weights: "1"}
gradients: true"""
    explanation: ClassVar[str] = f"""\
An input is a list of sizes (random numbers of that shape), a number, a text (a size where it is one, such as
`2 * n + 1`), `true`, `false`, `null`, a mapping of inputs (a dictionary), or one of these:

{table_of_words()}

A list equals a tuple of the same parts, and a number, an array and a tensor of the same shape and values are equal;
`types: same` is stricter. Inputs are given by name where the function has parameters of these names, and otherwise in
their order."""
    kind: Literal["outputs"] = "outputs"
    target: str = Field(description="the function or class in the submission; `Class.method` for a method")
    reference: str = Field(description="the reference, as module:name; the module may be a file beside the rubric")
    library: As = Field("torch", alias="as", description="whether arrays are tensors of torch or arrays of numpy")
    init: dict[str, Any] | None = Field(None, description="inputs of the constructor, where the target is a class")
    given: dict[str, Any] = Field({}, description="inputs of the call by name, as described below")
    then: tuple[Later, ...] = Field((), description="further calls, whose inputs may be results of earlier ones")
    sizes: tuple[dict[str, int], ...] = Field(({},), description="numbers for the names; the calls are made for each")
    returns: dict[str, str] = Field({}, description="parts of the result by path, each with a share of the points")
    gradients: bool = Field(False, description="whether to compare the gradients by the inputs, too")
    unchanged: bool = Field(False, description="whether the inputs must not be changed")
    atol: float = Field(Tolerance().atol, ge=0, description="allowed difference of a number")
    rtol: float = Field(Tolerance().rtol, ge=0, description="allowed difference as a share of the largest number")
    types: Literal["alike", "same"] = Field(
        "alike", description="whether numbers, arrays and tensors of equal values are equal, or only of the same type"
    )
    seed: int | None = Field(None, ge=0, description="seed of random generators before each call, on both sides")
    _reference: Reference = PrivateAttr()
    _cases: dict[int, tuple[FunctionCase, ...]] = PrivateAttr(default_factory=dict)

    def model_post_init(self, context: Any) -> None:
        """Note the folder of the rubric, in which the reference may be."""
        super().model_post_init(context)
        self._reference = Reference(self.reference, (context or {}).get("folder", ""))

    @property
    def target_name(self) -> str:
        """See `Check.target_name`: the class of a method."""
        return self.target.partition(".")[0]

    @property
    def _question(self) -> Question:
        first = Call("", self.given)
        calls = (first, *(Call(call.method, call.given) for call in self.then))
        return Question(
            self.target, self.init, calls, self.library, self.gradients, self.unchanged, self.seed, tuple(self.sizes)
        )

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`; every input is drawn once with each size."""
        if what := mistake_in_name(self.reference):
            return what
        try:
            list(cases_of(self._question, None, 0))
        except (BadInput, NoSize) as error:
            return str(error)
        return ""

    def mistake_in_reference(self, seed: int) -> str:
        """Return why the reference cannot be compared with anything, found by calling it for each case."""
        try:
            for case in self.cases(seed):
                for name, part in self._parts(case.expected()[0]):
                    if part is ABSENT:
                        return f"{self.reference} returns nothing at {self.returns[name]}"
                    if isinstance(part, Opaque):
                        return f"{self.reference} returns a {part.name} {name}, which cannot be compared"
        except (ReferenceFault, BadInput, NoSize) as fault:
            return f"{self.reference}: {fault}"
        return ""

    def cases(self, seed: int) -> tuple[FunctionCase, ...]:
        """Return the cases for a seed; they are the same for every submission.

        Raises:
            ReferenceFault: an input is a result of the reference, and it raised an exception.
        """
        if seed not in self._cases:
            self._cases[seed] = tuple(cases_of(self._question, self._reference, seed))
        return self._cases[seed]

    def ask(self, context: CheckContext) -> Sequence[Request]:
        """Request the results of every case, and the gradients of the first."""
        try:
            return [request for case in self.cases(context.seed) for request in case.requests]
        except (ReferenceFault, BadInput):  # `judge` says so
            return ()

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the results with the reference's."""
        try:
            return self._judged(context)
        except (ReferenceFault, BadInput) as fault:
            what = say(
                "The reference {reference} stopped with an error, so {target} was not compared: {error}",
                reference=self.reference,
                target=self.target,
                error=str(fault),
            )
            return rubric_fault(what)

    def _judged(self, context: CheckContext) -> Verdict:
        wrong: dict[str, tuple[FunctionCase, Difference]] = {}
        for case in self.cases(context.seed):
            outcome = context.outcome(case.request)
            if outcome is None:
                return grader_error(say("The outputs were not requested."))
            if outcome.status != "ok":
                case.expected()  # if the reference raises as well, the rubric is at fault
            bad = context.blame(outcome, self.target, case.subject, case.example)
            if bad is not None:
                return bad
            for name, difference in self._differences(case, outcome):
                wrong.setdefault(name, (case, difference))
        if wrong:
            return self._verdict(context, wrong)
        for case in self.cases(context.seed):
            if (verdict := self._judged_gradients(context, case)) is not None:
                return verdict
        if self.gradients:
            return passed(say("Results and gradients match the reference solution."))
        return passed(say("The results match the reference solution."))

    def _differences(self, case: FunctionCase, outcome: Outcome) -> Iterator[tuple[str, Difference]]:
        """Yield the parts of the results that differ, by name, and arguments that were changed."""
        found = [read_value(value, outcome.arrays) for value in outcome.value["results"]]
        expected = case.expected()
        names = case.results
        for name, one, other in zip(names, found, expected, strict=False):
            if name.startswith("given"):
                continue
            for part, ours, theirs in self._pairs(one, other):
                if (difference := self._difference(part, ours, theirs)) is not None:
                    yield part, self._named(name, difference)
        for name, value in zip(names, found, strict=False):
            for argument, before in case.given.get(name, {}).items():
                if isinstance(before, (Named, Seeded)):
                    continue
                if first_difference(value.get(argument), before, self._tolerance) is not None:
                    yield (
                        "",
                        Difference(
                            "",
                            NOTHING,
                            alone=say("{target} changes its input {name}.", target=self.target, name=argument),
                        ),
                    )

    def _difference(self, part: str, found: Any, expected: Any) -> Difference | None:
        if found is ABSENT:
            return Difference(part, say("is missing"))
        return first_difference(found, expected, self._tolerance, part)  # named as in "These parts match"

    def _named(self, name: str, difference: Difference) -> Difference:
        """Return a difference with the call that it is in: another result at a second call has a reason of its own."""
        if name.startswith("again") and difference.proves:
            hint = say("It returns another result when it is called again with the same inputs: something is kept.")
            return Difference(difference.path, difference.what, hint)
        return difference

    def _pairs(self, found: Any, expected: Any) -> Iterator[tuple[str, Any, Any]]:
        theirs = dict(self._parts(expected))
        for name, part in self._parts(found):
            yield name, part, theirs[name]

    def _parts(self, value: Any) -> Iterator[tuple[str, Any]]:
        """Yield the parts of a result that are compared, by name."""
        if not self.returns:
            yield "", value
        for name, path in self.returns.items():
            yield name, _at(value, path)

    @property
    def _tolerance(self) -> Tolerance:
        return Tolerance(self.atol, self.rtol, self.types == "same")

    def _verdict(self, context: CheckContext, wrong: dict[str, tuple[FunctionCase, Difference]]) -> Verdict:
        case, difference = next(iter(wrong.values()))
        what = difference.alone or sentences(
            say("{target} does not return what the reference returns.", target=case.subject), difference.sentence()
        )
        if not all(one.proves for _, one in wrong.values()):
            return needs_review(what, say("A tutor will compare the code with the assignment."))
        right = [name for name in self.returns if name not in wrong]
        credit = Decimal(len(right)) / len(self.returns) if self.returns and "" not in wrong else Decimal(0)
        if right and credit:
            what = sentences(what, say("These parts match: {parts}.", parts=", ".join(right)))
        return failed(what, difference.hint or self._right_cases(context, wrong), credit=credit)

    def _right_cases(self, context: CheckContext, wrong: dict[str, tuple[FunctionCase, Difference]]) -> Message:
        """Return the hint that names a case with the same results, where there is one before the wrong one."""
        first = min(case.number for case, _ in wrong.values())
        if not first:
            return NOTHING
        before = self.cases(context.seed)[0]
        return say("The results match for {sizes}.", sizes=before.label) if before.label else NOTHING

    def _judged_gradients(self, context: CheckContext, case: FunctionCase) -> Verdict | None:
        request = case.gradient_request
        if request is None:
            return None
        outcome = context.outcome(request)
        if outcome is None:
            return grader_error(say("The outputs were not requested."))
        if outcome.status == "raised":
            what = say("The results are right, but no gradient can be computed: {error}", error=str(outcome.exception))
            if outcome.exception.origin == "grader" and "require grad" not in outcome.exception.message:
                return needs_review(what, say("A tutor will look at the code."))
            return failed(what, say("Look for detach, .data, no_grad, .item() or numpy in it."))
        if (bad := context.blame(outcome, self.target, case.subject, case.example)) is not None:
            return bad
        [found] = [read_value(value, outcome.arrays) for value in outcome.value["results"]]
        difference = first_difference(found, case.expected_gradients(), Tolerance(self.atol, max(self.rtol, 1e-3)))
        if difference is None:
            return None
        what = sentences(
            say("The results are right, but the gradients differ from the reference's."), difference.sentence()
        )
        return failed(what, say("Look for detach, .data, no_grad, or new tensors created from values."))


def _at(value: Any, path: str) -> Any:
    """Return the part of a result at a path; numbers are places in a list or fields in their order."""
    for part in path_of(path):
        if isinstance(value, Record):
            fields = dict(value.fields)
            value = [field for _, field in value.fields] if isinstance(part, int) else fields
        try:
            value = at_path(value, [part])
        except BadInput:
            return ABSENT
    return value
