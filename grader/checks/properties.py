"""The kind `properties`: what must hold of the result of a function or a class that has no single right answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field, PrivateAttr

from grader.asking.given import As, BadInput, table_of_words
from grader.asking.sizes import NoSize
from grader.asking.values import read_value
from grader.checks.base import Check, CheckContext
from grader.comparing.case_steps import Call, Question
from grader.comparing.function_cases import FunctionCase, cases_of
from grader.comparing.property_entries import Property, table_of_properties, words_of_earlier_results
from grader.comparing.property_trials import Trial
from grader.comparing.value_comparison import ABSENT, Difference, Tolerance, first_difference, part_at
from grader.model import NOTHING, Message, Outcome, Request, Status, Table, Text
from grader.model.message import say, say_number, sentences
from grader.model.verdict import Verdict, failed, grader_error, needs_review, passed, rubric_fault


@dataclass(frozen=True)
class Doubt:
    """Why a property does not hold or, without `proves`, is not known; `verdict` is that on a call without a result."""

    holds: Property
    message: Message
    hint: Message = NOTHING
    proves: bool = True
    verdict: Verdict | None = None

    @property
    def fails(self) -> bool:
        """Return whether it is proven that the property does not hold."""
        return self.proves if self.verdict is None else self.verdict.status is Status.failed


class Properties(Check):
    """The results of a function, a method or a class have the required properties, whatever their values are."""

    calls_target: ClassVar[bool] = True
    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("Properties of the result")
    example: ClassVar[str] = """\
kind: properties
points: 2
target: attention
given: {q: [n, t, d], k: [n, s, d], v: [n, s, d], mask: {mask: padding, shape: [n, 1, s]}}
sizes: [{n: 2, t: 3, s: 4, d: 5}, {n: 1, t: 1, s: 2, d: 3}]
holds:
  - {shape: [n, t, d], of: "0"}
  - {sum: {axis: -1, is: 1}, of: "1"}
  - {range: [0, 1], of: "1"}
  - {differs_when: {mask: {ones: [n, 1, s], dtype: bool}}}
  - {same_when: {v: {behind: mask}}, of: "0"}
  - {permutes: {inputs: [q, k, v, mask]}}"""
    explanation: ClassVar[str] = f"""\
Each entry of `holds` has one property and, where only a part of the result is meant, its path as `of`. The points are
divided equally among the entries. Except where the table says otherwise, a property must hold for all `sizes`.

{table_of_properties()}

In `differs_when` and `same_when`, an input is described as in `given`, or is `behind: mask`: the old values with new
numbers where the input `mask` hides them, or after the lengths in an input of that name. An input of `given` is a
list of sizes (random numbers of that shape), a number, a text (a size where it is one), `true`, `false`, `null`, a
mapping of inputs, or one of these, without `of` and `result`:

{table_of_words()}"""
    kind: Literal["properties"] = "properties"
    target: str = Field(description="the function or class in the submission; `Class.method` for a method")
    library: As = Field("torch", alias="as", description="whether arrays are tensors of torch or arrays of numpy")
    init: dict[str, Any] | None = Field(None, description="inputs of the constructor, where the target is a class")
    given: dict[str, Any] = Field({}, description="inputs of the call by name, as described below")
    sizes: tuple[dict[str, int], ...] = Field(
        ({},), min_length=1, description="numbers for the names; one call for each"
    )
    holds: tuple[Property, ...] = Field(description="the properties, as described below")
    atol: float = Field(Tolerance().atol, ge=0, description="allowed difference of a number")
    rtol: float = Field(Tolerance().rtol, ge=0, description="allowed difference as a share of the largest number")
    seed: int | None = Field(None, ge=0, description="seed of random generators before each call")
    _cases: dict[int, tuple[FunctionCase, ...]] = PrivateAttr(default_factory=dict)

    @property
    def target_name(self) -> str:
        """See `Check.target_name`: the class of a method."""
        return self.target.partition(".")[0]

    @property
    def called_names(self) -> tuple[str, ...]:
        """See `Check.called_names`: the other functions of `inverse_of`, too."""
        others = (one.inverse_of.partition(".")[0] for one in self.holds if one.inverse_of)
        return tuple(dict.fromkeys((self.target_name, *others)))

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`; every input is drawn once with each size."""
        if not self.holds or not self.sizes:
            return f"'{'sizes' if self.holds else 'holds'}' has no entry"
        if word := words_of_earlier_results([self.init, self.given, *(one.inputs for one in self.holds)]):
            return f"'{word}' needs a reference or an earlier call, and this kind has none"
        try:
            for case in self.cases(0):
                for number, one in enumerate(self.holds):
                    if what := one.mistake(case, number):
                        return f"holds[{number + 1}]: {what}"
        except (BadInput, NoSize) as error:
            return str(error)
        return ""

    def cases(self, seed: int) -> tuple[FunctionCase, ...]:
        """Return the cases for a seed; they are the same for every submission."""
        if seed not in self._cases:
            name, _, method = self.target.partition(".") if self.init is not None else (self.target, "", "")
            question = Question(
                name, self.init, (Call(method, self.given),), self.library, seed=self.seed, sizes=self.sizes
            )
            self._cases[seed] = tuple(cases_of(question, None, seed))
        return self._cases[seed]

    def ask(self, context: CheckContext) -> Sequence[Request]:
        """Request the result of every case, and then the calls that show the properties that need some."""
        cases = self.cases(context.seed)
        outcomes = [context.outcome(case.request) for case in cases]
        known = [outcome for outcome in outcomes if outcome is not None]
        if len(known) < len(cases):
            return [case.request for case in cases]
        if any(outcome.status != "ok" for outcome in known):
            return ()
        return [
            trial.request
            for number, one in enumerate(self.holds)
            for case, outcome in zip(cases, known, strict=True)
            if isinstance(trial := self._trial(one, number, case, _results(outcome)[0]), Trial)
        ]

    def _trial(self, one: Property, number: int, case: FunctionCase, result: Any) -> Trial | Difference | None:
        part = part_at(result, one.of)
        return None if part is ABSENT else one.trial(case, number, part)

    def judge(self, context: CheckContext) -> Verdict:
        """Decide each property from the values that came back."""
        cases, results = self.cases(context.seed), []
        for case in cases:
            outcome = context.outcome(case.request)
            if outcome is None:
                return grader_error(say("The outputs were not requested."))
            if (bad := context.blame(outcome, self.target, self._subject(case), case.example)) is not None:
                return bad
            results.append(_results(outcome))
        doubts = [
            doubt
            for number, one in enumerate(self.holds)
            if (doubt := self._doubt(context, one, number, cases, results)) is not None
        ]
        if doubts:
            return self._verdict(doubts)
        names = [one.in_words() for one in self.holds]
        return passed(
            say_number("The property holds: {names}.", "All {n} properties hold: {names}.", len(names), names=names)
        )

    def _doubt(
        self, context: CheckContext, one: Property, number: int, cases: Sequence[FunctionCase], results: list[list[Any]]
    ) -> Doubt | None:
        """Return the reason why a property does not hold, or is not known, in the first case with one."""
        for case, (result, *_) in zip(cases, results, strict=True):
            part = part_at(result, one.of)
            missing = Difference(one.of, say("is missing"))
            difference = missing if part is ABSENT else one.difference(part, case.sizes, self._tolerance)
            if difference is not None:
                return self._broken(one, case, difference.sentence(), difference.hint, difference.proves)
        again = [part_at(result, one.of) for result in results[0]]
        varies = first_difference(again[1], again[0], self._tolerance, one.of) if len(again) > 1 else None
        if one.deterministic:
            return (
                None
                if varies is None
                else self._broken(one, cases[0], *one.sentences(varies, self.target), varies.proves)
            )
        if not one.calls_again:
            return None
        tried = self._tried(context, one, number, cases, results)
        if (
            varies is None
            or not varies.proves
            or one.random
            or one.seeded
            or one.inverse_of
            or (tried is not None and tried.verdict is not None)
        ):
            return tried
        what = say("The result changes when it is called again with the same inputs and the same seed.")
        return self._broken(one, cases[0], what, NOTHING, proves=False)

    def _tried(
        self, context: CheckContext, one: Property, number: int, cases: Sequence[FunctionCase], results: list[list[Any]]
    ) -> Doubt | None:
        """Return the same for a property that further calls show; one of differences needs a single case with one."""
        equal: list[Doubt] = []
        tested = False
        for case, (result, *_) in zip(cases, results, strict=True):
            trial = self._trial(one, number, case, result)
            if isinstance(trial, Difference):
                return self._broken(one, case, trial.sentence(), one.sentences(trial, self.target)[1], trial.proves)
            if trial is None:
                continue
            tested = True
            outcome = context.outcome(trial.request)
            if outcome is None:
                return Doubt(one, NOTHING, verdict=grader_error(say("The outputs were not requested.")))
            name, subject = one.inverse_of or self.target, self._subject(trial.case, one)
            example = "" if one.idempotent or one.inverse_of else trial.case.example
            if (bad := context.blame(outcome, name, subject, example)) is not None:
                return Doubt(one, sentences(bad.message), sentences(bad.hint), verdict=bad)
            found = trial.answer(_results(outcome), self._tolerance)
            if trial.differs and found is not None and found.proves:
                return None
            if trial.differs or found is not None:
                doubt = self._broken(one, case, *one.sentences(found, self.target), found is None or found.proves)
                if not trial.differs:
                    return doubt
                equal.append(doubt)
        if not tested:
            what = say("The inputs that the check changes are the same as before: {names}.", names=one.input_names)
            return Doubt(one, what, verdict=rubric_fault(what))
        return next((doubt for doubt in equal if not doubt.proves), equal[0]) if equal else None

    def _broken(self, one: Property, case: FunctionCase, what: Message, hint: Message, proves: bool) -> Doubt:
        subject = self._subject(case)
        begin = say("{target} does not have the property {name}.", target=subject, name=one.in_words())
        if not proves:
            begin = say(
                "It is not known whether {target} has the property {name}.", target=subject, name=one.in_words()
            )
        return Doubt(one, sentences(begin, what), hint, proves)

    def _subject(self, case: FunctionCase, one: Property | None = None) -> Text:
        name: Text = self.target
        if one is not None and one.inverse_of:
            name = say("{other} of the result of {target}", other=one.inverse_of, target=self.target)
        elif one is not None and one.idempotent:
            name = say("{target} of its own result", target=self.target)
        return say("{target} ({sizes})", target=name, sizes=case.label) if case.label else name

    def _verdict(self, doubts: Sequence[Doubt]) -> Verdict:
        """Return a failure where all doubts are proven, with the share of the points of the other properties."""
        unproven = [one for one in doubts if not one.fails]
        first = (unproven or doubts)[0]
        right = [one.in_words() for one in self.holds if all(one is not doubt.holds for doubt in doubts)]
        rest = say("These properties hold: {names}.", names=right) if right else NOTHING
        rows = tuple((one.holds.in_words(), one.message) for one in doubts)
        details = (
            (Table(say("Properties that do not hold"), (say("Property"), say("Result")), rows),)
            if len(rows) > 1
            else ()
        )
        message = sentences(first.message, rest)
        credit = Decimal(len(right)) / len(self.holds)
        if first.verdict is not None:
            earned = credit if first.verdict.status is Status.failed else Decimal(0)
            return replace(first.verdict, message=message, credit=earned, details=(*first.verdict.details, *details))
        if unproven:
            return needs_review(message, say("A tutor will compare the code with the assignment."), *details)
        return failed(message, first.hint, *details, credit=credit)

    @property
    def _tolerance(self) -> Tolerance:
        return Tolerance(self.atol, self.rtol)


def _results(outcome: Outcome) -> list[Any]:
    return [read_value(value, outcome.arrays) for value in outcome.value["results"]]
