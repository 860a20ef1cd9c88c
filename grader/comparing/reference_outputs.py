"""The outputs and gradients of the reference with the weights that a submission was given."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import logging
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.comparing.model_calls import Case
from grader.comparing.readings import layouts
from grader.comparing.recent_results import RecentResults
from grader.comparing.weights import Layout, Unit, incomparable_layers, units_of
from grader.model import Array, Outcome

Parameters = tuple[tuple[str, tuple[int, ...]], ...]
Forward = Callable[..., Any]  # a known wrong way to compute, called with the reference and the inputs

MAX_MODELS = 32
MAX_RESULTS = 128

REFERENCE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")

log = logging.getLogger(__name__)


def mistake_in_name(reference: str) -> str:
    """Return what is wrong with the name of a reference class, or nothing; it is not loaded."""
    return "" if REFERENCE.fullmatch(reference) else f"reference must be module:Class, found {reference!r}"


class ReferenceFault(Exception):
    """The reference cannot be loaded or called: a fault of the rubric. The text is that of the error."""


@contextmanager
def blaming_reference() -> Iterator[None]:
    """Turn every exception of the reference's own code into a `ReferenceFault`.

    Raises:
        ReferenceFault: there was one.
    """
    try:
        yield
    except Exception as error:
        raise ReferenceFault(f"{type(error).__name__}: {error}") from error


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
        self._units: RecentResults[list[Unit]] = RecentResults(MAX_MODELS)
        self._incomparable: RecentResults[list[str]] = RecentResults(MAX_MODELS)
        self._cotangents: RecentResults[Mapping[str, Array]] = RecentResults(MAX_MODELS)
        self._results: RecentResults[list[Array]] = RecentResults(MAX_RESULTS)

    @property
    def class_(self) -> Any:
        """Return the reference class.

        Raises:
            ReferenceFault: it cannot be loaded, or it is no class.
        """
        with blaming_reference():
            found = getattr(importlib.import_module(self._module), self._name)
            if not isinstance(found, type):
                raise TypeError(f"{self._name} is not a class")
            return found

    @property
    def mistakes(self) -> Mapping[str, Forward]:
        """Return the known wrong models: the key or the sentence of the mistake, and how it computes."""
        package = self._module.rpartition(".")[0]
        if not package or not importlib.util.find_spec(f"{package}.mistakes"):
            return {}
        try:
            known: Mapping[Any, Mapping[str, Forward]] = importlib.import_module(f"{package}.mistakes").MISTAKES
        except Exception:
            log.exception("the known mistakes of %s cannot be loaded", package)
            return {}
        return known.get(self.class_, {})

    def in_order(self, init: Mapping[str, int]) -> Mapping[str, int]:
        """Return the arguments in the order of the reference's parameters, as a class with other names gets them."""
        try:
            known = list(inspect.signature(self.class_).parameters)
        except (ReferenceFault, TypeError, ValueError):
            return init
        return {name: init[name] for name in known if name in init} if set(init) <= set(known) else init

    def model(self, case: Case) -> Any:
        """Return the reference at the sizes of `case`, in float64 and eval mode; its own weights are not used.

        Raises:
            ReferenceFault: it cannot be loaded or built.
        """
        return self._models.get(tuple(case.init.items()), lambda: self._build(case, seed=0))

    def _build(self, case: Case, seed: int) -> Any:
        """Build the reference: by keyword if it has these parameters, otherwise by position, as the worker does."""
        import torch

        class_ = self.class_
        with torch.random.fork_rng(devices=[]), blaming_reference():
            torch.default_generator.manual_seed(seed)
            by_keyword = set(case.init) <= set(inspect.signature(class_).parameters)
            model = class_(**case.init) if by_keyword else class_(*case.init.values())
            return model.double().eval()

    def units(self, case: Case) -> list[Unit]:
        """Return the parts of the reference that have weights."""
        return self._units.get(tuple(case.init.items()), lambda: units_of(self.model(case)))

    def incomparable(self, case: Case) -> list[str]:
        """Return the layers and buffers of the reference that equal weights do not determine."""

        def make() -> list[str]:
            return incomparable_layers(self.model(case), self._build(case, seed=1))

        return self._incomparable.get(tuple(case.init.items()), make)

    def _call(self, forward: Callable[..., Any], inputs: Sequence[Any]) -> list[Any]:
        with blaming_reference():
            tensors = _flat(forward(*inputs))
            if not tensors:
                raise TypeError("it returns no tensor")
            return tensors

    def try_once(self, case: Case, seed: int, gradients: bool) -> None:
        """Build the reference and call it, twice, with its own weights; with its gradients if wanted.

        Raises:
            ReferenceFault: it cannot be loaded, built or called, or the two results differ.
        """
        import torch

        model, tensors = self.model(case), _tensors(case)
        with torch.no_grad():
            first, second = (self._call(model, tensors) for _ in range(2))
        if len(first) != len(second) or not all(map(_same, first, second)):
            raise ReferenceFault("it returns another result when it is called again")
        shapes = tuple((name, tuple(value.shape)) for name, value in model.named_parameters())
        layout = next(layouts(self.units(case), shapes), None)
        if gradients and layout is not None:
            weights = {name: value.detach().numpy() for name, value in model.named_parameters()}
            self._differentiate(Trial(case, shapes, weights, Outcome("ok"), True, False), layout, seed)

    def cotangents(self, case: Case, seed: int) -> Mapping[str, Array]:
        """Return directions for the gradients, one for each returned tensor; the same for every submission."""

        def make() -> Mapping[str, Array]:
            generator = np.random.Generator(np.random.PCG64([seed, 11]))
            shapes = [tuple(tensor.shape) for tensor in self._call(self.model(case), _tensors(case))]
            return {f"cotangent{n}": generator.standard_normal(s).astype(np.float32) for n, s in enumerate(shapes)}

        return self._cotangents.get((case.number, case.label, seed), make)

    def layout(self, trial: Trial, like: Layout) -> Layout | None:
        """Return the same layout at another size: same gates, same order of concatenation, same roles."""
        return like.at(self.units(trial.case), trial.parameters)

    def outputs(self, trial: Trial, layout: Layout, seed: int, forward: Forward | None = None) -> list[Array]:
        """Return the outputs of the reference, or of `forward` with it, in float64."""
        key = (*_reading(trial, layout), seed, forward)
        return self._results.get(key, lambda: self._compute(trial, layout, forward))

    def _compute(self, trial: Trial, layout: Layout, forward: Forward | None) -> list[Array]:
        import torch

        values = {name: torch.tensor(value, dtype=torch.float64) for name, value in trial.weights.items()}
        model = self.model(trial.case)
        model.load_state_dict(layout.carry(values), strict=False)  # buffers keep their values
        inputs = _tensors(trial.case)
        with torch.no_grad():
            tensors = self._call(model, inputs) if forward is None else self._call(forward, (model, *inputs))
        return [tensor.numpy() for tensor in tensors]

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
        model, carried = self.model(trial.case), layout.carry(values)
        tensors = self._call(lambda *given: torch.func.functional_call(model, carried, given), inputs)
        cotangents = self.cotangents(trial.case, seed).values()
        wanted = [*leaves, *values.values()]
        with blaming_reference():
            loss = sum((t * torch.tensor(c, dtype=t.dtype)).sum() for t, c in zip(tensors, cotangents, strict=True))
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
    """Return the tensors of a result in order, as the worker sends them."""
    import torch

    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (tuple, list)):
        return [tensor for part in value for tensor in _flat(part)]
    return [value] if isinstance(value, torch.Tensor) else []


def _same(first: Any, second: Any) -> bool:
    return first.shape == second.shape and bool(((first == second) | (first != first) & (second != second)).all())
