"""The kind `training`: what the team's own training does, as observed while it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from grader.checks.base import CheckContext, CreditOrReview, credit_or_none
from grader.checks.with_items import WithItems
from grader.comparing.observed_figures import place_of
from grader.comparing.rates import Schedule, follows
from grader.comparing.requirements import Observed, Requirement, number_met, table_of
from grader.model import Chart, Detail, Request, Series, Status, Table, Text
from grader.model.message import say, say_number, sentences
from grader.model.verdict import Verdict, needs_review

CLOSE = 1e-6  # of a learning rate, as a share of it
END = 0.1  # the share of the steps at each end whose losses are compared
MANY = 3  # steps after which stale gradients are no accident
MAX_NAMES = 5
TUTOR = say("A tutor will look at the code.")


class Training(WithItems):
    """The training uses the required optimizer, learning rate and schedule, and sets gradients to zero."""

    observes: ClassVar[str] = "training"
    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("The training loop")
    example: ClassVar[str] = "{kind: training, points: 1.5, optimizer: [Adam], lr: 0.01, schedule: cosine}"
    explanation: ClassVar[str] = """\
Trainings are observed while the cells run: each optimizer of torch with its steps, the gradients before each backward
pass, the learning rate at each step, the mode of the model, the parameters that moved, and the loss. `target` calls one
function of the team instead, with few steps. Where several trainings were observed, the best one counts.

Gradients count as set to zero however it is done, also once for several backward passes. A schedule is read from the
rates at the steps, so that a loop that sets them by hand counts, too.

What the notebook's process says about its training could be forged, so it earns no points by itself: a tutor confirms
it. With `confirmed_by`, the id of a check before it whose values are compared outside (such as `trained` with the
team's own training function), the check passes if that one has passed. A lack needs review, unless `missing_earns` is a
share of the points: then the check fails if all cells ran and the lack is proven."""
    kind: Literal["training"] = "training"
    optimizer: tuple[str, ...] = Field((), description="names of optimizers, one of which is used")
    lr: float | None = Field(None, gt=0, description="the learning rate at the first step")
    schedule: Schedule | None = Field(None, description="how the learning rate changes; `any` is any change")
    zero_grad: bool = Field(True, description="gradients are set to zero between steps")
    train_mode: bool = Field(True, description="the model is in training mode, if it has layers with two modes")
    eval_mode: bool = Field(False, description="the model is put into evaluation mode after a step")
    moves_all: bool = Field(True, description="all parameters of the optimizer change")
    loss_falls: bool = Field(True, description="the loss at the end is lower than at the beginning")
    target: str = Field(
        "", pattern=r"^([A-Za-z_]\w*)?$", description="a function that trains, called in place of cells"
    )
    given: dict[str, bool | int | float | str] = Field({}, description="the arguments of `target`, by name")
    confirmed_by: str = Field("", description="id of a check before it that proves the result of the training")
    missing_earns: CreditOrReview = Field("review", description="share of the points if a requirement is not met")
    guide: str = Field("", description="what earns the points, for the tutor")

    @property
    def confirmed_by_people(self) -> bool:
        """Return whether a tutor confirms what is right."""
        return not self.confirmed_by

    @property
    def target_name(self) -> str:
        """See `Check.target_name`."""
        return self.target

    @property
    def checks_before(self) -> Mapping[str, tuple[str, ...]]:
        """See `Check.checks_before`."""
        return {**super().checks_before, "confirmed_by": (self.confirmed_by,) if self.confirmed_by else ()}

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`."""
        return "'given' needs 'target'" if self.given and not self.target else super().mistake_in_keys()

    @property
    def _request(self) -> Request:
        return Request("training", {"target": self.target, "given": self.given} if self.target else {})

    def ask(self, context: CheckContext) -> list[Request]:
        """Request the trainings that were observed."""
        return [self._request]

    def judge(self, context: CheckContext) -> Verdict:
        """Hold the requirements against each training; the best one counts."""
        outcome = context.observed(
            self._request, self.target, say("No code was run, so no training was observed."), TUTOR
        )
        if isinstance(outcome, Verdict):
            return outcome
        runs, doubts = outcome.value["runs"], list(self._missed(context, outcome.value["left_out"]))
        if not runs:
            nothing = sentences(say("No step of an optimizer was observed."), *doubts)
            return replace(needs_review(nothing, TUTOR), guide=self.guide)
        best = max(runs, key=lambda run: (number_met(self._requirements(run)), run["steps"]))
        requirements = self._requirements(best)
        table = table_of(say("The training: required and found"), requirements)
        proof = context.findings.get(self.confirmed_by)
        confirmed = proof is not None and proof.status is Status.passed
        credit = credit_or_none(self.missing_earns)
        verdict = Observed(requirements, table, doubts, confirmed, credit, self.guide).verdict()
        details = (*verdict.details, *_details(context, runs, best))
        return replace(verdict, details=details).at(place_of(context.submission, best["cell"]))

    def _requirements(self, run: Mapping[str, Any]) -> list[Requirement]:
        return [*self._settings(run), *self._gradients(run), *self._results(run)]

    def _settings(self, run: Mapping[str, Any]) -> Iterator[Requirement]:
        rates = [rate for rate, _ in run["rates"]]
        if self.optimizer:
            met = run["optimizer"] in self.optimizer
            yield Requirement(say("the optimizer {names}", names=list(self.optimizer)), run["optimizer"], met)
        if self.lr is not None:
            met = bool(rates) and abs(rates[0] - self.lr) <= CLOSE * self.lr
            found = f"{rates[0]:.4g}" if rates else say("none")
            yield Requirement(say("the learning rate {rate}", rate=f"{self.lr:.4g}"), found, met)
        if self.schedule is not None:
            names = [one["name"] for one in run["schedules"]]
            met_or_unknown = follows(rates, self.schedule)
            if met_or_unknown is None and not names and self.schedule != "constant":
                met_or_unknown = False
            found = _rates_in_words(rates, names)
            proves = len(rates) > 2  # a rate that did not change may change in the next epoch
            yield Requirement(say("the schedule {name}", name=self.schedule), found, met_or_unknown, proves)

    def _gradients(self, run: Mapping[str, Any]) -> Iterator[Requirement]:
        if self.zero_grad:
            found = say_number(
                "left over at {stale} of {n} step",
                "left over at {stale} of {n} steps",
                run["steps"],
                stale=run["stale"],
            )
            always = run["steps"] > MANY and run["stale"] == run["steps"] - 1
            yield Requirement(say("gradients set to zero between steps"), found, run["stale"] == 0, always)
        if self.train_mode and run["modes"]:
            found = say("in training mode at {part} of {steps} steps", part=run["in_training"], steps=run["steps"])
            yield Requirement(say("the model in training mode"), found, run["in_training"] == run["steps"])
        if self.eval_mode:
            found = say_number("{n} time", "{n} times", run["evaluated"])
            yield Requirement(say("evaluation mode after training steps"), found, run["evaluated"] > 0, proves=False)

    def _results(self, run: Mapping[str, Any]) -> Iterator[Requirement]:
        if self.moves_all:
            still = [name or say("without a name") for name in run["still"]]
            found = say("all move") if not still else say("unchanged: {names}", names=still[:MAX_NAMES])
            met = None if not run["compared"] else not still
            yield Requirement(
                say("all parameters change"), found if run["compared"] else say("none"), met, proves=False
            )
        if self.loss_falls:
            losses = run["losses"]
            part = max(1, int(len(losses) * END))
            ends = [sum(one) / part for one in (losses[:part], losses[-part:])] if len(losses) > 1 else []
            found = (
                say("from {first} to {last}", first=f"{ends[0]:.4g}", last=f"{ends[1]:.4g}") if ends else say("none")
            )
            yield Requirement(say("the loss falls"), found, ends[1] < ends[0] if ends else None, proves=False)

    def _missed(self, context: CheckContext, left_out: int) -> Iterator[Text]:
        stopped = sum(run.status != "ok" for run in context.evidence.cells)
        if stopped:
            yield say_number("{n} cell did not run to its end.", "{n} cells did not run to their end.", stopped)
        if left_out:
            yield say_number("{n} training was not observed.", "{n} trainings were not observed.", left_out)
        modules = [one.origin for one in context.submission.other_modules if "optim" in one.source]
        if modules:
            yield say("Not run by itself, and trains: {files}.", files=modules)
        if context.submission.unread:
            yield context.submission.unread


def _rates_in_words(rates: Sequence[float], names: Sequence[str]) -> Text:
    shown = ", ".join(f"{rate:.3g}" for rate in rates[:4]) + (", …" if len(rates) > 4 else "")
    if not names:
        return say("no scheduler; rates: {rates}", rates=shown)
    return say("{scheduler}; rates: {rates}", scheduler=", ".join(dict.fromkeys(names)), rates=shown)


def _details(context: CheckContext, runs: Sequence[Mapping[str, Any]], best: Mapping[str, Any]) -> Iterator[Detail]:
    """Yield the loss of the training that counts, and a table of all of them."""
    losses = best["losses"]
    if len(losses) > 2:
        title, steps = say("The loss of this training"), best["steps"]
        x = tuple((number + 1) * steps / len(losses) for number in range(len(losses)))
        alt = say("Loss from {first} to {last}", first=f"{losses[0]:.4g}", last=f"{losses[-1]:.4g}")
        yield Chart(title, say("step"), say("loss"), (Series(say("loss"), x, tuple(losses)),), alt)
    if len(runs) > 1:
        head = (say("Place"), say("Optimizer"), say("Learning rate"), say("Steps"), say("Gradients left over"))
        rows = tuple(
            (
                place_of(context.submission, run["cell"]).in_words(),
                run["optimizer"],
                f"{run['rates'][0][0]:.4g}" if run["rates"] else "",
                str(run["steps"]),
                str(run["stale"]),
            )
            for run in runs
        )
        yield Table(say("Trainings that were observed"), head, rows)
