"""The outputs and gradients of the reference with the weights that a submission was given."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.comparing.model_calls import Case
from grader.comparing.recent_results import RecentResults
from grader.comparing.weights import Layout, Unit, layouts, units_of
from grader.model import Array, Outcome

Parameters = tuple[tuple[str, tuple[int, ...]], ...]
Forward = Callable[..., Any]  # a known wrong way to compute, called with the reference and the inputs

MAX_MODELS = 32
MAX_RESULTS = 128


@dataclass(frozen=True)
class Trial:
    """The reply to one case: parameter names and shapes, the weights that were sent, and the outputs."""

    case: Case
    parameters: Parameters
    weights: Mapping[str, Array]
    outcome: Outcome
    graded: bool  # with gradients
    repeated: bool  # called twice


class Expected:
    """The results of one reference class, given as `module:name`.

    Results are cached by the values that were sent. These are drawn from the shapes of the parameters, so submissions
    with parameters of the same shapes and parts share them, whatever their names.
    """

    def __init__(self, reference: str) -> None:
        self._module, _, self._name = reference.partition(":")
        self._models: RecentResults[Any] = RecentResults(MAX_MODELS)
        self._cotangents: RecentResults[Mapping[str, Array]] = RecentResults(MAX_MODELS)
        self._results: RecentResults[list[Array]] = RecentResults(MAX_RESULTS)

    @property
    def class_(self) -> Any:
        """Return the reference class."""
        return getattr(importlib.import_module(self._module), self._name)

    @property
    def mistakes(self) -> Mapping[str, Forward]:
        """Return the known wrong models: the key or the sentence of the mistake, and how it computes."""
        package = self._module.rpartition(".")[0]
        if not importlib.util.find_spec(f"{package}.mistakes"):
            return {}
        known: Mapping[Any, Mapping[str, Forward]] = importlib.import_module(f"{package}.mistakes").MISTAKES
        return known.get(self.class_, {})

    def model(self, case: Case) -> Any:
        """Return the reference at the sizes of `case`, in float64; its own weights are not used."""
        import torch

        def make() -> Any:
            with torch.random.fork_rng(devices=[]):
                return self.class_(*case.init.values()).double()

        return self._models.get(tuple(case.init.items()), make)

    def units(self, case: Case) -> list[Unit]:
        """Return the parts of the reference that have weights."""
        return units_of([(name, tuple(p.shape)) for name, p in self.model(case).named_parameters()])

    def cotangents(self, case: Case, seed: int) -> Mapping[str, Array]:
        """Return directions for the gradients, one for each returned tensor; the same for every submission."""

        def make() -> Mapping[str, Array]:
            generator = np.random.Generator(np.random.PCG64([seed, 11]))
            shapes = [tuple(tensor.shape) for tensor in _flat(self.model(case)(*_tensors(case)))]
            return {f"cotangent{n}": generator.standard_normal(s).astype(np.float32) for n, s in enumerate(shapes)}

        return self._cotangents.get((case.number, case.label, seed), make)

    def layout(self, trial: Trial, like: Layout) -> Layout | None:
        """Return the same layout at another size: same gates, same order of concatenation, same kinds of parts."""
        names = [(p.unit.prefix, p.over_both, p.over_x, p.biases) for p in like.parts]
        for layout in layouts(self.units(trial.case), trial.parameters):
            same = layout.gates == like.gates and layout.h_first == like.h_first
            if same and [(p.unit.prefix, p.over_both, p.over_x, p.biases) for p in layout.parts] == names:
                return layout
        return None

    def outputs(self, trial: Trial, layout: Layout, seed: int, forward: Forward | None = None) -> list[Array]:
        """Return the outputs of the reference, or of `forward` with it, in float64."""
        key = (*_reading(trial, layout), seed, forward)
        return self._results.get(key, lambda: self._compute(trial, layout, forward))

    def _compute(self, trial: Trial, layout: Layout, forward: Forward | None) -> list[Array]:
        import torch

        values = {name: torch.tensor(value, dtype=torch.float64) for name, value in trial.weights.items()}
        model = self.model(trial.case)
        model.load_state_dict(layout.carry(values))
        with torch.no_grad():
            inputs = _tensors(trial.case)
            result = model(*inputs) if forward is None else forward(model, *inputs)
        return [tensor.numpy() for tensor in _flat(result)]

    def gradients(self, trial: Trial, layout: Layout, seed: int) -> list[Array]:
        """Return the gradients by input and then by the submission's own parameters, in order."""
        key = (*_reading(trial, layout), seed, "gradients")
        return self._results.get(key, lambda: self._differentiate(trial, layout, seed))

    def _differentiate(self, trial: Trial, layout: Layout, seed: int) -> list[Array]:
        import torch

        values = {
            name: torch.tensor(trial.weights[name], dtype=torch.float64, requires_grad=True)
            for name, _ in trial.parameters
        }
        leaves = [leaf.requires_grad_() for leaf in _leaves(trial.case)]
        inputs = tuple(_nest(trial.case.inputs, iter(leaves)))
        result = torch.func.functional_call(self.model(trial.case), layout.carry(values), inputs)
        cotangents = self.cotangents(trial.case, seed).values()
        loss = sum((t * torch.tensor(c, dtype=t.dtype)).sum() for t, c in zip(_flat(result), cotangents, strict=True))
        wanted = [*leaves, *values.values()]
        gradients = torch.autograd.grad(loss, wanted, allow_unused=True)
        pairs = zip(gradients, wanted, strict=True)
        return [(torch.zeros_like(w) if g is None else g).numpy() for g, w in pairs]


def _reading(trial: Trial, layout: Layout) -> tuple[Hashable, ...]:
    """Return the key of a result without the seed: the case, the values sent, and the role of each parameter."""
    place = {name: number for number, (name, _) in enumerate(trial.parameters)}
    parts = tuple(
        (part.unit, part.transposed, *(tuple(place[name] for name in names) for names in part.names))
        for part in layout.parts
    )
    values = hashlib.sha256()
    for name, shape in trial.parameters:
        values.update(f"{shape}".encode())
        values.update(trial.weights[name].tobytes())
    return trial.case.number, trial.case.label, values.hexdigest(), parts, layout.gates, layout.h_first


def _nest(inputs: Sequence[Any], leaves: Iterator[Any]) -> Iterator[Any]:
    for entry in inputs:
        yield next(leaves) if isinstance(entry, str) else tuple(_nest(entry, leaves))


def _leaves(case: Case) -> list[Any]:
    import torch

    return [torch.tensor(array, dtype=torch.float64) for array in case.arrays.values()]


def _tensors(case: Case) -> list[Any]:
    return list(_nest(case.inputs, iter(_leaves(case))))


def _flat(value: Any) -> list[Any]:
    if isinstance(value, (tuple, list)):
        return [tensor for part in value for tensor in _flat(part)]
    return [value]
