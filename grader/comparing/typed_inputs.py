"""Typed inputs on their way into a request: written, with gradients, without references, and as Python code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from grader.asking.given import at_path
from grader.asking.values import Held, Named, Record, Seeded, Tensor, write_value
from grader.model import Array

MAX_EXAMPLE = 300  # letters of the inputs in the code of a call


def without_held(value: Any, results: Mapping[str, Any]) -> Any:
    """Return an input with the expected values in place of results of earlier calls."""
    if isinstance(value, Held):
        return at_path(results[value.name], value.path)
    if isinstance(value, Mapping):
        return {key: without_held(part, results) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(without_held(part, results) for part in value)
    return value


def noting_leaves(value: Any, leaves: list[Any]) -> Any:
    """Note the tensors with a gradient, in the order in which the worker reads them."""
    import torch

    if isinstance(value, torch.Tensor):
        if value.requires_grad:
            leaves.append(value)
        return value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for part in parts:
        noting_leaves(part, leaves)
    return value


def with_gradients(value: Any) -> Any:
    """Return an input whose tensors of floats are leaves with a gradient."""
    if isinstance(value, Tensor):
        return replace(value, grad=value.array.dtype.kind == "f")
    if isinstance(value, Mapping):
        return {key: with_gradients(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(with_gradients(part) for part in value)
    return value


def float_tensors(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Tensor]]:
    """Yield the tensors of floats in a value, with their paths."""
    if isinstance(value, Tensor) and value.array.dtype.kind == "f" and value.array.size:
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if isinstance(key, (str, int)):
                yield from float_tensors(part, (*path, key))
    elif isinstance(value, (list, tuple)):
        for number, part in enumerate(value):
            yield from float_tensors(part, (*path, number))
    elif isinstance(value, Record):
        for number, (_, part) in enumerate(value.fields):
            yield from float_tensors(part, (*path, number))


def written(given: Mapping[str, Any], arrays: dict[str, Array]) -> list[list[Any]]:
    """Return the inputs of a call as pairs of name and value, as a request has them; arrays are added to `arrays`."""
    return [[name, write_value(value, arrays)] for name, value in given.items()]


def code_of(value: Any) -> str:
    """Return Python code for an input, with random numbers in place of the drawn ones."""
    if isinstance(value, Tensor):
        shape = ", ".join(map(str, value.array.shape))
        if value.array.dtype.kind == "f":
            return f"torch.randn({shape})" if shape else "torch.randn(())"
        return f"torch.randint(0, 2, ({shape},))" if value.array.dtype.kind in "iu" else f"torch.rand({shape}) < 0.5"
    if isinstance(value, np.ndarray):
        return f"np.random.randn({', '.join(map(str, value.shape))})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {code_of(part)}" for key, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(code_of, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)"
    if isinstance(value, (Held, Named, Seeded)):
        return "..."
    return repr(value)


def example_of(target: str, init: Mapping[str, Any] | None, method: str, given: Mapping[str, Any]) -> str:
    """Return Python code that repeats a call of a function, or of an object that is built first, with random inputs."""
    inputs = ", ".join(f"{name}={code_of(value)}" for name, value in given.items())
    inputs = inputs if len(inputs) <= MAX_EXAMPLE else "..."
    if init is None:
        return f"{target}({inputs})"
    owner, _, attribute = target.partition(".")
    built = f"{owner}({', '.join(f'{name}={code_of(value)}' for name, value in init.items())})"
    method = attribute or method
    return f"{built}.{method}({inputs})" if method else f"{built}({inputs})"
