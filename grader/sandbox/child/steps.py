"""Steps on objects that stay here: get, build, call, take, set weights, differentiate. A part of the worker.

Its source is executed in the names of the worker (see `boundary/worker_module.py`), so it imports nothing of `grader`.
A step is a mapping with `do`, the names of the held objects that it uses, and `as`, the name of its result.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

if TYPE_CHECKING:  # the files of the worker share their names (see `boundary/worker_module.py`)
    from grader.sandbox.child.names import Missing, _find, _parameters, _Replaced, _Usual
    from grader.sandbox.child.typed import Typed, along, read_typed
    from grader.sandbox.child.worker import _dumps

Held = dict[str, Any]


def run_steps(arguments: Mapping[str, Any], arrays: Mapping[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Run a list of steps and return the values of the held objects that are wanted."""
    held: Held = {}
    typed, written = Typed(sent), {}
    with _Usual(), _Replaced(arguments.get("replace", {})):
        for step in arguments["steps"]:
            made = _STEPS[step["do"]](step, arrays, held)
            if "as" in step:
                held[step["as"]] = made
            for name in {step.get("as"), step.get("keep")} & set(arguments["send"]):
                written[name] = typed.write(held[name])  # now, as a later step may change the object
        results = [written[name] for name in arguments["send"]]
        _dumps(results)  # what cannot be written is the fault of this request alone
        return {"results": results}


def _seed(step: Mapping[str, Any], arrays: Mapping[str, Any], held: Held) -> None:
    torch.default_generator.manual_seed(step["value"])
    np.random.seed(step["value"])
    random.seed(step["value"])


def _get(step: Mapping[str, Any], arrays: Mapping[str, Any], held: Held) -> Any:
    first, *rest = step["name"].split(".")
    found = _find(first)
    for part in rest:
        if not hasattr(found, part):
            raise Missing(step["name"])
        found = getattr(found, part)
    return found


def _take(step: Mapping[str, Any], arrays: Mapping[str, Any], held: Held) -> Any:
    found = held[step["of"]]
    for part in step["path"]:
        if isinstance(part, str) and not isinstance(found, Mapping) and not hasattr(found, part):
            raise Missing(f"{type(found).__name__}.{part}")
        found = along(found, [part])
    return found


def _call_held(step: Mapping[str, Any], arrays: Mapping[str, Any], held: Held) -> Any:
    held["leaves"] = []
    named = {name: read_typed(value, arrays, held) for name, value in step["given"]}
    if "keep" in step:
        held[step["keep"]] = named
    return call_by_name(held[step["on"]], named)


def call_by_name(target: Any, named: Mapping[str, Any]) -> Any:
    """Call `target` by keyword if it has parameters of these names, and otherwise in their order."""
    known = _parameters(target.forward if isinstance(target, nn.Module) else target) or {}
    kinds = {name: parameter.kind for name, parameter in known.items()}
    by_position = [name for name, kind in kinds.items() if kind == kind.POSITIONAL_ONLY]
    if set(named) <= set(known) and not by_position:
        return target(**named)
    values = list(named.values())
    keywords = [name for name, kind in kinds.items() if kind == kind.KEYWORD_ONLY]
    if any(kind == kind.VAR_POSITIONAL for kind in kinds.values()) or not keywords:
        return target(*values)
    places = sum(kind in (kind.POSITIONAL_ONLY, kind.POSITIONAL_OR_KEYWORD) for kind in kinds.values())
    return target(*values[:places], **dict(zip(keywords, values[places:])))  # noqa: B905


def _hold(step: Mapping[str, Any], arrays: Mapping[str, Any], held: Held) -> Any:
    return read_typed(step["value"], arrays, held)


def _set_mode(step: Mapping[str, Any], arrays: Mapping[str, Any], held: Held) -> bool | None:
    """Set the mode of a module, and return whether it was in training mode before."""
    model = held[step["on"]]
    if not isinstance(model, nn.Module):
        return None
    before = bool(model.training)
    model.train(step["train"])
    return before


def _weights(step: Mapping[str, Any], arrays: Mapping[str, Any], held: Held) -> Any:
    """Return the parameters and buffers of a module: name, shape, and what they are filled with at first."""
    model = held[step["on"]]
    if not isinstance(model, nn.Module):
        return None
    entries: list[tuple[str, torch.Tensor, str]] = [
        (name, value, "parameter") for name, value in model.named_parameters()
    ]
    entries += [(name, value, "buffer") for name, value in model.named_buffers() if name in model.state_dict()]
    return [[name, list(value.shape), _filling(value), kind] for name, value, kind in entries]


def _filling(value: torch.Tensor) -> str:
    if isinstance(value, (nn.UninitializedParameter, nn.UninitializedBuffer)):
        return "nothing"
    if not value.is_floating_point():
        return "integers"
    plain = value.detach()
    return "ones" if bool((plain == 1).all()) else "zeros" if bool((plain == 0).all()) else "numbers"


def _set_weights(step: Mapping[str, Any], arrays: Mapping[str, Any], held: Held) -> None:
    model = held[step["on"]]
    with torch.no_grad():
        values = {**dict(model.named_parameters()), **dict(model.named_buffers())}
        for name, key in step["values"]:
            values[name].copy_(torch.tensor(arrays[key], dtype=values[name].dtype))


def _fit(step: Mapping[str, Any], arrays: Mapping[str, Any], held: Held) -> list[float]:
    """Train a model with a plain loop and return the mean loss of each epoch."""
    model = held[step["on"]]
    inputs, targets = (read_typed(step[name], arrays, held) for name in ("inputs", "targets"))
    optimizer = _OPTIMIZERS[step["optimizer"]](model.parameters(), lr=step["lr"])
    loss_of, generator = _LOSSES[step["loss"]], torch.Generator().manual_seed(step["seed"])
    losses = []
    model.train()
    for _ in range(step["epochs"]):
        order, total = torch.randperm(len(inputs), generator=generator), 0.0
        for start in range(0, len(order), step["batch"]):
            rows = order[start : start + step["batch"]]
            optimizer.zero_grad()
            loss = loss_of(model(inputs[rows]), targets[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        losses.append(total / len(inputs))
    return losses


def _cross_entropy(found: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy of logits over the last axis, for any number of axes before it."""
    return nn.functional.cross_entropy(found.flatten(0, -2), wanted.flatten())


_OPTIMIZERS: dict[str, Any] = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}
_LOSSES: dict[str, Any] = {"cross_entropy": _cross_entropy, "mse": nn.functional.mse_loss}


def _gradients(step: Mapping[str, Any], arrays: Mapping[str, Any], held: Held) -> Any:
    """Return the gradients of a weighted sum of results by the inputs, in their order, and by the weights, by name.

    None is returned where no gradient leads from the results to anything: they were detached.
    """
    loss = sum((along(held[step["of"]], path) * torch.tensor(arrays[key])).sum() for path, key in step["directions"])
    leaves = [leaf for leaf in held["leaves"] if leaf.requires_grad]
    model = held.get(step.get("on", ""))
    named = dict(model.named_parameters()) if isinstance(model, nn.Module) else {}
    wanted = [*leaves, *named.values()]
    if wanted and not getattr(loss, "requires_grad", False):
        return None
    found = torch.autograd.grad(loss, wanted, allow_unused=True, retain_graph=True) if wanted else ()
    filled = [torch.zeros_like(leaf) if one is None else one for leaf, one in zip(wanted, found, strict=True)]
    return filled[: len(leaves)], dict(zip(named, filled[len(leaves) :], strict=True))


_STEPS: dict[str, Any] = {
    "seed": _seed,
    "get": _get,
    "take": _take,
    "call": _call_held,
    "hold": _hold,
    "mode": _set_mode,
    "weights": _weights,
    "set": _set_weights,
    "gradients": _gradients,
    "fit": _fit,
}
