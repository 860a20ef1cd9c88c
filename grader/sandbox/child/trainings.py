"""Observe trainings: what optimizers do, what stands in the gradients, and the loss. A part of the worker.

Its source is executed in the names of the worker (see `boundary/worker_module.py`), so it imports nothing of `grader`.
All that is kept is the word of the student's process.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:  # the files of the worker share their names (see `boundary/worker_module.py`)
    from grader.sandbox.child.names import _find
    from grader.sandbox.child.steps import call_by_name

MAX_RUNS = 20
MAX_RATES = 2000  # changes of the learning rate
MAX_LOSSES = 400  # mean losses of equally many steps
MAX_COMPARED = 2_000_000  # numbers in all parameters
COMPARED_STEPS = 10  # after which parameters that never moved stand still
MODES = (nn.modules.dropout._DropoutNd, nn.modules.batchnorm._NormBase)


class Training:
    """What one optimizer did."""

    def __init__(self, optimizer: Any, cell: str) -> None:
        self.optimizer, self.cell, self.name = weakref.ref(optimizer), cell, type(optimizer).__name__[:100]
        group = optimizer.param_groups[0]
        self.settings = {str(name)[:50]: value for name, value in group.items() if type(value) in (int, float)}
        self.parameters = [one for group in optimizer.param_groups for one in group["params"]][:500]
        self.steps = self.backwards = self.stale = self.in_training = 0
        self.rates: list[list[float]] = []
        self.losses: list[list[float]] = []
        self.loss_steps = 1
        self.pending: list[bool] = []
        self.loss: float | None = None
        self.model: Any = None
        self.schedules: list[dict[str, Any]] = []
        self.first: list[Any] | None = None
        self.moved: list[bool] = []
        self.names: list[str] = []
        self.evaluated = 0

    def backward(self, loss: float | None) -> None:
        """Note, before a backward pass, whether gradients are left over."""
        left = any(one.grad is not None and bool(one.grad.any()) for one in self.parameters)
        self.pending.append(left)
        self.pending, self.loss = self.pending[-64:], loss

    def step(self, optimizer: Any) -> None:
        """Note, before a step, what happened since the last one.

        Gradients are stale if they were left over before every backward pass since then: nothing was set to zero.
        """
        self.steps += 1
        self.backwards += len(self.pending)
        self.stale += self.steps > 1 and bool(self.pending) and all(self.pending)
        self.pending = []
        rate = float(optimizer.param_groups[0]["lr"])
        if self.rates and self.rates[-1][0] == rate:
            self.rates[-1][1] += 1
        elif len(self.rates) < MAX_RATES:
            self.rates.append([rate, 1])
        if self.loss is not None:
            self._note_loss(self.loss)
        model = self.model() if self.model is not None else None
        self.in_training += model is None or bool(model.training)
        self._compare()

    def _note_loss(self, loss: float) -> None:
        if self.losses and self.losses[-1][1] < self.loss_steps:
            total, count = self.losses[-1]
            self.losses[-1] = [total + loss, count + 1]
        else:
            self.losses.append([loss, 1])
        if len(self.losses) > MAX_LOSSES:
            pairs = itertools.zip_longest(self.losses[::2], self.losses[1::2], fillvalue=[0.0, 0])
            self.losses = [[one[0] + other[0], one[1] + other[1]] for one, other in pairs]
            self.loss_steps *= 2

    def _compare(self) -> None:
        if self.steps == 1 and sum(one.numel() for one in self.parameters) <= MAX_COMPARED:
            self.first = [one.detach().clone() for one in self.parameters]
            self.moved = [False] * len(self.first)
        elif self.first is not None:
            pairs = zip(self.moved, self.first, self.parameters)  # noqa: B905 - all were made of the same list
            self.moved = [moved or not torch.equal(old, new.detach()) for moved, old, new in pairs]
            if self.steps > COMPARED_STEPS or all(self.moved):
                self.first = None

    def to_json(self) -> dict[str, Any]:
        """Return the reply's form."""
        return {
            "optimizer": self.name, "settings": self.settings, "cell": self.cell, "steps": self.steps,
            "backwards": self.backwards, "stale": self.stale, "rates": self.rates, "schedules": self.schedules[:10],
            "in_training": self.in_training, "evaluated": self.evaluated, "modes": self.has_modes,
            "still": [name for name, moved in zip(self.names, self.moved) if not moved],  # noqa: B905
            "compared": self.steps > 1 and len(self.moved) > 0,
            "losses": [total / count for total, count in self.losses],
        }  # fmt: skip

    has_modes = False


class TrainingKeeper:
    """The trainings of one run, in the order in which their optimizers were made."""

    def __init__(self) -> None:
        self.cell, self.left_out = "", 0
        self.runs: list[Training] = []
        self.models: list[Any] = []  # weak references to the modules whose parameters were last listed

    def made(self, optimizer: Any) -> None:
        """Note a new optimizer."""
        if len(self.runs) >= MAX_RUNS and (idle := [run for run in self.runs if not run.steps]):
            self.runs.remove(idle[0])
        if len(self.runs) >= MAX_RUNS:
            self.left_out += 1
            return
        run = Training(optimizer, self.cell)
        self.runs.append(run)
        for reference in reversed(self.models):
            model = reference()
            names = {id(value): name for name, value in model.named_parameters()} if model is not None else {}
            if any(id(one) in names for one in run.parameters):
                run.model, run.names = reference, [names.get(id(one), "")[:200] for one in run.parameters]
                run.has_modes = any(isinstance(part, MODES) for part in model.modules())
                return
        run.names = [f"parameter {number}" for number in range(1, len(run.parameters) + 1)]

    def of(self, optimizer: Any) -> Training | None:
        """Return the training of an optimizer."""
        return next((run for run in reversed(self.runs) if run.optimizer() is optimizer), None)

    def backward(self, loss: Any) -> None:
        """Note a backward pass for the optimizers that still exist."""
        value = float(loss.detach()) if loss.numel() == 1 else None
        for run in [run for run in self.runs if run.optimizer() is not None][-4:]:
            run.backward(value)

    def evaluating(self, model: Any) -> None:
        """Note that a model was put into evaluation mode."""
        for run in self.runs:
            if run.steps and run.model is not None and run.model() is model:
                run.evaluated += 1


TRAININGS = TrainingKeeper()


def _noted_calls(owner: Any, name: str, note: Any, after: bool = False) -> None:
    """Call `note(self, ...)` with each call of a method, which goes on whatever is wrong with the note."""
    method = getattr(owner, name)

    @functools.wraps(method)
    def noted(self: Any, *given: Any, **named: Any) -> Any:
        if after:
            method(self, *given, **named)
        with contextlib.suppress(Exception):
            note(self, *given, **named)
        return None if after else method(self, *given, **named)

    setattr(owner, name, noted)


def _note_schedule(schedule: Any, *given: Any, **named: Any) -> None:
    run = TRAININGS.of(schedule.optimizer)
    numbers = {str(name)[:50]: value for name, value in vars(schedule).items() if type(value) in (int, float)}
    if run is not None:
        run.schedules.append({"name": type(schedule).__name__[:100], "settings": numbers})


def _note_model(model: Any, *given: Any, **named: Any) -> None:
    TRAININGS.models = [*TRAININGS.models[-15:], weakref.ref(model)]


def _note_step(optimizer: Any, *given: Any, **named: Any) -> None:
    with contextlib.suppress(Exception):
        run = TRAININGS.of(optimizer)
        if run is not None:
            run.step(optimizer)


def watch_training() -> None:
    """Observe from now on; called before any student code."""
    from torch.optim import Optimizer, lr_scheduler
    from torch.optim.optimizer import register_optimizer_step_pre_hook

    _noted_calls(Optimizer, "__init__", lambda self, *given, **named: TRAININGS.made(self), after=True)
    _noted_calls(lr_scheduler.LRScheduler, "__init__", _note_schedule, after=True)
    _noted_calls(torch.Tensor, "backward", lambda self, *given, **named: TRAININGS.backward(self))
    _noted_calls(nn.Module, "parameters", _note_model)
    _noted_calls(nn.Module, "eval", lambda self: TRAININGS.evaluating(self))
    register_optimizer_step_pre_hook(_note_step)


def kept_trainings(arguments: Mapping[str, Any], arrays: Mapping[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Return the trainings of the run so far, or of one call of the function `target` with `given`."""
    global TRAININGS
    kept = found = TRAININGS
    if arguments.get("target"):
        function = _find(arguments["target"])
        TRAININGS = found = TrainingKeeper()
        try:
            call_by_name(function, arguments.get("given", {}))
        finally:
            TRAININGS = kept
    return {"runs": [run.to_json() for run in found.runs if run.steps], "left_out": found.left_out}
