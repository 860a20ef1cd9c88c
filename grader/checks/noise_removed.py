"""The kind `noise_removed`: the submission's model, trained by the grader's own loop, cleans curves new to it."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from grader.checks.base import Check, CheckContext, trouble
from grader.comparing.weights import layouts, units_of
from grader.model import Array, Chart, Detail, Outcome, Request, Series
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, grader_error, needs_review, passed

RECIPE = "adam_cosine_mse"  # of `reference/inside/training.py`
EPOCHS_AT_A_TIME = 5
RESAMPLES = 400  # of the hidden curves, for the interval
COMPARED = 3  # hidden curves on which the trained model is held against the reference
MAX_LAYOUTS = 100
SAME = 1e-3  # float32 against float64 with trained weights: measured below 1e-5
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
    """A threshold where the reference has it: the value below which so many per cent of its seeds fall."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    percentile: float = Field(gt=0, lt=100)
    of: str = Field(description="the calibration, a name in reference/calibration")


@dataclass(frozen=True)
class _Data:
    noisy: Array
    clean: Array
    hidden_noisy: Array
    hidden_clean: Array  # stays outside


class NoiseRemoved(Check):
    """Trained on curves of the grader's, the model removes noise from curves that it has not seen."""

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
    replace: dict[str, str] = Field({}, description="parts to exchange for torch's own where a check of theirs failed")
    reference: str = Field("", description="the reference class (module:name) that the trained model has to equal")
    training: TrainingPlan
    full_at: float | AtPercentile = Field(
        description="per cent of noise removed that earn all points, or `{percentile: 5, of: noise-removal}`"
    )
    none_at: float = Field(0, description="per cent below which nothing is earned; between the two, in proportion")

    @property
    def target_name(self) -> str:
        """See `Check.target_name`."""
        return self.target

    def mistake_in_keys(self) -> str:
        """The two thresholds must leave room between them, and a calibration must know this training."""
        try:
            return "none_at is not below full_at" if self.none_at >= self._full else ""
        except (OSError, ValueError) as error:
            return f"full_at: {error}"

    @property
    def _full(self) -> float:
        """The threshold for all points.

        Raises:
            OSError: there is no such calibration.
            ValueError: it does not know this training.
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

    def _threshold(self) -> str:
        place = (
            f", the reference's {self.full_at.percentile:g}th percentile,"
            if isinstance(self.full_at, AtPercentile)
            else ""
        )
        return f"{self._full:.1f} %{place}" if place else f"{self._full:g} %"

    def _carried_by(self, context: CheckContext) -> str:
        """Say what shows that it is the asked model: the figure alone does not, a smoothing filter gives as much."""
        titles = [context.findings[need].title for need in self.needs if need in context.findings]
        if titles:
            listed = "', '".join(map(str, titles))
            return f" A smoothing filter can give as much; that it is the asked model rests on '{listed}'."
        if self.reference:
            return " That it is the asked model rests on the trained weights, put into the exercise's model."
        return " Nothing here shows which model it is; a smoothing filter can give as much."

    def _data(self, seed: int) -> _Data:
        from reference.noise import add_noise, draw_curves

        generator = np.random.RandomState((seed + 7919) % (1 << 32))
        clean = draw_curves(self.training.curves, generator)
        hidden = draw_curves(self.training.held_back, generator)
        return _Data(add_noise(clean, generator), clean, add_noise(hidden, generator), hidden)

    def _parts_at_fault(self, context: CheckContext) -> bool:
        """Whether a check before this one had to exchange a part, or a part's own check failed."""
        return bool(self.replace) and any(finding.exchanged for finding in context.findings.values())

    def _requests(self, context: CheckContext) -> list[Request]:
        """All segments of the training; each goes on where the one before it stopped."""
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
        """Train a segment at a time, and stop once the verdict cannot change."""
        done: list[Outcome] = []
        for request in self._requests(context):
            outcome = context.outcome(request)
            if outcome is None:
                return [request]
            done.append(outcome)
            if outcome.status != "ok" or self._settled(context, outcome):
                return ()
        return ()

    def _settled(self, context: CheckContext, outcome: Outcome) -> bool:
        measured = self._measure(context, outcome)
        return measured is not None and measured[1] >= self._full

    def _measure(self, context: CheckContext, outcome: Outcome) -> tuple[float, float, float] | None:
        """The percentage removed and its interval; None where the output is not one number per point."""
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
            return grader_error("The training was not asked for.")
        if (bad := trouble(outcomes[-1], f"{self.target} while it was trained", context)) is not None:
            return bad
        measured = self._measure(context, outcomes[-1])
        if measured is None:
            what = f"{self.target} does not return one finite number per point of the curve."
            return failed(what, "Print the shape and look for NaN; a learning rate that is too high also gives NaN.")
        still = [name for name, moved in outcomes[-1].value.get("trained", []) if not moved]
        if still:
            what = f"Training does not change these weights: {', '.join(map(str, still))}."
            return failed(what, "They are not used, or their gradient is cut off.", *self._charts(context, outcomes))
        if not self._equals_reference(context, outcomes[-1]):
            what = f"{self.target} with its trained weights does not return what the exercise's model returns."
            return needs_review(what, "It may behave differently when it is trained; a person reads the code.")
        return self._verdict(context, outcomes, measured)

    def _equals_reference(self, context: CheckContext, outcome: Outcome) -> bool:
        """Whether the reference, given the trained weights, returns what the trained model returned."""
        if not self.reference:
            return True
        import torch

        data = self._data(context.seed)
        module, _, name = self.reference.partition(":")
        model = getattr(importlib.import_module(module), name)(*self.init.values()).double()
        names = [str(name) for name, _ in outcome.value["trained"]]
        values = {n: torch.tensor(outcome.arrays[f"weight{i}"], dtype=torch.float64) for i, n in enumerate(names)}
        units = units_of([(n, tuple(p.shape)) for n, p in model.named_parameters()])
        given = torch.tensor(data.hidden_noisy[:COMPARED], dtype=torch.float64)[..., None]
        returned = outcome.arrays["probe"].reshape(data.hidden_clean.shape)[:COMPARED]
        for layout in itertools.islice(layouts(units, [(n, tuple(v.shape)) for n, v in values.items()]), MAX_LAYOUTS):
            model.load_state_dict(layout.carry(values))
            with torch.no_grad():
                expected = model(given).numpy().reshape(returned.shape)
            if np.abs(expected - returned).max() <= SAME:
                return True
        return False

    def _verdict(
        self, context: CheckContext, outcomes: Sequence[Outcome], measured: tuple[float, float, float]
    ) -> Verdict:
        value, low, high = measured
        epochs = min(EPOCHS_AT_A_TIME * len(outcomes), self.training.epochs)
        early = " It stopped early, as the verdict could not change." if epochs < self.training.epochs else ""
        message = (
            f"{value:.1f} % of the noise is removed after {epochs} epochs (between {low:.1f} and {high:.1f}); "
            f"{self._threshold()} earns all points.{early}"
        )
        charts = self._charts(context, outcomes)
        if value >= self._full:
            return passed(message + self._carried_by(context), *charts)
        if high >= self._full:
            within = " The threshold lies within the measured noise, so it counts as reached."
            return passed(message + within + self._carried_by(context), *charts)
        share = (value - self.none_at) / (self._full - self.none_at)
        credit = max(Decimal(0), Decimal(share).quantize(Decimal("0.01"), ROUND_FLOOR))
        return failed(message, "Look at the loss curve: does it still fall?", *charts, credit=credit)

    def _charts(self, context: CheckContext, outcomes: Sequence[Outcome]) -> tuple[Detail, ...]:
        data, output = self._data(context.seed), outcomes[-1].arrays["probe"]
        charts: list[Detail] = []
        if output.size == data.hidden_clean.size:
            rows = output.reshape(len(data.hidden_clean), -1)
            x = np.linspace(0, 5, rows.shape[-1])
            lines = (("noisy", data.hidden_noisy[0]), ("clean", data.hidden_clean[0]), ("denoised", rows[0]))
            series = tuple(_series(name, x, y) for name, y in lines)
            alt = "One hidden curve: noisy, clean, and as the model returns it."
            charts.append(Chart("A curve that the model has not seen", "x", "y", series, alt))
        losses = np.concatenate([o.arrays["losses"] for o in outcomes if "losses" in o.arrays])
        if losses.size and np.isfinite(losses).all():
            x = np.arange(1, losses.size + 1, dtype=float)
            alt = f"The loss falls from {losses[0]:.3g} to {losses[-1]:.3g} over {losses.size} epochs."
            charts.append(Chart("Loss while training", "epoch", "loss", (_series("loss", x, losses),), alt))
        return tuple(charts)


def _series(name: str, x: Array, y: Array) -> Series:
    return Series(name, tuple(round(float(v), 4) for v in x), tuple(round(float(v), 4) for v in y))
