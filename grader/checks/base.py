"""The base of every check kind: a pydantic model whose fields are the YAML keys, with `ask` and `judge`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from grader.definitions.extract import Definitions
from grader.model import NOTHING, Answer, CellRun, Evidence, Finding, Message, Outcome, Place, Request, Submission, Text
from grader.model.evidence import request_key
from grader.model.message import say, say_number, sentences
from grader.model.verdict import Verdict, failed, grader_error, needs_review


def _decimal(value: Any) -> Any:
    """Return a YAML number as the decimal that was written, so that 0.1 is exactly a tenth."""
    return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


Points = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0)]


Credit = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, le=1)]


@dataclass(frozen=True)
class CheckContext:
    """The data that a check may use: the submission, the evidence, and the findings of the checks before it."""

    submission: Submission
    evidence: Evidence
    question: str = ""
    findings: Mapping[str, Finding] = field(default_factory=dict)
    seed: int = 42
    read_definitions: Callable[[], Definitions] = Definitions  # the source of the rubric's targets
    verdicts: dict[tuple[str, bool], Verdict] = field(default_factory=dict, compare=False)  # final ones
    definitions_only: bool = False  # requests go to the definitions process, not to the notebook's

    @property
    def definitions(self) -> Definitions:
        """Return the source of the classes that the rubric asks about."""
        return self.read_definitions()

    @property
    def answer(self) -> Answer | None:
        """Return the answer that was found for the check's question."""
        return self.evidence.answers.get(self.question)

    def outcome(self, request: Request) -> Outcome | None:
        """Return the reply to `request`, or None if it has not been sent yet."""
        return self.evidence.outcomes.get(self.key(request))

    def key(self, request: Request) -> str:
        """Return the address of `request` at the process that this context queries."""
        return request_key(request, self.definitions.source if self.definitions_only else "")

    def training(self, request: Request) -> str:
        """Return the training that `request` is a segment of, at the process of this context; empty for others."""
        return request.training and f"{request.training} {'definitions' if self.definitions_only else 'notebook'}"

    def run_of(self, number: int) -> CellRun | None:
        """Return the run of the cell with this number."""
        return next((run for run in self.evidence.cells if run.number == number), None)


class Check(BaseModel):
    """One check of a rubric."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    calls_target: ClassVar[bool] = False  # the kind calls the submission's `target`
    needs_answer: ClassVar[bool] = False  # the kind reads a written answer
    note_only: ClassVar[bool] = False  # the kind never carries points
    needs_no_run: ClassVar[bool] = False  # the kind judges without running code, in a moment
    graded_by_people: ClassVar[bool] = False  # a tutor gives the points
    about_lateness: ClassVar[bool] = False  # the kind compares the time of submission with the due date
    holds_answer: ClassVar[bool] = True  # its keys, or the reference it needs, must not reach students
    label: ClassVar[Text] = NOTHING  # the title where the rubric gives none
    example: ClassVar[str] = ""  # YAML, for the documentation; a test reads it

    kind: str
    id: str = ""
    title: str = ""
    points: Points | None = None
    deducts: Points | None = None
    needs: tuple[str, ...] = ()
    visibility: Literal["public", "hidden"] = "hidden"

    def ask(self, context: CheckContext) -> Sequence[Request]:
        """Return the requests that are still to be sent, given the evidence; none when all replies are there."""
        return ()

    def judge(self, context: CheckContext) -> Verdict:
        """Return the verdict on the evidence. No student code runs here."""
        raise NotImplementedError

    def max_effect(self, whole: Decimal, finding: Finding) -> Decimal:
        """Return the points that it can earn or, below zero, cost, where `whole` points can be earned in all."""
        return self.points if self.points is not None else -(self.deducts or Decimal(0))

    @property
    def takes_share_of_whole(self) -> bool:
        """Return whether failing costs a share of all points, known only when everything else is."""
        return False

    @property
    def target_name(self) -> str:
        """Return the class or function that the check is about; empty for kinds that have none."""
        return ""

    @property
    def own_work_of(self) -> str:
        """Return the class that the check tests for being the team's own work; empty for other kinds."""
        return ""

    def explain(self, text: str) -> Iterator[str]:
        """Yield how an answer is read, a line each, for `grader explain`; nothing for kinds that read no formulas."""
        return iter(())

    def question_key(self) -> str:
        """Return the check as JSON, without points and wording: two equal ones give the same findings."""
        return self.model_dump_json(exclude={"points", "deducts", "title", "visibility", "needs"})

    def mistake_in_keys(self) -> str:
        """Return the mistake in the combination of keys; empty if there is none."""
        return ""


def trouble(
    outcome: Outcome, name: str, context: CheckContext | None = None, subject: Text = NOTHING, example: str = ""
) -> Verdict | None:
    """Return the verdict for a reply without numbers; None when the request was answered.

    `subject` names the tested object, `example` is Python code that repeats the call. A failure that the environment, a
    time limit of the whole run or an unread file can explain needs review: it never fails.
    """
    target = subject or name
    if outcome.status == "ok":
        return None
    if outcome.status == "not_asked":
        return grader_error(say("{target} could not be tested: {why}", target=target, why=outcome.message))
    if outcome.status == "out_of_time":
        what = say("{target} was not tested: the time limit of the whole submission is used up.", target=target)
        return needs_review(what, say("Tutor: raise the limit 'minutes', or set 'cells: needed' in the rubric."))
    if outcome.status == "raised" and explained_by_environment(outcome.message):
        what = say(
            "{target} stopped with an error that can come from the environment: {error}",
            target=target,
            error=outcome.message,
        )
        return needs_review(what, say("A module or an old name is missing here; a tutor will look at it."))
    if outcome.status == "missing" and context is not None:
        doubt, place = _why_missing(context, name)
        if doubt:
            what = sentences(say("{target} could not be tested.", target=target), doubt)
            return needs_review(what, say("A tutor will look at the earlier error.")).at(place)
    return failed(*_failure(outcome, target, name, example))


def _failure(outcome: Outcome, target: Text, name: str, example: str) -> tuple[Message, Message]:
    if outcome.status == "missing":
        what = say("{target} is not defined in the submission.", target=name)
        return what, say("Define a class named {name}.", name=name)
    if outcome.status == "raised":
        what = say("{target} stopped with an error: {error}", target=target, error=outcome.message)
        return what, say("To reproduce: {code}", code=example) if example else NOTHING
    if outcome.status == "timeout":
        what = say("{target} did not answer within the time limit.", target=target)
        return what, say("Look for a loop that does not end.")
    reason = outcome.message or say("no reason known")
    what = say("The Python process ended while {target} was running: {reason}.", target=target, reason=reason)
    return what, say("Memory or a crash in compiled code is the usual reason.")


def _why_missing(context: CheckContext, name: str) -> tuple[Text, Place | None]:
    """Return the reason why a name may be missing although the team wrote it, and the place: a cell that did not run.

    Empty if there is no such reason.
    """
    places = {cell.number: cell.place for cell in context.submission.cells}
    if context.submission.unread:
        return context.submission.unread, None
    environment = [
        run for run in context.evidence.cells if run.status == "error" and explained_by_environment(run.error)
    ]
    if environment:
        what = say("A cell before it stopped with {error}.", error=environment[0].error)
        return what, places.get(environment[0].number)
    for cell in context.submission.cells:
        run = context.run_of(cell.number)
        written = re.search(rf"(?m)^\s*(?:class|def)\s+{re.escape(name)}\b|^{re.escape(name)}\s*=", cell.source)
        if written and run is not None and run.status in ("timeout", "died", "not run"):
            place = cell.place.in_words()
            what = say("It is defined in {place}, which did not run to the end ({why}).", place=place, why=run.error)
            return what, cell.place
    anywhere = re.compile(rf"(?m)^\s*class\s+{re.escape(name)}\b".encode())
    if any(anywhere.search(data) for path, data in context.submission.files.items() if path.endswith(".py")):
        return say("It is in a module of the submission, but was not defined after the code had run."), None
    return NOTHING, None


def allowed_range(least: int, most: int) -> Message:
    """Return the clause that names the allowed numbers: `2 to 3 are allowed`."""
    if least == most:
        return say_number("exactly {n} is required", "exactly {n} are required", most)
    if not least:
        return say_number("at most {n} is allowed", "at most {n} are allowed", most)
    return say("{least} to {most} are allowed", least=least, most=most)


def explained_by_environment(error: str) -> bool:
    """Return whether a missing module or the age of a library explains an error, which then costs no points."""
    old_names = ("module 'numpy' has no attribute", "not a valid package style", "`np.", "NumPy 2.0 release")
    return error.startswith(("ModuleNotFoundError", "ImportError")) or any(name in error for name in old_names)
