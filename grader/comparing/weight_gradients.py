"""Gradients of the results of a case by each number of an object's weights, in some random directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from grader.asking.given import at_path
from grader.asking.values import Tensor, write_value
from grader.comparing.any_weights import Weight
from grader.comparing.function_cases import FunctionCase
from grader.comparing.reference_functions import usual_settings
from grader.comparing.reference_outputs import blaming_reference
from grader.comparing.typed_inputs import float_tensors
from grader.model import Array, Request

DIRECTIONS = 3
Direction = list[tuple[tuple[str | int, ...], Array]]


def with_weights(case: FunctionCase, values: Mapping[str, Array]) -> Request:
    """Return the request for the gradients of an object with these weights, one reply for each result and direction."""
    arrays: dict[str, Array] = {}
    steps = case.steps.begin(arrays, values)
    for number, (method, given) in enumerate(case.calls):
        steps += case.steps.call(method, given, arrays, f"result{number}", "")
    names = []
    for number, direction in enumerate(_directions(case)):
        of, parts = direction
        named = [[list(path), write_value(array, arrays)["array"]] for path, array in parts]
        names.append(f"gradients{number}")
        steps.append({"do": "gradients", "of": of, "directions": named, "as": names[-1], "on": "object"})
    return Request("steps", {"steps": steps, "send": names}, arrays)


def _directions(case: FunctionCase) -> Iterator[tuple[str, Direction]]:
    """Yield the name of each result with random directions for the tensors of floats in it, by their paths."""
    generator = np.random.Generator(np.random.PCG64([case.seed, 37]))
    for number in range(len(case.calls)):
        name = f"result{number}"
        tensors = list(float_tensors(case.expected()[case.results.index(name)]))
        for _ in range(DIRECTIONS if tensors else 0):
            yield name, [(path, generator.standard_normal(one.array.shape).astype(np.float32)) for path, one in tensors]


def gradient_rows(found: Sequence[Any], weights: Sequence[Weight]) -> Array | None:
    """Return the gradients in a reply, a row for each number of `weights`; None where the reply has none."""
    columns = []
    for reply in found:
        if not isinstance(reply, (list, tuple)) or len(reply) != 2 or not isinstance(reply[1], Mapping):
            return None
        parts = [reply[1].get(weight.name) for weight in weights]
        for part, weight in zip(parts, weights, strict=True):
            if not isinstance(part, Tensor) or part.array.shape != weight.shape or not np.isfinite(part.array).all():
                return None
        columns.append(np.concatenate([part.array.reshape(-1) for part in parts if isinstance(part, Tensor)]))
    return np.stack(columns, axis=1).astype(np.float64) if columns else None


def reference_gradient_rows(case: FunctionCase, values: Mapping[str, Array], weights: Sequence[Weight]) -> Array:
    """Return the same of the reference with these weights.

    Raises:
        ReferenceFault: it raised an exception.
    """
    import torch

    with usual_settings(), blaming_reference():
        held, built = case.reference_results({name: torch.tensor(value) for name, value in values.items()})
        named = dict(built.named_parameters())
        wanted = [named[weight.name] for weight in weights if named[weight.name].requires_grad]
        columns: list[Array] = []
        for of, parts in _directions(case):
            loss = sum((at_path(held[of], path) * torch.tensor(array)).sum() for path, array in parts)
            flows = wanted and getattr(loss, "requires_grad", False)
            found = torch.autograd.grad(loss, wanted, allow_unused=True, retain_graph=True) if flows else ()
            by = {id(one): gradient for one, gradient in zip(wanted, found, strict=False) if gradient is not None}
            pieces: list[Array] = [
                by[id(named[weight.name])].detach().numpy().reshape(-1)
                if id(named[weight.name]) in by
                else np.zeros(prod(weight.shape))
                for weight in weights
            ]
            columns.append(np.concatenate(pieces))
    return np.stack(columns, axis=1).astype(np.float64)
