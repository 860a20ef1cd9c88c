"""The kind `outputs`: a function, a method or a class returns what the reference returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from grader.asking.given import As, BadInput, table_of_words
from grader.asking.sizes import NoSize
from grader.blame.blame import unreadable
from grader.checks.base import Check, CheckContext
from grader.comparing.case_steps import Call, Question
from grader.comparing.function_cases import FunctionCase, cases_of
from grader.comparing.judged_cases import CaseJudge
from grader.comparing.reference_functions import Reference, mistake_in_name
from grader.comparing.reference_outputs import ReferenceFault
from grader.comparing.results import COMPARE, Results, gradient_verdict, results_of
from grader.comparing.value_comparison import Difference, Tolerance
from grader.model import NOTHING, Outcome, Request
from grader.model.message import Message, Text, say, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed, reference_stopped


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
their order.

The weights of a class are set to random numbers and read as those of the reference: by name, in order, by shape, with
fused, split and transposed ones. Where no way to read them gives the same results, all weights get equal numbers, for
which the layout does not count: results that differ then are wrong. Otherwise it is found out by gradients which number
is which, whatever the layout is; where that ends without an answer, the check needs review."""
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
    helpers: tuple[str, ...] = Field(
        (),
        description="functions and classes that the target may use and other checks judge: their mistakes cost "
        "nothing; a target whose mistakes a wrong one could hide needs review",
    )
    types: Literal["alike", "same"] = Field(
        "alike", description="whether numbers, arrays and tensors of equal values are equal, or only of the same type"
    )
    mode: Literal["eval", "train"] = Field("eval", description="the mode of torch modules")
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
        kept = (self.library, self.gradients, self.unchanged, self.seed, self.sizes, self.mode == "train")
        return Question(self.target, self.init, calls, *kept)

    @property
    def _results(self) -> Results:
        return Results(self.target, self.returns, Tolerance(self.atol, self.rtol, self.types == "same"))

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`; every input is drawn once with each size."""
        if what := mistake_in_name(self.reference):
            return what
        if self.helpers and self.gradients:
            return "helpers cannot be combined with gradients; use a check of its own for these"
        try:
            list(cases_of(self._question, None, 0))
        except (BadInput, NoSize) as error:
            return str(error)
        return ""

    def mistake_in_reference(self, seed: int) -> str:
        """Return why the reference cannot be compared with anything, found by calling it for each case."""
        try:
            self._reference.expect_form(self.init is not None)
            for case in self.cases(seed):
                if lacking := self._results.lacking(case.expected()[0]):
                    return f"{self.reference} returns {lacking}"
                if case.question.gradients and not case.number:
                    case.expected_gradients()
            for helper in self.helpers:
                self._reference.get(helper)
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
        """Request the results of every case, and the gradients of the first; of objects with weights, these first."""
        try:
            return list(self._requests(context))
        except (ReferenceFault, BadInput):  # `judge` says so
            return ()

    def _requests(self, context: CheckContext) -> Iterator[Request]:
        for case in self.cases(context.seed):
            yield from self._judge_of(context, case).requests()

    def _judge_of(self, context: CheckContext, case: FunctionCase) -> CaseJudge:
        def blame(outcome: Outcome, request: Request, case: FunctionCase) -> Verdict | None:
            bad = context.blame(outcome, self.target, case.subject, case.example)
            if bad is None and results_of(outcome, request) is None:
                return unreadable(self.target, say("it has another number of results."))
            return bad

        return CaseJudge(case, self._results, self.helpers, context.outcome, blame)

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the results with the reference's."""
        try:
            return self._judged(context)
        except (ReferenceFault, BadInput) as fault:
            return reference_stopped(self.reference, fault, self.target)

    def _judged(self, context: CheckContext) -> Verdict:
        wrong: dict[str, tuple[FunctionCase, Difference]] = {}
        gradients: list[tuple[FunctionCase, Request, Any]] = []
        with_helpers = False
        for case in self.cases(context.seed):
            judged = self._judge_of(context, case).judged()
            if isinstance(judged, Verdict):
                return judged
            with_helpers |= judged.with_helpers
            for name, difference in judged.wrong.items():
                wrong.setdefault(name, (case, difference))
            if judged.gradients is not None:
                gradients.append((case, *judged.gradients))
        if wrong:
            return self._verdict(context, wrong)
        for case, request, expected in gradients:
            if (verdict := self._judged_gradients(context, case, request, expected)) is not None:
                return verdict
        if with_helpers:
            own = ", ".join(self.helpers)
            return passed(say("The results match the reference where it calls {own} of the submission.", own=own))
        if self.gradients:
            return passed(say("Results and gradients match the reference solution."))
        return passed(say("The results match the reference solution."))

    def _verdict(self, context: CheckContext, wrong: dict[str, tuple[FunctionCase, Difference]]) -> Verdict:
        case, difference = next(iter(wrong.values()))
        what = difference.alone or sentences(
            say("{target} does not return what the reference returns.", target=case.subject), difference.sentence()
        )
        if not all(one.proves for _, one in wrong.values()):
            return needs_review(what, COMPARE)
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

    def _judged_gradients(
        self, context: CheckContext, case: FunctionCase, request: Request, expected: Any
    ) -> Verdict | None:
        found = self._judge_of(context, case).values(request)
        return gradient_verdict(context.outcome(request), found, expected, self._results.tolerance)
