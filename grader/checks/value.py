"""The kind `value`: a variable of the notebook, or a figure that a cell prints, in a range or as expected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field, PrivateAttr

from grader.asking.values import Opaque, read_value
from grader.checks.base import Check, CheckContext
from grader.comparing.reference_functions import Reference, mistake_in_name, typed, usual_settings
from grader.comparing.reference_outputs import ReferenceFault
from grader.comparing.value_comparison import Tolerance, as_array, first_difference, shown
from grader.comparing.value_properties import allowed_numbers
from grader.model import CellRun, Message, NoticeCode, Place, Request, Status, Text
from grader.model.message import say, sentences
from grader.model.verdict import Verdict, failed, grader_error, needs_review, passed, reference_stopped, rubric_fault
from grader.reading.printed_numbers import Printed, last_number_after

TUTOR = say("A tutor will look at the notebook.")


@dataclass(frozen=True)
class _Number:
    """A number that was found: in words where, and whether it was printed with a percent sign."""

    number: float
    subject: Text
    percent: bool = False


class Value(Check):
    """A variable of the notebook, or a figure that a cell prints, is in the required range or has the expected value.

    It shows what the code says and not that it is true: a notebook can print or assign any number.
    """

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("A figure of the notebook")
    example: ClassVar[str] = '{kind: value, points: 1, prints: "test accuracy", at_least: 0.9}'
    explanation: ClassVar[str] = """\
`prints` reads the last number after these words in the output of any cell, in the same line or as the next line;
capital letters do not count. With a percent sign, `93.4 %` is 0.934, or 93.4 if a bound is above 1. Where a number
without a percent sign may be a percentage, because the bounds are those of a share (or the other way around), and this
would change the result, a tutor decides."""
    kind: Literal["value"] = "value"
    name: str = Field(
        "", pattern=r"^([A-Za-z_]\w*(\.[A-Za-z_]\w*)*)?$", description="the variable; `a.b` for an attribute"
    )
    prints: str = Field("", description="words in the output before the figure, in place of a variable")
    at_least: float | None = Field(None, description="the smallest number that passes")
    at_most: float | None = Field(None, description="the largest number that passes")
    reference: str = Field(
        "", description="the expected value in place of a range, as module:name; a function is called"
    )
    atol: float = Field(Tolerance().atol, ge=0, description="allowed difference from the reference")
    rtol: float = Field(Tolerance().rtol, ge=0, description="allowed difference as a share of the largest number")
    confirm: bool = Field(
        False,
        description="a tutor confirms the result, as any number can be printed, and a short run may print another one",
    )
    _reference: Reference = PrivateAttr()

    @property
    def confirmed_by_people(self) -> bool:
        """Return whether a tutor confirms what is right."""
        return self.confirm

    def model_post_init(self, context: Any) -> None:
        """Note the folder of the rubric, in which the reference may be."""
        super().model_post_init(context)
        self._reference = Reference(self.reference, (context or {}).get("folder", ""))

    @property
    def target_name(self) -> str:
        """See `Check.target_name`: the variable."""
        return self.name.partition(".")[0]

    @property
    def _ranged(self) -> bool:
        return self.at_least is not None or self.at_most is not None

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`."""
        if bool(self.name) == bool(self.prints.strip()):
            return "'value' needs either 'name' or 'prints'"
        if bool(self.reference) == self._ranged:
            return "'value' needs either 'at_least' or 'at_most', or a 'reference'"
        if self.at_least is not None and self.at_most is not None and not self.at_least <= self.at_most:
            return "'at_least' is above 'at_most'"
        return mistake_in_name(self.reference) if self.reference else ""

    def mistake_in_reference(self, seed: int) -> str:
        """Return why nothing can be compared with the reference."""
        try:
            expected = self._expected() if self.reference else 0
        except ReferenceFault as fault:
            return f"{self.reference}: {fault}"
        if isinstance(expected, Opaque):
            return f"{self.reference} is of the type {expected.name}, which cannot be compared"
        return "" if not self.prints or _one_number(expected) is not None else f"{self.reference} is not a number"

    def _expected(self) -> Any:
        with usual_settings():
            found = self._reference.get()
            return typed(self._reference.call(found, {}, {}) if callable(found) else found)

    @property
    def _request(self) -> Request:
        return Request("steps", {"steps": [{"do": "get", "name": self.name, "as": "value"}], "send": ["value"]})

    def ask(self, context: CheckContext) -> list[Request]:
        """Request the variable."""
        return [self._request] if self.name else []

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the variable or the printed number."""
        try:
            verdict = self._of_variable(context) if self.name else self._of_output(context)
        except ReferenceFault as fault:
            return reference_stopped(self.reference, fault)
        if self.confirm and verdict.status in (Status.passed, Status.failed):
            return needs_review(sentences(verdict.message), say("A tutor will confirm this.")).at(verdict.place)
        return verdict

    def _of_variable(self, context: CheckContext) -> Verdict:
        outcome = context.outcome(self._request)
        if outcome is None:
            return grader_error(say("The outputs were not requested."))
        left_out = next((run for run in context.evidence.cells if run.status == "not needed"), None)
        if outcome.status == "missing" and left_out is not None:
            what = say("The cell that defines {name} was not run.", name=self.name)
            return rubric_fault(what).with_note(
                say("Tutor: add {name} to the 'targets' of the rubric.", name=self.name)
            )
        if (bad := context.blame(outcome, self.name)) is not None:
            return bad
        value = read_value(outcome.value["results"][0], outcome.arrays)
        if self.reference:
            return self._compared(value, self.name)
        number = _one_number(value)
        if number is None:
            what = say("{name} is {found} and not a number.", name=self.name, found=shown(value))
            return needs_review(what, TUTOR)
        return self._in_range(_Number(number, self.name))

    def _compared(self, value: Any, subject: Text) -> Verdict:
        """Compare a value with the reference."""
        difference = first_difference(value, self._expected(), Tolerance(self.atol, self.rtol))
        if difference is None:
            return passed(say("{name} has the expected value.", name=subject))
        if not difference.path:
            what = say("{name} {what}.", name=subject, what=difference.what)
        else:
            what = say("Part {path} of {name} {what}.", path=difference.path, name=subject, what=difference.what)
        return failed(what, difference.hint) if difference.proves else needs_review(what, TUTOR)

    def _in_range(self, found: _Number) -> Verdict:
        """Compare a number with the bounds; one that may be a percentage needs review where that makes a difference."""
        first, *others = self._readings(found)
        what = say("{name} is {found}; required is {allowed}.", name=found.subject, found=self._in_words(found),
                   allowed=allowed_numbers(self.at_least, self.at_most))  # fmt: skip
        if any(self._allowed(other) != self._allowed(first) for other in others):
            return needs_review(sentences(what, say("It may be a percentage.")), TUTOR)
        return passed(what) if self._allowed(first) else failed(what)

    def _allowed(self, number: float) -> bool:
        low, high = self.at_least, self.at_most
        return (low is None or number >= low) and (high is None or number <= high)  # false for NaN

    def _readings(self, found: _Number) -> list[float]:
        """Return the number in the unit of the bounds and, where the unit is in doubt, in the other one."""
        bounds = [bound for bound in (self.at_least, self.at_most) if bound is not None]
        percentages = max(bounds) > 1
        if found.percent:
            return [found.number if percentages else found.number / 100]
        if self.at_least is None or not 0 <= self.at_least <= max(bounds) <= 100:
            return [found.number]
        if not percentages and 1 < found.number <= 100:
            return [found.number, found.number / 100]
        return [found.number, found.number * 100] if percentages and 0 < found.number <= 1 else [found.number]

    def _in_words(self, found: _Number) -> str:
        return f"{found.number:.6g} %" if found.percent else f"{found.number:.6g}"

    def _of_output(self, context: CheckContext) -> Verdict:
        found = [
            (run, number) for run in context.evidence.cells if (number := last_number_after(self.prints, run.text))
        ]
        if not found:
            return self._not_printed(context)
        run, printed = found[-1]
        place = self._place(context, run)
        verdict = self._of_printed(printed, place)
        if verdict.status is not Status.failed:
            return verdict.at(place)
        if doubt := [one for one in context.submission.notices if one.code == NoticeCode.ambiguous_notebook]:
            return needs_review(sentences(verdict.message, doubt[0].message), TUTOR).at(place)
        later = [one for one in context.evidence.cells if one.number >= run.number and one.status != "ok"]
        for stopped in later:  # it might have printed another number
            if (cause := context.cell_verdict(stopped)).status is not Status.failed:
                return replace(cause, message=sentences(verdict.message, self._stopped(context, stopped, cause))).at(
                    place
                )
        return verdict.at(place)

    def _of_printed(self, printed: Printed, place: Place) -> Verdict:
        subject = say("'{words}' in the output of {place}", words=self.prints, place=place.in_words())
        number = _Number(printed.number, subject, printed.percent)
        if not printed.certain:
            what = say("After {name}, there is more than one number, the last one {found}.", name=subject,
                       found=self._in_words(number))  # fmt: skip
            return needs_review(what, TUTOR)
        if self._ranged:
            return self._in_range(number)
        share = printed.percent and abs(_one_number(self._expected()) or 0) <= 1
        return self._compared(printed.number / 100 if share else printed.number, subject)

    def _not_printed(self, context: CheckContext) -> Verdict:
        """Return a review, with the cause of a cell that did not run to its end where the team is not behind it."""
        what = say("No cell printed a number after '{words}'.", words=self.prints)
        for run in context.evidence.cells:
            if run.status == "ok":
                continue
            cause = context.cell_verdict(run)
            message = sentences(what, self._stopped(context, run, cause))
            if cause.status is Status.failed:
                return needs_review(message, TUTOR).at(self._place(context, run))
            return replace(cause, message=message).at(self._place(context, run))
        return needs_review(what, TUTOR)

    def _stopped(self, context: CheckContext, run: CellRun, cause: Verdict) -> Message:
        place = self._place(context, run).in_words()
        return say("{place} did not run to its end: {error}", place=place, error=cause.message)

    def _place(self, context: CheckContext, run: CellRun) -> Place:
        return next((cell.place for cell in context.submission.cells if cell.number == run.number), Place())


def _one_number(value: Any) -> float | None:
    """Return a number, or the only number of an array."""
    array = as_array(value)
    if array is None or array.size != 1 or array.dtype.kind not in "fiu":
        return None
    return float(array.reshape(-1)[0])
