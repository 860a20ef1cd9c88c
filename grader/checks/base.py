"""The base of every check kind: a pydantic model whose fields are the YAML keys, with `ask` and `judge`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from grader.blame.blame import blame, blame_cell
from grader.blame.scene import Scene
from grader.definitions.extract import Definitions
from grader.model import NOTHING, Answer, CellRun, Evidence, Finding, Message, Outcome, Quote, Request, Submission, Text
from grader.model.evidence import request_key
from grader.model.message import say, say_number
from grader.model.verdict import Verdict, grader_error, needs_review
from grader.reading.visible_words import visible_words


def decimal(value: Any) -> Any:
    """Return a YAML number as the decimal that was written, so that 0.1 is exactly a tenth."""
    return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


Points = Annotated[Decimal, BeforeValidator(decimal), Field(ge=0)]


Credit = Annotated[Decimal, BeforeValidator(decimal), Field(ge=0, le=1)]
CreditOrReview = Credit | Literal["review"]  # a share of the points, or a tutor's decision


def credit_or_none(credit: Decimal | Literal["review"]) -> Decimal | None:
    """Return a share of the points, None where a tutor decides."""
    return None if credit == "review" else credit


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
    asked: dict[str, dict[str, Request]] = field(default_factory=dict, compare=False)  # by check, then by content
    faulty: Mapping[str, Text] = field(default_factory=dict)  # checks that do not pass the solution, with the reason
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

    def blame(self, outcome: Outcome, name: str, subject: Text = NOTHING, example: str = "") -> Verdict | None:
        """Return the verdict on a request without a value, see `blame`; None when it was answered."""
        return blame(self.scene, outcome, name, subject, example)

    def cell_verdict(self, run: CellRun) -> Verdict:
        """Return the verdict on a cell that did not run to its end, see `blame`."""
        return blame_cell(self.scene, run)

    def observed(self, request: Request, name: str, nothing: Message, hint: Message) -> Outcome | Verdict:
        """Return the reply on what was observed of a run, or the verdict without one: `nothing` where no code ran."""
        outcome = self.outcome(request)
        if outcome is None:
            return grader_error(say("The outputs were not requested."))
        if not self.submission.cells:
            return needs_review(nothing, hint)
        return self.blame(outcome, name) or outcome

    @property
    def scene(self) -> Scene:
        """Return what is known of the submission where something failed."""
        lines = self.definitions.lines if self.definitions_only else ()
        return Scene(self.submission, self.evidence, lines)

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
    observes: ClassVar[str] = ""  # what the kind reads of the run: `figures`, `training`; empty for other kinds
    trains: ClassVar[bool] = False  # the kind trains the submission's model
    needs_answer: ClassVar[bool] = False  # the kind reads a written answer
    exact_answer: ClassVar[bool] = False  # it reads a formula, shapes or numbers: an answer changed there is wrong
    note_only: ClassVar[bool] = False  # the kind never carries points
    needs_no_run: ClassVar[bool] = False  # the kind judges without running code, in a moment
    graded_by_people: ClassVar[bool] = False  # a tutor gives the points
    about_lateness: ClassVar[bool] = False  # the kind compares the time of submission with the due date
    about_delivery: ClassVar[bool] = False  # the kind judges who submitted, when and under which name
    judges_name: ClassVar[bool] = False  # the kind judges the name of the submitted archive
    holds_answer: ClassVar[bool] = True  # its keys, or the reference it needs, must not reach students
    label: ClassVar[Text] = NOTHING  # the title where the rubric gives none
    example: ClassVar[str] = ""  # YAML, for the documentation; a test reads it
    explanation: ClassVar[str] = ""  # Markdown, for the documentation, after the keys

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

    def pictures(self, context: CheckContext) -> Sequence[tuple[Text, bytes]]:
        """Return pictures of the submission to show with the finding: a caption and a PNG or JPEG file each.

        They are drawn anew in a confined process before they reach a page.
        """
        return ()

    def max_effect(self, whole: Decimal, finding: Finding) -> Decimal:
        """Return the points that it can earn or, below zero, cost, where `whole` points can be earned in all."""
        return self.points if self.points is not None else -(self.deducts or Decimal(0))

    @property
    def confirmed_by_people(self) -> bool:
        """Return whether a tutor confirms what is right, as nothing outside the team's process can prove it."""
        return False

    @property
    def checks_before(self) -> Mapping[str, tuple[str, ...]]:
        """Return, by key, the checks whose findings it reads; they come before it in the rubric."""
        return {"needs": self.needs}

    @property
    def takes_share_of_whole(self) -> bool:
        """Return whether failing costs a share of all points, known only when everything else is."""
        return False

    @property
    def target_name(self) -> str:
        """Return the class or function that the check is about; empty for kinds that have none."""
        return ""

    @property
    def called_names(self) -> tuple[str, ...]:
        """Return all classes and functions of the submission that it calls; the definitions process has them."""
        return (self.target_name,) if self.calls_target else ()

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


def words_of(answer: Answer) -> Quote:
    """Return the words of an answer for a check that reads them, without pictures and the addresses of links.

    The name of a picture's file can be a number or a formula, and no one wrote it as an answer.
    """
    return Quote(say("The answer"), visible_words(answer.text), answer.where)


def allowed_range(least: int, most: int) -> Message:
    """Return the clause that names the allowed numbers: `2 to 3 are allowed`."""
    if least == most:
        return say_number("exactly {n} is required", "exactly {n} are required", most)
    if not least:
        return say_number("at most {n} is allowed", "at most {n} are allowed", most)
    return say("{least} to {most} are allowed", least=least, most=most)
