"""Find what the submission defines, put equivalents in its place, and build and call it. A part of the worker.

Its source is executed in the names of the worker (see `boundary/worker_module.py`), so it imports nothing of `grader`.
"""

from __future__ import annotations

import inspect
import os
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn


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


def _form(target: str) -> str:
    """Return what a target is where it is no class, such as `function`."""
    try:
        found = _find(target) if target else None
    except Missing:
        return ""
    return "" if found is None or isinstance(found, type) else type(found).__name__[:100]
