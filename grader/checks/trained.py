"""The kind `trained`: a model of the submission is trained, and its metric on unseen data is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from grader.asking.given import BadInput, Drawing
from grader.asking.sizes import NoSize
from grader.asking.values import Held, Tensor, write_value
from grader.blame.blame import unreadable
from grader.checks.base import Check, CheckContext
from grader.comparing.metrics import METRICS, NoMetric, metric_of
from grader.comparing.reference_functions import Reference, mistake_in_name, typed, usual_settings
from grader.comparing.reference_outputs import ReferenceFault
from grader.comparing.results import results_of
from grader.comparing.training_runs import TrainingRuns
from grader.comparing.typed_inputs import written
from grader.model import Array, Request
from grader.model.message import NOTHING, Text, say, sentences
from grader.model.verdict import Verdict, failed, grader_error, needs_review, passed, rubric_fault


class Loop(BaseModel):
    """The grader's own training loop: shuffled batches, one optimizer, one loss."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    loss: Literal["cross_entropy", "mse"] = "cross_entropy"
    optimizer: Literal["adam", "adamw", "sgd"] = "adam"
    lr: float = Field(0.001, gt=0)
    epochs: int = Field(10, ge=1, le=1000)
    batch: int = Field(32, ge=1)


class Trainer(BaseModel):
    """The course's own model and the function that trains it, for thresholds from what they reach."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    model: str = Field(description="the class, as module:name")
    train: str = Field(description="the function, as module:name; it is called as the submission's")


class Spread(BaseModel):
    """A threshold from runs of the reference: their mean, less (or more) so many standard deviations."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    runs: int = Field(5, ge=3, le=50)
    deviations: float = Field(4, gt=0)


class Trained(Check):
    """After training, the model reaches a metric on unseen data."""

    calls_target: ClassVar[bool] = True
    trains: ClassVar[bool] = True
    label: ClassVar[Text] = say("Metric after training")
    example: ClassVar[str] = """\
kind: trained
points: 2
target: Classifier
init: {channels: 8, hidden: 16}
data: "shapes_data:make_data"
examples: {train: 512, test: 256}
train: train
given: {model: {result: model}, images: {result: inputs}, labels: {result: targets}, epochs: 8, lr: 0.01}
metric: accuracy
at_least: 0.9"""
    explanation: ClassVar[str] = """\
`data` is a function of the course (a file beside the rubric, or an installed module): it is called with a number of
examples and a seed, and returns inputs and targets. The targets of the test never reach the submission. With `train`,
the submission's own function is called; in `given`, `{result: model}`, `{result: inputs}` and `{result: targets}` stand
for the model that was built and for the data. Without it, `loop` says how the grader trains: `loss` (`cross_entropy` or
`mse`), `optimizer` (`adam`, `adamw` or `sgd`), `lr`, `epochs` and `batch`.

A threshold is a number, or comes from the spread of the reference: with `at_least: {runs: 5, deviations: 4}` and
`reference: {model: "solution:Classifier", train: "solution:train"}`, the reference is trained five times with other
seeds, and the threshold is the mean of its metric less four standard deviations (with `at_most`, plus four)."""
    kind: Literal["trained"] = "trained"
    target: str = Field(description="the class of the model in the submission")
    init: dict[str, Any] = Field({}, description="inputs of its constructor")
    data: str = Field(description="the course's function that makes inputs and targets, as module:name")
    examples: dict[Literal["train", "test"], int] = Field(
        {"train": 256, "test": 256}, description="numbers of examples to train with and to test with"
    )
    train: str = Field("", description="the submission's own function that trains; nothing for the grader's loop")
    given: dict[str, Any] = Field({}, description="inputs of that function by name")
    loop: Loop = Field(Loop(), description="the grader's loop, without `train`")
    metric: str = Field("accuracy", description=f"{', '.join(METRICS)}, or a function of the course as module:name")
    at_least: float | Spread | None = Field(None, description="the lowest metric that passes")
    at_most: float | Spread | None = Field(None, description="the highest metric that passes")
    reference: Trainer | None = Field(None, description="the course's own training, for thresholds from its spread")
    left_in: Literal["eval", "train"] | None = Field(
        None, description="the mode in which `train` must leave the model, if any"
    )
    seed: int = Field(1, ge=0, description="seed of data and training")
    _made: list[tuple[Request, Any]] = PrivateAttr(default_factory=list)
    _folder: str = PrivateAttr("")
    _thresholds: dict[str, float] = PrivateAttr(default_factory=dict)

    def model_post_init(self, context: Any) -> None:
        """Note the folder of the rubric, in which the course's functions may be."""
        super().model_post_init(context)
        self._folder = (context or {}).get("folder", "")

    @property
    def target_name(self) -> str:
        """See `Check.target_name`."""
        return self.target

    @property
    def called_names(self) -> tuple[str, ...]:
        """See `Check.called_names`: the model, and the function that trains."""
        return (self.target, self.train) if self.train else (self.target,)

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`."""
        if self.at_least is None and self.at_most is None:
            return "at_least or at_most is needed"
        if set(self.examples) != {"train", "test"} or min(self.examples.values()) < 1:
            return "examples needs numbers for train and test"
        if self.left_in and not self.train:
            return "left_in is about the submission's own function; name it in train"
        if self._spreads and not (self.reference and self.train):
            return "a threshold from the spread of the reference needs reference and train"
        for name in (self.reference.model, self.reference.train) if self.reference else ():
            if what := mistake_in_name(name):
                return what
        if self.metric not in METRICS and (what := mistake_in_name(self.metric)):
            return f"metric is {', '.join(METRICS)} or module:name, found {self.metric!r}" if what else ""
        if what := mistake_in_name(self.data):
            return what.replace("reference", "data", 1)
        try:
            self._drawn(self.init)
            self._drawn(self.given)
        except (BadInput, NoSize) as error:
            return str(error)
        return ""

    def mistake_in_reference(self, seed: int) -> str:
        """Return why the data of the course cannot be used."""
        try:
            self._request()
        except (ReferenceFault, BadInput) as fault:
            return f"{self.data}: {fault}"
        try:
            self._threshold("at_least")
            self._threshold("at_most")
        except (ReferenceFault, BadInput, NoMetric) as fault:
            return f"the training of the reference: {fault}"
        return ""

    @property
    def _spreads(self) -> list[Spread]:
        return [one for one in (self.at_least, self.at_most) if isinstance(one, Spread)]

    def _threshold(self, side: Literal["at_least", "at_most"]) -> float | None:
        """Return a threshold as a number, from the runs of the reference where it is described so.

        Raises:
            ReferenceFault, NoMetric: the reference cannot be trained or measured.
        """
        wanted = getattr(self, side)
        if not isinstance(wanted, Spread):
            return None if wanted is None else float(wanted)
        if side not in self._thresholds:
            assert self.reference is not None
            plan = TrainingRuns(self.reference.model, self.reference.train, self._folder)
            seeds = range(self.seed, self.seed + wanted.runs)
            reached = [self._reached(plan, seed) for seed in seeds]
            sign = -1 if side == "at_least" else 1
            self._thresholds[side] = float(np.mean(reached) + sign * wanted.deviations * np.std(reached, ddof=1))
        return self._thresholds[side]

    def _reached(self, plan: TrainingRuns, seed: int) -> float:
        inputs, targets = self._examples("train", seed)
        unseen, wanted = self._examples("test", seed + 1)
        found = plan.run(self._drawn(self.init), self._drawn(self.given), (inputs, targets), unseen, seed)
        return metric_of(self.metric, found, wanted, self._folder)

    def _drawn(self, given: Mapping[str, Any]) -> dict[str, Any]:
        drawing = Drawing({}, np.random.Generator(np.random.PCG64(self.seed)))
        return {name: _named(part) if _is_named(part) else drawing.draw(part) for name, part in given.items()}

    def _examples(self, part: Literal["train", "test"], seed: int) -> tuple[Any, Any]:
        """Return inputs and targets as typed values.

        Raises:
            ReferenceFault: the course's function raised an exception, or does not return a pair of arrays.
        """
        reference = Reference(self.data, self._folder)
        with usual_settings():
            made = typed(reference.call(reference.get(), {"n": self.examples[part], "seed": seed}, {}))
        if not isinstance(made, (list, tuple)) or len(made) != 2 or not all(isinstance(one, Tensor) for one in made):
            raise ReferenceFault("it does not return inputs and targets as two tensors")
        return made[0], made[1]

    def _request(self) -> tuple[Request, Any]:
        """Return the request, and the targets of the test, which stay here."""
        if not self._made:
            inputs, targets = self._examples("train", self.seed)
            unseen, wanted = self._examples("test", self.seed + 1)
            arrays: dict[str, Array] = {}
            steps: list[dict[str, Any]] = [
                {"do": "get", "name": self.target, "as": "class"},
                {"do": "seed", "value": self.seed},
                {"do": "call", "on": "class", "given": written(self._drawn(self.init), arrays), "as": "model"},
                {"do": "hold", "value": write_value(inputs, arrays), "as": "inputs"},
                {"do": "hold", "value": write_value(targets, arrays), "as": "targets"},
                {"do": "seed", "value": self.seed},
                *self._training(arrays),
                {"do": "mode", "on": "model", "train": False, "as": "trained"},
                {"do": "call", "on": "model", "given": written({"x": unseen}, arrays), "as": "found"},
            ]
            self._made.append((Request("steps", {"steps": steps, "send": ["found", "trained"]}, arrays), wanted))
        return self._made[0]

    def _training(self, arrays: dict[str, Array]) -> list[dict[str, Any]]:
        if self.train:
            given = written(self._drawn(self.given), arrays)
            return [
                {"do": "get", "name": self.train, "as": "train"},
                {"do": "call", "on": "train", "given": given, "as": "returned"},
            ]
        data = {name: write_value(Held(name), arrays) for name in ("inputs", "targets")}
        return [{"do": "fit", "on": "model", "as": "losses", "seed": self.seed, **data, **self.loop.model_dump()}]

    def ask(self, context: CheckContext) -> Sequence[Request]:
        """Request one training."""
        try:
            return [self._request()[0]]
        except (ReferenceFault, BadInput):  # `judge` says so
            return ()

    def judge(self, context: CheckContext) -> Verdict:
        """Compute the metric from what the trained model returned for unseen data."""
        try:
            request, wanted = self._request()
        except (ReferenceFault, BadInput) as fault:
            return rubric_fault(say("The data of the check cannot be made: {error}", error=str(fault)))
        outcome = context.outcome(request)
        if outcome is None:
            return grader_error(say("The outputs were not requested."))
        missing = outcome.status == "missing" and outcome.message == self.train
        if (bad := context.blame(outcome, self.train if missing else self.target)) is not None:
            return bad
        found = results_of(outcome, request)
        if found is None:
            return unreadable(self.target, say("it has another number of results."))
        try:
            value = metric_of(self.metric, found[0], wanted, self._folder)
        except NoMetric as error:
            what = say(
                "{target} returns something else after training than the metric needs: {why}",
                target=self.target,
                why=str(error),
            )
            return needs_review(what, say("A tutor will look at the code."))
        except ReferenceFault as fault:
            return rubric_fault(
                say("The metric {metric} stopped with an error: {error}", metric=self.metric, error=str(fault))
            )
        try:
            return self._judged(value, in_training=found[1] is True)
        except (ReferenceFault, NoMetric) as fault:
            return rubric_fault(say("The reference could not be trained: {error}", error=str(fault)))

    def _judged(self, value: float, in_training: bool) -> Verdict:
        low, high = self._threshold("at_least"), self._threshold("at_most")
        metric = self.metric.rpartition(":")[2].replace("_", " ")
        right = (low is None or value >= low) and (high is None or value <= high)
        allowed = (
            say("at least {number}", number=f"{low:.4g}")
            if low is not None
            else say("at most {number}", number=f"{high:.4g}")
        )
        what = say(
            "After training, {metric} on unseen data is {value}; {allowed} is required.",
            metric=metric, value=f"{value:.4g}", allowed=allowed,
        )  # fmt: skip
        if right and self.left_in and in_training != (self.left_in == "train"):
            wrong = say("{train} leaves the model in another mode than it should.", train=self.train)
            hint = say("Call model.eval() at the end, so that dropout and batch normalisation are those of use.")
            return failed(sentences(what, wrong), hint if self.left_in == "eval" else NOTHING)
        if right:
            return passed(what)
        return failed(what, say("Look at the loss, the optimizer and its steps, and the mode of the model."))


def _is_named(part: Any) -> bool:
    return isinstance(part, Mapping) and part.get("result") in ("model", "inputs", "targets")


def _named(part: Mapping[str, Any]) -> Held:
    return Held(str(part["result"]))
