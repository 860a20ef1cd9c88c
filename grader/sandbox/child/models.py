"""Ask a model: its layers, outputs, gradients and what training makes of it. A part of the worker.

Its source is executed in the names of the worker (see `boundary/worker_module.py`), so it imports nothing of `grader`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

if TYPE_CHECKING:  # the files of the worker share their names (see `boundary/worker_module.py`)
    from grader.sandbox.child.names import RECIPES, _build, _called, _find, _Replaced, _Usual
    from grader.sandbox.child.values import Way, array_of, flatten, own_parameters, own_type, ways

MAX_STEPS = 400  # trace entries in one reply
MAX_ERROR = 2000  # characters of an error message

_sessions: dict[str, dict[str, Any]] = {}


def _shapes_of(value: Any) -> list[list[int]]:
    return [list(tensor.shape) for _, tensor in flatten(value)]


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

    hooks = []
    for name, part in model.named_modules():
        if name and not isinstance(part, torch.jit.ScriptModule):  # such a module takes no hooks, and is left out
            hooks.append(part.register_forward_hook(hook(name)))
    return hooks


def _load_weights(model: Any, prefix: str, arrays: Mapping[str, Any]) -> None:
    with torch.no_grad():
        for name, parameter in model.named_parameters() if isinstance(model, nn.Module) else ():
            parameter.copy_(torch.tensor(arrays[f"{prefix}{name}"], dtype=parameter.dtype))


def _describe(model: Any) -> list[list[Any]]:
    parameters = model.named_parameters() if isinstance(model, nn.Module) else ()
    return [[name, list(parameter.shape)] for name, parameter in parameters if not _is_lazy(parameter)]


def _is_lazy(parameter: Any) -> bool:
    return isinstance(parameter, (nn.UninitializedParameter, nn.UninitializedBuffer))


def _set_up(model: Any, case: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Call a model once that makes its weights when it is first called, so that it has them."""
    if not isinstance(model, nn.Module) or case.get("inputs") is None:
        return
    weights = own_parameters(model)
    if not weights or any(map(_is_lazy, weights)):
        with torch.no_grad():
            _returned(model, case, arrays, [])


def _send(returned: Any, prefix: str, sent: dict[str, Any]) -> list[list[Any]]:
    paths = []
    for number, (path, tensor) in enumerate(flatten(returned)):
        sent[f"{prefix}{number}"] = array_of(tensor)
        paths.append([path, list(tensor.shape)])
    return paths


def _returned(
    model: Any, call: Mapping[str, Any], arrays: Mapping[str, Any], steps: list[dict[str, Any]]
) -> tuple[Any, Way]:
    """Return what the model returns, and the way in which its inputs were given: the first that it does not refuse."""
    first: Exception | None = None
    for way in ways(model, bool(call.get("cotangents"))):
        steps.clear()
        torch.set_default_dtype(way.dtype)  # new tensors in the code are of this type, too
        try:
            return _called(model, [way.inputs(names, arrays) for names in call["inputs"]], call.get("names", ())), way
        except Exception as error:
            first = first or error
        finally:
            torch.set_default_dtype(torch.float32)
    assert first is not None
    raise first


def _run_once(
    model: Any, call: Mapping[str, Any], arrays: Mapping[str, Any], key: str, sent: dict[str, Any]
) -> dict[str, Any]:
    """Make one forward call and, with a cotangent, return its gradients by input and by parameter."""
    steps: list[dict[str, Any]] = []
    hooks = _watch(model, steps) if call.get("trace") and isinstance(model, nn.Module) else []
    try:
        returned, way = _returned(model, call, arrays, steps)
    finally:
        for hook in hooks:
            hook.remove()
    outputs = _send(returned, f"{key}out", sent)
    result: dict[str, Any] = {
        "outputs": outputs,
        "type": type(returned).__name__[:200],
        "dtype": str(own_type(model)).removeprefix("torch."),
        "usual": way.usual and not isinstance(returned, (np.ndarray, np.number, float)),
        "layers": steps,
    }
    cotangents = call.get("cotangents", [])
    tensors = [tensor for _, tensor in flatten(returned)]
    if cotangents and [list(arrays[name].shape) for name in cotangents] == [list(t.shape) for t in tensors]:
        try:
            pairs = zip(tensors, cotangents, strict=True)
            loss = sum((t * torch.tensor(arrays[name], dtype=t.dtype)).sum() for t, name in pairs)
            wanted = way.leaves + own_parameters(model)
            if not way.gradients:
                raise RuntimeError("the inputs had to be given without gradients")
            gradients = torch.autograd.grad(loss, wanted, allow_unused=True)  # type: ignore[arg-type]
        except RuntimeError as error:
            result["gradient_error"] = str(error)[:MAX_ERROR]
        else:
            filled = tuple(torch.zeros_like(w) if g is None else g for g, w in zip(gradients, wanted, strict=True))
            result["gradients"] = len(_send(filled, f"{key}grad", sent))
    return result


def _call(arguments: Mapping[str, Any], arrays: Mapping[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Build the target per case, load weights, call it with each input; return shapes, layers and raw outputs."""
    cases = []
    with _Usual(), _Replaced(arguments.get("replace", {})):
        for number, case in enumerate(arguments["cases"]):
            torch.default_generator.manual_seed(arguments.get("seed", 0))
            model = _build(_find(arguments["target"]), case["init"])
            if arguments.get("eval", True) and isinstance(model, nn.Module):
                model.eval()
            _set_up(model, case, arrays)
            entry: dict[str, Any] = {"parameters": _describe(model), "module": isinstance(model, nn.Module)}
            entry["calls"] = []
            cases.append(entry)
            if case.get("weights"):
                _load_weights(model, case["weights"], arrays)
            for position, call in enumerate(case.get("calls", [])):
                key = f"case{number}.call{position}."
                entry["calls"].append(_run_once(model, call, arrays, key, sent))
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
    sent["probe"] = array_of(probe)
    sent["losses"] = np.array(losses)
    for position, parameter in enumerate(model.parameters()):
        sent[f"weight{position}"] = array_of(parameter)
    changed = [bool((old != new).any()) for old, new in zip(session["before"], model.parameters(), strict=True)]
    return {"trained": [[name, flag] for (name, _), flag in zip(model.named_parameters(), changed, strict=True)]}
