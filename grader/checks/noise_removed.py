"""The kind `noise_removed`: the submission's model, trained by the grader's own loop, denoises new curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext
from grader.comparing.inside_parts import mistake_in_replace
from grader.comparing.reference_outputs import ReferenceFault, mistake_in_name
from grader.comparing.trained_reference import mistake_in_reference, same_as_reference
from grader.model import Array, Chart, Detail, Outcome, Request, Series
from grader.model.message import NOTHING, Message, Text, all_of, say, say_number, sentences
from grader.model.verdict import Verdict, failed, grader_error, needs_review, passed, reference_stopped

RECIPE = "adam_cosine_mse"  # of `reference/inside/training.py`
EPOCHS_AT_A_TIME = 1  # so that a request takes about a second
REQUESTS_BETWEEN_LOOKS = 5  # after so many, the training stops if the result is clear
RESAMPLES = 400  # of the hidden curves, for the interval
COMPARED = 3  # hidden curves on which the trained model is compared with the reference
COVERED = (2.5, 97.5)  # percentiles of the interval


class TrainingPlan(BaseModel):
    """How the model is trained; Adam, cosine annealing over all epochs, mean squared error, no shuffling."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    epochs: int = Field(gt=0)
    batch_size: int = Field(10, gt=0)
    learning_rate: float = Field(0.01, gt=0)
    curves: int = Field(200, gt=0)
    held_back: int = Field(50, gt=1)


class AtPercentile(BaseModel):
    """A threshold from the reference: the value that this per cent of its training runs stay below."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    percentile: float = Field(gt=0, lt=100)
    of: str = Field(description="the calibration, a name in reference/calibration")


@dataclass(frozen=True)
class _Data:
    noisy: Array
    clean: Array
    hidden_noisy: Array
    hidden_clean: Array  # never sent to the sandbox


class NoiseRemoved(Check):
    """Trained on curves that the grader draws, the model removes noise from new curves."""

    trains: ClassVar[bool] = True
    label: ClassVar[Text] = say("Noise removed after training")
    example: ClassVar[str] = """\
kind: noise_removed
points: 2
target: NoiseRemovalModel
init: {hidden_size: 40, shift: 10}
training: {epochs: 101, batch_size: 10, learning_rate: 0.01, curves: 200, held_back: 50}
full_at: 50
none_at: 20"""
    calls_target: ClassVar[bool] = True
    kind: Literal["noise_removed"] = "noise_removed"
    target: str = Field(description="the model class")
    init: dict[str, int] = Field({}, description="arguments of the constructor")
    replace: dict[str, str] = Field({}, description="classes to replace by torch's own if a check of theirs failed")
    reference: str = Field("", description="the reference class (module:name) that the trained model must agree with")
    training: TrainingPlan
    full_at: float | AtPercentile = Field(
        description="per cent of noise removed for full points, or `{percentile: 5, of: noise-removal}`"
    )
    none_at: float = Field(
        0, description="per cent up to which no points are given; between the two, points in proportion"
    )

    @property
    def target_name(self) -> str:
        """See `Check.target_name`."""
        return self.target

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`; the thresholds must differ, and a calibration must have this training."""
        try:
            if self.none_at >= self._full:
                return "none_at is not below full_at"
        except (OSError, ValueError) as error:
            return f"full_at: {error}"
        if self.reference and (what := mistake_in_name(self.reference)):
            return what
        return mistake_in_replace(self.replace)

    def mistake_in_reference(self, seed: int) -> str:
        """Return why the reference cannot be compared with a trained model; it is called once, on a few curves."""
        given = self._data(seed).hidden_noisy[:COMPARED]
        return mistake_in_reference(self.reference, self.init, given) if self.reference else ""

    @property
    def _full(self) -> float:
        """Return the threshold for all points.

        Raises:
            OSError: there is no such calibration.
            ValueError: the calibration does not have this training.
        """
        if not isinstance(self.full_at, AtPercentile):
            return self.full_at
        from reference.distribution import name_of, shipped

        plan = self.training
        sizes = (self.init.get("hidden_size", 40), self.init.get("shift", 10))
        name = name_of(*sizes, plan.epochs, plan.batch_size, plan.learning_rate)
        known = shipped(self.full_at.of)
        if name not in known:
            raise ValueError(f"{self.full_at.of} has no '{name}'; 'grader calibrate -c' adds it")
        return known[name].percentile(self.full_at.percentile)

    def _threshold(self) -> Message:
        if isinstance(self.full_at, AtPercentile):
            value, percentile = f"{self._full:.1f}", f"{self.full_at.percentile:g}"
            return say("{value} % (percentile {percentile} of the reference)", value=value, percentile=percentile)
        return say("{value} %", value=f"{self._full:g}")

    def _tested_by(self, context: CheckContext) -> Message:
        """Return the sentence on what tests the model: the percentage does not, as a smoothing filter can reach it."""
        titles = [context.findings[need].title for need in self.needs if need in context.findings]
        if titles:
            checks = all_of(say("'{title}'", title=title) for title in titles)
            return say(
                "A smoothing filter can reach the same value; whether it is the required model is tested by {checks}.",
                checks=checks,
            )
        if self.reference:
            return say("With the trained weights, the reference model gives the same outputs.")
        return say("This does not show which model it is: a smoothing filter can reach the same value.")

    def _data(self, seed: int) -> _Data:
        from reference.noise import add_noise, draw_curves

        generator = np.random.RandomState((seed + 7919) % (1 << 32))
        clean = draw_curves(self.training.curves, generator)
        hidden = draw_curves(self.training.held_back, generator)
        return _Data(add_noise(clean, generator), clean, add_noise(hidden, generator), hidden)

    def _parts_at_fault(self, context: CheckContext) -> bool:
        """Return whether a check before this one passed only with torch's own class in place of a part."""
        return bool(self.replace) and any(finding.exchanged for finding in context.findings.values())

    def _requests(self, context: CheckContext) -> list[Request]:
        """Return all segments of the training; each continues where the one before it stopped."""
        plan, data = self.training, self._data(context.seed)
        arrays = {"noisy": data.noisy, "clean": data.clean, "probe": data.hidden_noisy}
        common = {
            "target": self.target,
            "init": self.init,
            "session": self.id or self.target,
            "seed": context.seed,
            "recipe": RECIPE,
            "epochs": plan.epochs,
            "batch_size": plan.batch_size,
            "learning_rate": plan.learning_rate,
            "replace": self.replace if self._parts_at_fault(context) else {},
        }
        starts = range(0, plan.epochs, EPOCHS_AT_A_TIME)
        return [
            Request("train", {**common, "from_epoch": s, "to_epoch": min(s + EPOCHS_AT_A_TIME, plan.epochs)}, arrays)
            for s in starts
        ]

    def ask(self, context: CheckContext) -> Sequence[Request]:
        """Request the training segment by segment, and stop once the verdict cannot change."""
        for number, request in enumerate(self._requests(context), 1):
            outcome = context.outcome(request)
            if outcome is None:
                return [request]
            look = number % REQUESTS_BETWEEN_LOOKS == 0
            if outcome.status != "ok" or (look and self._settled(context, outcome)):
                return ()
        return ()

    def _settled(self, context: CheckContext, outcome: Outcome) -> bool:
        measured = self._measure(context, outcome)
        return measured is not None and measured[1] >= self._full

    def _measure(self, context: CheckContext, outcome: Outcome) -> tuple[float, float, float] | None:
        """Return the percentage removed and its interval, or None if the output is not one number for each point."""
        data, output = self._data(context.seed), outcome.arrays.get("probe")
        if output is None or output.dtype.kind != "f" or output.size != data.hidden_clean.size:
            return None
        output = output.reshape(data.hidden_clean.shape)
        if output.ndim != 2 or not np.isfinite(output).all():
            return None
        left = np.abs(data.hidden_clean - output).sum(1)
        noise = np.abs(data.hidden_clean - data.hidden_noisy).sum(1)
        generator = np.random.Generator(np.random.PCG64([context.seed, 13]))
        rows = generator.integers(0, len(left), (RESAMPLES, len(left)))
        spread = 100 * (1 - left[rows].sum(1) / noise[rows].sum(1))
        low, high = (float(np.percentile(spread, p)) for p in COVERED)
        return float(100 * (1 - left.sum() / noise.sum())), low, high

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the percentage on the hidden curves with the thresholds; the better side counts within its noise."""
        outcomes = [outcome for request in self._requests(context) if (outcome := context.outcome(request)) is not None]
        if not outcomes:
            return grader_error(say("The training was not run."))
        subject = say("The training of {target}", target=self.target)
        if (bad := context.blame(outcomes[-1], self.target, subject)) is not None:
            return bad
        measured = self._measure(context, outcomes[-1])
        if measured is None:
            what = say("{target} does not return one finite number for each point of the curve.", target=self.target)
            return failed(what, say("Print the shape and look for NaN, for example from a high learning rate."))
        still = [name for name, moved in outcomes[-1].value.get("trained", []) if not moved]
        if still:
            what = say("Training does not change these weights: {names}.", names=still)
            hint = say("They are not used, or no gradient reaches them.")
            return failed(what, hint, *self._charts(context, outcomes))
        return self._doubt(context, outcomes[-1]) or self._verdict(context, outcomes, measured)

    def _doubt(self, context: CheckContext, outcome: Outcome) -> Verdict | None:
        """Return a review where the reference with the trained weights does not give the same outputs."""
        if not self.reference:
            return None
        data, names = self._data(context.seed), [str(name) for name, _ in outcome.value["trained"]]
        weights = {name: outcome.arrays[f"weight{number}"] for number, name in enumerate(names)}
        returned = outcome.arrays["probe"].reshape(data.hidden_clean.shape)[:COMPARED]
        try:
            if same_as_reference(self.reference, self.init, weights, data.hidden_noisy[:COMPARED], returned):
                return None
        except ReferenceFault as fault:
            return reference_stopped(self.reference, fault)
        what = say(
            "With the trained weights, {target} and the reference model give different outputs.", target=self.target
        )
        return needs_review(what, say("It may behave differently in training; a tutor will look at the code."))

    def _verdict(
        self, context: CheckContext, outcomes: Sequence[Outcome], measured: tuple[float, float, float]
    ) -> Verdict:
        value, low, high = measured
        epochs = min(EPOCHS_AT_A_TIME * len(outcomes), self.training.epochs)
        early = epochs < self.training.epochs
        measured_text = say_number(
            "Noise removed after {n} epoch: {value} % ({low} to {high}); full points from {threshold}.",
            "Noise removed after {n} epochs: {value} % ({low} to {high}); full points from {threshold}.",
            epochs,
            value=f"{value:.1f}",
            low=f"{low:.1f}",
            high=f"{high:.1f}",
            threshold=self._threshold(),
        )
        stopped = say("Training stopped early: the result was already clear.") if early else NOTHING
        message = sentences(measured_text, stopped)
        charts = self._charts(context, outcomes)
        if value >= self._full:
            return passed(sentences(message, self._tested_by(context)), *charts)
        if high >= self._full:
            within = say("The threshold is within the measured uncertainty, so it counts as reached.")
            return passed(sentences(message, within, self._tested_by(context)), *charts)
        share = (value - self.none_at) / (self._full - self.none_at)
        credit = max(Decimal(0), Decimal(share).quantize(Decimal("0.01"), ROUND_FLOOR))
        return failed(message, say("Look at the loss curve: is it still falling?"), *charts, credit=credit)

    def _charts(self, context: CheckContext, outcomes: Sequence[Outcome]) -> tuple[Detail, ...]:
        data, output = self._data(context.seed), outcomes[-1].arrays["probe"]
        charts: list[Detail] = []
        if output.size == data.hidden_clean.size:
            rows = output.reshape(len(data.hidden_clean), -1)
            x = np.linspace(0, 5, rows.shape[-1])
            series = (
                _series(say("noisy"), x, data.hidden_noisy[0]),
                _series(say("clean"), x, data.hidden_clean[0]),
                _series(say("denoised"), x, rows[0]),
            )
            alt = say("One curve that is new to the model: noisy, clean, and denoised by the model.")
            charts.append(Chart(say("A curve that is new to the model"), "x", "y", series, alt))
        losses = np.concatenate([o.arrays["losses"] for o in outcomes if "losses" in o.arrays])
        if losses.size and np.isfinite(losses).all():
            x = np.arange(1, losses.size + 1, dtype=float)
            epochs = say_number("{n} epoch", "{n} epochs", losses.size)
            first, last = (f"{losses[position]:.3g}" for position in (0, -1))
            alt = say("The loss goes from {first} to {last} in {epochs}.", first=first, last=last, epochs=epochs)
            curve = (_series(say("loss"), x, losses),)
            charts.append(Chart(say("Loss during training"), say("epoch"), say("loss"), curve, alt))
        return tuple(charts)


def _series(name: Text, x: Array, y: Array) -> Series:
    return Series(name, tuple(round(float(v), 4) for v in x), tuple(round(float(v), 4) for v in y))
