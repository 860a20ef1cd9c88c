"""The only code of the grader that runs beside a student's: it answers requests with raw numbers.

Its source is executed inside the student's kernel before any of her cells, so it imports nothing of `grader` and has no
expected value, threshold or reference. All of its replies are checked again outside.
"""

from __future__ import annotations

import inspect
import json
import os
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

MAX_STEPS = 400  # trace entries in one reply
MAX_TEXT = 2000  # characters of an error message

_sessions: dict[str, dict[str, Any]] = {}
_save, _dumps, _load = np.savez, json.dumps, np.load


class Missing(Exception):
    """The requested name is defined nowhere in the submission."""


EQUIVALENTS: dict[str, Any] = {}  # classes that can replace a part of the submission, by name
RECIPES: dict[str, Any] = {}  # training recipes by name


def register(part: Mapping[str, Any]) -> None:
    """Add the classes and recipes of one file that runs beside this module (see `reference/inside/`)."""
    EQUIVALENTS.update(part.get("EQUIVALENTS", {}))
    RECIPES.update(part.get("RECIPES", {}))


def seed_everything(seed: int) -> None:
    """Seed the three generators that notebooks use and keep torch on one thread."""
    torch.set_num_threads(1)
    torch.default_generator.manual_seed(seed)  # torch.manual_seed also formats the stack, for each accelerator
    np.random.seed(seed)
    random.seed(seed)


def _namespaces() -> Iterator[dict[str, Any]]:
    """Yield the names of the notebook, and then those of modules in the work folder."""
    yield vars(sys.modules["__main__"])
    here = (os.getcwd() + os.sep, os.path.realpath(os.getcwd()) + os.sep)
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", None)
        path = names.get("__file__") if isinstance(names, dict) else None
        if isinstance(path, str) and path.startswith(here):
            yield vars(module)


def _find(name: str) -> Any:
    for space in _namespaces():
        if name in space:
            return space[name]
    raise Missing(name)


class _Usual:
    """Within the block, torch's global settings are those of a new process."""

    def __enter__(self) -> None:
        self.kept = torch.is_grad_enabled(), torch.get_default_dtype()
        torch.set_grad_enabled(True)
        torch.set_default_dtype(torch.float32)

    def __exit__(self, *_: object) -> None:
        torch.set_grad_enabled(self.kept[0])
        torch.set_default_dtype(self.kept[1])


class _Replaced:
    """Within the block, the named classes of the submission are the equivalents."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.kept: list[tuple[dict[str, Any], str, Any]] = []

    def __enter__(self) -> None:
        for space in _namespaces() if self.names else ():
            for name, equivalent in self.names.items():
                if name in space:
                    self.kept.append((space, name, space[name]))
                    space[name] = EQUIVALENTS[equivalent]

    def __exit__(self, *_: object) -> None:
        for space, name, value in self.kept:
            space[name] = value


def _build(target: Any, init: Mapping[str, Any]) -> Any:
    """Call `target` by keyword if it has these parameters, otherwise by position."""
    try:
        known = set(inspect.signature(target).parameters)
    except (TypeError, ValueError):
        known = set(init)
    return target(**init) if set(init) <= known else target(*init.values())


def _flatten(value: Any, path: str = "") -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        yield path, value
    elif isinstance(value, (tuple, list)):
        for number, part in enumerate(value[:64]):
            yield from _flatten(part, f"{path}.{number}" if path else str(number))
    elif isinstance(value, dict):
        for key, part in list(value.items())[:64]:
            yield from _flatten(part, f"{path}.{key}" if path else str(key))


def _array(tensor: torch.Tensor) -> Any:
    plain = tensor.detach().as_subclass(torch.Tensor).cpu().resolve_conj().resolve_neg()
    if plain.is_floating_point():
        plain = plain.double()
    return np.ascontiguousarray(plain.numpy())


def _inputs(names: Any, arrays: Mapping[str, Any], leaves: list[torch.Tensor]) -> Any:
    """Turn names of arrays, nested in lists, into float32 tensors; each of them is a leaf for gradients."""
    if isinstance(names, str):
        leaf = torch.tensor(arrays[names], dtype=torch.float32, requires_grad=True)
        leaves.append(leaf)
        return leaf.clone()  # so that code that works in place on its input is not refused
    return tuple(_inputs(part, arrays, leaves) for part in names)


def _shapes_of(value: Any) -> list[list[int]]:
    return [list(tensor.shape) for _, tensor in _flatten(value)]


def _watch(model: nn.Module, steps: list[dict[str, Any]]) -> list[Any]:
    """Hook every layer; a layer that is called many times in a row is one entry with a count."""

    def hook(name: str) -> Callable[[Any, Any, Any], None]:
        def record(module: Any, given: Any, returned: Any) -> None:
            entry = {
                "layer": name,
                "type": type(module).__name__,
                "in": _shapes_of(given)[:1],
                "out": _shapes_of(returned),
            }
            for last in steps[-3:]:
                if all(last[key] == entry[key] for key in entry):
                    last["times"] += 1
                    return
            if len(steps) < MAX_STEPS:
                steps.append({**entry, "times": 1})

        return record

    return [part.register_forward_hook(hook(name)) for name, part in model.named_modules() if name]


def _load_weights(model: nn.Module, prefix: str, arrays: Mapping[str, Any]) -> None:
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.tensor(arrays[f"{prefix}{name}"], dtype=parameter.dtype))


def _describe(model: Any) -> list[list[Any]]:
    parameters = model.named_parameters() if isinstance(model, nn.Module) else ()
    return [[name, list(parameter.shape)] for name, parameter in parameters]


def _send(returned: Any, prefix: str, sent: dict[str, Any]) -> list[list[Any]]:
    paths = []
    for number, (path, tensor) in enumerate(_flatten(returned)):
        sent[f"{prefix}{number}"] = _array(tensor)
        paths.append([path, list(tensor.shape)])
    return paths


def _run_once(
    model: Any, call: Mapping[str, Any], arrays: Mapping[str, Any], key: str, sent: dict[str, Any]
) -> dict[str, Any]:
    """Make one forward call and, with a cotangent, return its gradients by input and by parameter."""
    leaves: list[torch.Tensor] = []
    given = [_inputs(names, arrays, leaves) for names in call["inputs"]]
    returned = model(*given)
    result: dict[str, Any] = {"outputs": _send(returned, f"{key}out", sent), "type": type(returned).__name__}
    cotangents = call.get("cotangents", [])
    tensors = [tensor for _, tensor in _flatten(returned)]
    if cotangents and [list(arrays[name].shape) for name in cotangents] == [list(t.shape) for t in tensors]:
        try:
            pairs = zip(tensors, cotangents, strict=True)
            loss = sum((t * torch.tensor(arrays[name], dtype=t.dtype)).sum() for t, name in pairs)
            parameters = list(model.parameters())
            gradients = torch.autograd.grad(loss, leaves + parameters, allow_unused=True)  # type: ignore[arg-type]
        except RuntimeError as error:
            result["gradient_error"] = str(error)[:MAX_TEXT]
        else:
            zipped = zip(gradients, leaves + parameters, strict=True)
            filled = tuple(torch.zeros_like(leaf) if g is None else g for g, leaf in zipped)
            result["gradients"] = len(_send(filled, f"{key}grad", sent))
    return result


def _call(arguments: Mapping[str, Any], arrays: Mapping[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Build the target per case, load weights, call it with each input; return shapes, layers and raw outputs."""
    cases = []
    with _Usual(), _Replaced(arguments.get("replace", {})):
        for number, case in enumerate(arguments["cases"]):
            torch.default_generator.manual_seed(arguments.get("seed", 0))
            model = _build(_find(arguments["target"]), case["init"])
            entry: dict[str, Any] = {"parameters": _describe(model), "calls": []}
            cases.append(entry)
            if arguments.get("eval", True) and isinstance(model, nn.Module):
                model.eval()
            if case.get("weights"):
                _load_weights(model, case["weights"], arrays)
            for position, call in enumerate(case.get("calls", [])):
                steps: list[dict[str, Any]] = []
                hooks = _watch(model, steps) if call.get("trace") and isinstance(model, nn.Module) else []
                done = _run_once(model, call, arrays, f"case{number}.call{position}.", sent)
                for hook in hooks:
                    hook.remove()
                entry["calls"].append({**done, "layers": steps})
    return {"cases": cases}


def _train(arguments: Mapping[str, Any], arrays: Mapping[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Train some more epochs by a recipe and send the losses, the weights and the outputs for `probe`."""
    key = arguments["session"]
    with _Usual(), _Replaced(arguments.get("replace", {})):
        if arguments["from_epoch"] == 0:
            torch.default_generator.manual_seed(arguments["seed"])
            model = _build(_find(arguments["target"]), arguments["init"])
            before = [parameter.detach().clone() for parameter in model.parameters()]
            recipe = RECIPES[arguments["recipe"]](model, arguments)
            _sessions[key] = {"model": model, "recipe": recipe, "before": before}
        session = _sessions[key]
        model, recipe = session["model"], session["recipe"]
        inputs = torch.tensor(arrays["noisy"], dtype=torch.float32)[..., None]
        targets = torch.tensor(arrays["clean"], dtype=torch.float32)[..., None]
        model.train()
        losses = [recipe.epoch(inputs, targets) for _ in range(arguments["from_epoch"], arguments["to_epoch"])]
        model.eval()
        with torch.no_grad():
            probe = model(torch.tensor(arrays["probe"], dtype=torch.float32)[..., None])
    sent["probe"] = _array(probe)
    sent["losses"] = np.array(losses)
    for position, parameter in enumerate(model.parameters()):
        sent[f"weight{position}"] = _array(parameter)
    changed = [bool((old != new).any()) for old, new in zip(session["before"], model.parameters(), strict=True)]
    return {"trained": [[name, flag] for (name, _), flag in zip(model.named_parameters(), changed, strict=True)]}


_ACTIONS: dict[str, Callable[..., dict[str, Any]]] = {"call": _call, "train": _train}


def answer(folder: str, number: int) -> None:
    """Answer the requests of `ask-N.json` and `.npz` in `folder`: write `reply-N.npz` and then `.json`."""
    stem = os.path.join(folder, f"ask-{number}")
    with open(stem + ".json", encoding="utf-8") as file:
        asked = json.load(file)
    with _load(stem + ".npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    everything: dict[str, Any] = {}
    replies = []
    for position, one in enumerate(asked):
        mine = {name: arrays[key] for name, key in one["arrays"].items()}
        reply, sent = _reply(one["action"], one["arguments"], mine)
        replies.append(reply)
        everything.update({f"{position}/{name}": array for name, array in sent.items()})
    _save(os.path.join(folder, f"reply-{number}.npz"), **everything)
    with open(os.path.join(folder, f"reply-{number}.json"), "w", encoding="utf-8") as file:
        file.write(_dumps(replies))


def _reply(action: str, arguments: Any, arrays: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    sent: dict[str, Any] = {}
    try:
        return {"status": "ok", "value": _ACTIONS[action](arguments, arrays, sent)}, sent
    except Missing as error:
        return {"status": "missing", "message": str(error)}, {}
    except Exception as error:
        return {"status": "raised", "message": f"{type(error).__name__}: {error}"[:MAX_TEXT]}, {}
