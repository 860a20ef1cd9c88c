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
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

if TYPE_CHECKING:  # the files of the worker share their names (see `boundary/worker_module.py`)
    from grader.sandbox.child.exceptions import describe
    from grader.sandbox.child.session import run_session
    from grader.sandbox.child.steps import run_steps
    from grader.sandbox.child.values import DEVICE, OnCpu, Way, array_of, flatten, own_parameters, own_type, ways

MAX_STEPS = 400  # trace entries in one reply
MAX_ERROR = 2000  # characters of an error message


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


def _parameters(target: Any) -> Mapping[str, inspect.Parameter] | None:
    try:
        return inspect.signature(target).parameters
    except (TypeError, ValueError):
        return None


def _build(target: Any, init: Mapping[str, Any]) -> Any:
    """Call `target` by keyword if it has these parameters, otherwise by position."""
    known = _parameters(target)
    return target(**init) if known is None or set(init) <= set(known) else target(*init.values())


def _called(model: Any, given: Sequence[Any], names: Sequence[str]) -> Any:
    """Call `model` with inputs by position, or by name where it takes some of these names as keywords only."""
    known = _parameters(model.forward if isinstance(model, nn.Module) else model) or {}
    by_keyword = [name for name, parameter in known.items() if parameter.kind is inspect.Parameter.KEYWORD_ONLY]
    keywords = {name: value for name, value in zip(names, given) if name in by_keyword}  # noqa: B905
    rest = [value for name, value in zip(names, given) if name not in keywords] if keywords else list(given)  # noqa: B905
    if by_keyword and all(p.kind is not inspect.Parameter.VAR_POSITIONAL for p in known.values()):
        places = len(known) - len(by_keyword) - any(p.kind is inspect.Parameter.VAR_KEYWORD for p in known.values())
        others = [name for name in by_keyword if name not in keywords]  # of other names than the rubric's: by order
        keywords.update(zip(others, rest[places:]))  # noqa: B905
        rest = rest[:places] + rest[places + len(others) :]
    return model(*rest, **keywords)


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


_ACTIONS: dict[str, Callable[..., dict[str, Any]]] = {
    "call": _call,
    "train": _train,
    "steps": run_steps,
    "session": run_session,
}


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
        return {"status": "ok", "value": _done(action, arguments, arrays, sent)}, sent
    except Missing as error:
        return {"status": "missing", "message": str(error)}, {}
    except BaseException as error:
        return {"status": "raised", "raised": describe(error, _form(arguments.get("target", "")))}, {}


def _done(action: str, arguments: Any, arrays: Mapping[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Return the value of a reply; code that asks for a device that is not here gets the CPU on a second try."""
    try:
        return _ACTIONS[action](arguments, arrays, sent)
    except Exception as error:
        if isinstance(error, Missing) or not DEVICE.search(str(error)):
            raise
    sent.clear()
    with OnCpu():
        return _ACTIONS[action](arguments, arrays, sent)


def tell(folder: str, number: int) -> None:
    """Write the exception that the last cell raised as `reply-N.json` in `folder`."""
    with open(os.path.join(folder, f"reply-{number}.json"), "w", encoding="utf-8") as file:
        file.write(_dumps(describe(sys.last_value or RuntimeError())))


def _form(target: str) -> str:
    """Return what a target is where it is no class, such as `function`."""
    try:
        found = _find(target) if target else None
    except Missing:
        return ""
    return "" if found is None or isinstance(found, type) else type(found).__name__[:100]
