"""What every check kind is: a pydantic model whose fields are the YAML keys, with a question and a judgement."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from grader.definitions.extract import Definitions
from grader.model import Answer, CellRun, Evidence, Finding, Outcome, Request, Submission
from grader.model.evidence import TIME_USED_UP, request_key
from grader.model.verdict import Verdict, failed, grader_error, needs_review


def _decimal(value: Any) -> Any:
    """Read a YAML number by the digits that were written, so that 0.1 is a tenth."""
    return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


Points = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0)]


Credit = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, le=1)]


@dataclass(frozen=True)
class CheckContext:
    """What a check may look at: the submission, what was observed, and the findings of the checks before it."""

    submission: Submission
    evidence: Evidence
    question: str = ""
    findings: Mapping[str, Finding] = field(default_factory=dict)
    seed: int = 42
    asks_for_answer: bool = False
    plain: Definitions = field(default_factory=Definitions)
    verdicts: dict[tuple[str, bool], Verdict] = field(default_factory=dict, compare=False)  # of checks that have all
    definitions_only: bool = False  # questions go to the definitions alone, not to the notebook's process

    @property
    def answer(self) -> Answer | None:
        """The answer that was found for the check's question."""
        return self.evidence.answers.get(self.question)

    def outcome(self, request: Request) -> Outcome | None:
        """The reply to `request`, or None while it has not been asked."""
        return self.evidence.outcomes.get(self.key(request))

    def key(self, request: Request) -> str:
        """The address of `request` at the process that this view asks."""
        return request_key(request, self.plain.source if self.definitions_only else "")

    def training(self, request: Request) -> str:
        """The training that `request` is a segment of, at the process that this view asks; empty for others."""
        return request.training and f"{request.training} {'alone' if self.definitions_only else 'notebook'}"

    def run_of(self, number: int) -> CellRun | None:
        """What became of the cell with this number."""
        return next((run for run in self.evidence.cells if run.number == number), None)


class Check(BaseModel):
    """One line of a rubric."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    calls_target: ClassVar[bool] = False  # the kind runs the submission's `target`
    needs_answer: ClassVar[bool] = False  # the kind reads a written answer
    note_only: ClassVar[bool] = False  # the kind never carries points
    needs_no_run: ClassVar[bool] = False  # what was submitted is enough, and so is a moment
    holds_answer: ClassVar[bool] = False  # its keys, or the reference it needs, are what students must not have
    label: ClassVar[str] = ""  # the title where the rubric gives none
    example: ClassVar[str] = ""  # YAML, for the documentation; a test reads it

    kind: str
    id: str = ""
    title: str = ""
    points: Points | None = None
    deducts: Points | None = None
    needs: tuple[str, ...] = ()
    visibility: Literal["public", "hidden"] = "hidden"

    def ask(self, context: CheckContext) -> Sequence[Request]:
        """Return the requests that are still to be asked, given what has been seen; none when all is known."""
        return ()

    def judge(self, context: CheckContext) -> Verdict:
        """Decide from what was seen. No student code runs here."""
        raise NotImplementedError

    @property
    def max_effect(self) -> Decimal:
        """Points that it can earn, or below zero what it can cost."""
        return self.points if self.points is not None else -(self.deducts or Decimal(0))

    def asks(self) -> str:
        """What is asked and how it is judged, as JSON: all but points and wording."""
        return self.model_dump_json(exclude={"points", "deducts", "title", "visibility", "needs"})

    def wrong(self) -> str:
        """Return what is wrong with the keys taken together, or nothing."""
        return ""


def trouble(outcome: Outcome, target: str, context: CheckContext | None = None) -> Verdict | None:
    """The verdict for a reply that carries no numbers; None when the request was answered.

    What the environment, the time limit or an unread file can explain waits for a person: it is never the team's fault.
    """
    if outcome.status == "ok":
        return None
    if outcome.status == "not_asked":
        return grader_error(f"The question about {target} could not be asked: {outcome.message}")
    if outcome.status == "raised" and explained_by_environment(outcome.message):
        what = f"{target} stopped with an error that can come from the environment: {outcome.message}"
        return needs_review(what, "A module or an old name is missing here; a person decides whose fault it is.")
    if outcome.status == "timeout" and TIME_USED_UP in outcome.message:
        what = f"{target} was not asked: {outcome.message}."
        return needs_review(what, "Longer limits, or 'cells: needed' in the rubric, would let it be asked.")
    if (
        outcome.status == "missing"
        and context is not None
        and (doubt := _why_missing(context, target.partition(" ")[0]))
    ):
        return needs_review(f"{target} could not be asked. {doubt}", "A person looks at what happened before it.")
    messages = {
        "missing": (f"{target} is not defined in the submission.", f"Define a class named {target.partition(' ')[0]}."),
        "raised": (f"{target} stopped with an error: {outcome.message}", "Run it with a small random input."),
        "timeout": (f"{target} did not answer within the time limit.", "Look for a loop that does not end."),
        "died": (
            f"The Python process ended while {target} was running: {outcome.message or 'no reason known'}.",
            "Memory or a crash in compiled code is the usual reason.",
        ),
    }
    return failed(*messages[outcome.status])


def _why_missing(context: CheckContext, name: str) -> str:
    """Why a name may be missing although the team wrote it: it stands in a cell that did not run, or was not read."""
    if context.submission.unread:
        return context.submission.unread
    environment = [
        run for run in context.evidence.cells if run.status == "error" and explained_by_environment(run.error)
    ]
    if environment:
        return f"A cell before it stopped with {environment[0].error}."
    for cell in context.submission.cells:
        run = context.run_of(cell.number)
        written = re.search(rf"(?m)^\s*(?:class|def)\s+{re.escape(name)}\b|^{re.escape(name)}\s*=", cell.source)
        if written and run is not None and run.status in ("timeout", "died", "not run"):
            return f"It stands in {cell.origin}, which did not run to its end ({run.error})."
    anywhere = re.compile(rf"(?m)^\s*class\s+{re.escape(name)}\b".encode())
    if any(anywhere.search(data) for path, data in context.submission.files.items() if path.endswith(".py")):
        return "It stands in a module of the submission and was not there when the code had run."
    return ""


def explained_by_environment(message: str) -> bool:
    """Errors that the age of a library or a missing module explains; they do not cost a team points."""
    old_names = ("module 'numpy' has no attribute", "not a valid package style", "`np.", "NumPy 2.0 release")
    return message.startswith(("ModuleNotFoundError", "ImportError")) or any(name in message for name in old_names)
