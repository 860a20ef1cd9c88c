"""Tensors on their way to a student's code and back. A part of the worker: it runs beside that code, and before it.

Its source is executed in the names of the worker (see `boundary/worker_module.py`), so it imports nothing of `grader`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

DEVICE = re.compile(r"\b(cuda|CUDA|mps|MPS|xpu|XPU)\b")  # a device that this machine does not have


def flatten(value: Any) -> list[tuple[str, torch.Tensor]]:
    """Return the tensors of a result with their paths; arrays and numbers count where there are no tensors."""
    return list(_parts(value, "", False)) or list(_parts(value, "", True))


def _parts(value: Any, path: str, numbers: bool) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        yield path, value
    elif numbers and isinstance(value, (np.ndarray, np.number, float)) and np.asarray(value).dtype.kind in "fiub":
        yield path, torch.as_tensor(np.asarray(value))
    elif isinstance(value, (tuple, list)):
        for number, part in enumerate(value[:64]):
            yield from _parts(part, f"{path}.{number}" if path else str(number), numbers)
    elif isinstance(value, Mapping):
        for key, part in list(value.items())[:64]:
            yield from _parts(part, f"{path}.{key}" if path else str(key), numbers)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value)[:64]:
            yield from _parts(getattr(value, field.name), f"{path}.{field.name}" if path else field.name, numbers)


def array_of(tensor: torch.Tensor) -> Any:
    """Return a tensor as an array, in float64 where it is no integer."""
    plain = tensor.detach().as_subclass(torch.Tensor).cpu().resolve_conj().resolve_neg()
    if plain.is_floating_point():
        plain = plain.double()
    return np.array(plain.numpy(), order="C")  # ascontiguousarray would add an axis to a number


class Way:
    """One way to hand tensors over; right code may refuse one of them, and then the next is tried."""

    def __init__(self, dtype: torch.dtype = torch.float32, gradients: bool = True, copied: bool = True) -> None:
        self.dtype, self.gradients, self.copied = dtype, gradients, copied
        self.leaves: list[torch.Tensor] = []

    @property
    def usual(self) -> bool:
        """Return whether it is the way that is tried first."""
        return self.dtype == torch.float32 and (self.copied or not self.gradients)

    def inputs(self, names: Any, arrays: Mapping[str, Any]) -> Any:
        """Turn names of arrays, nested in lists, into tensors; with gradients, each of them is a leaf."""
        if not isinstance(names, str):
            return tuple(self.inputs(part, arrays) for part in names)
        leaf = torch.tensor(arrays[names], dtype=self.dtype, requires_grad=self.gradients)
        self.leaves.append(leaf)
        return leaf.clone() if self.copied else leaf  # a copy may be changed in place, but is no leaf


def ways(model: Any, gradients: bool) -> Iterator[Way]:
    """Yield the ways to try: with a copy, without, in the type of the model's own weights, and without gradients."""
    for dtype in dict.fromkeys((torch.float32, own_type(model))):
        if gradients:
            yield Way(dtype)
            yield Way(dtype, copied=False)
        yield Way(dtype, gradients=False)


def own_type(model: Any) -> torch.dtype:
    """Return the number type of a module's first parameter; float32 if it has none."""
    return next((p.dtype for p in own_parameters(model) if p.is_floating_point()), torch.float32)


def own_parameters(model: Any) -> list[torch.Tensor]:
    """Return the parameters of a module; none of anything else."""
    return list(model.parameters()) if isinstance(model, nn.Module) else []


class OnCpu(torch.overrides.TorchFunctionMode):
    """Within the block, tensors and modules stay on the CPU, whatever device the code names."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(function, "__name__", "")
        if name in ("cuda", "xpu", "mps") and args and isinstance(args[0], torch.Tensor):
            return args[0]
        if name == "device":
            return torch.device("cpu")
        given = dict(kwargs or {})
        if given.get("device"):
            given["device"] = torch.device("cpu")
        return function(*(torch.device("cpu") if is_device(one) else one for one in args), **given)


def is_device(value: Any) -> bool:
    """Return whether a value names a device other than the CPU."""
    return isinstance(value, torch.device) or (isinstance(value, str) and DEVICE.match(value) is not None)
