"""Call a course's own reference, a function or a class, with the values that a submission gets."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import importlib
import importlib.util
import inspect
import itertools
import random
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader.asking.given import at_path
from grader.asking.values import Held, Named, Opaque, Record, Seeded, Tensor, numbered
from grader.comparing.reference_outputs import ReferenceFault, blaming_reference

NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)?")


def mistake_in_name(reference: str) -> str:
    """Return what is wrong with the name of a reference, or nothing; it is not loaded."""
    return "" if NAME.fullmatch(reference) else f"reference must be module:name, found {reference!r}"


class Reference:
    """The module of a reference, by name or as a file beside the rubric, and the objects in it."""

    def __init__(self, name: str, folder: str = "") -> None:
        self._name, _, self.object_name = name.partition(":")
        self._folder = folder

    @property
    def module(self) -> ModuleType:
        """Return the module.

        Raises:
            ReferenceFault: it cannot be loaded.
        """
        with blaming_reference():
            if self.file:
                with self._beside():
                    return _loaded(self.file, Path(self.file).stat().st_mtime_ns)
            return importlib.import_module(self._name)

    @property
    def file(self) -> str:
        """Return the file of the module beside the rubric; empty for an installed module."""
        path = Path(self._folder, *self._name.split(".")).with_suffix(".py")
        return str(path) if self._folder and path.is_file() else ""

    def get(self, name: str = "") -> Any:
        """Return an object of the module; `Class.method` is the method.

        Raises:
            ReferenceFault: it is not there.
        """
        found: Any = self.module
        with blaming_reference():
            for part in (name or self.object_name).split("."):
                if not hasattr(found, part):
                    raise NameError(f"it has no '{part}'{_similar(part, found)}")
                found = getattr(found, part)
        return found

    def expect_form(self, built: bool) -> None:
        """Make sure that objects are `built` of a class, and that what is called without building is no class.

        Raises:
            ReferenceFault: it is otherwise, or not there.
        """
        first = self.object_name.partition(".")[0]
        is_class = isinstance(self.get(first), type)
        if built and not is_class:
            raise ReferenceFault(f"{first} is a function, and 'init' builds objects of a class; remove 'init'")
        if is_class and not built:
            raise ReferenceFault(f"{first} is a class; add 'init', with the inputs of its constructor")

    def call_function(self, name: str, given: Mapping[str, Any]) -> Any:
        """Return the typed value of a function of the module, called with typed values.

        Raises:
            ReferenceFault: it raised an exception.
        """
        return typed(self.call(self.get(name), given, {}))

    def call(self, target: Any, given: Mapping[str, Any], held: Mapping[str, Any]) -> Any:
        """Return what `target` returns, called as the worker calls a submission's.

        Raises:
            ReferenceFault: it raised an exception.
        """
        with blaming_reference():
            return self.call_real(target, {name: self.real(value, held) for name, value in given.items()})

    def call_real(self, target: Any, real: Mapping[str, Any]) -> Any:
        """Call `target` by keyword if it has parameters of these names, and otherwise in their order."""
        with self._beside():
            try:
                known = inspect.signature(getattr(target, "forward", target)).parameters
            except (TypeError, ValueError):
                return target(*real.values())
            by_place = any(one.kind is inspect.Parameter.POSITIONAL_ONLY for one in known.values())
            return target(**real) if set(real) <= set(known) and not by_place else target(*real.values())

    @contextmanager
    def _beside(self) -> Iterator[None]:
        """Let the reference import the course's files that stand beside it."""
        folders = [self._folder] if self._folder else []
        sys.path[:0] = folders
        try:
            yield
        finally:
            for folder in folders:
                sys.path.remove(folder)

    def real(self, value: Any, held: Mapping[str, Any]) -> Any:
        """Return a typed value as the object that it describes; arrays are copies."""
        import torch

        if isinstance(value, Tensor):
            return torch.tensor(value.array, dtype=getattr(torch, value.dtype), requires_grad=value.grad)
        if isinstance(value, np.ndarray):
            return value.copy()
        if isinstance(value, Mapping):
            return {key: self.real(part, held) for key, part in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self.real(part, held) for part in value)
        if isinstance(value, Record):
            return tuple(self.real(part, held) for _, part in value.fields)
        if isinstance(value, Held):
            return at_path(held[value.name], value.path)
        if isinstance(value, Named):
            found = Reference(value.name, self._folder).get()
            if value.given is None:
                return found
            return found(**{name: self.real(part, held) for name, part in value.given.items()})
        if isinstance(value, Seeded):
            return np.random.default_rng(value.seed) if value.numpy else torch.Generator().manual_seed(value.seed)
        return value


def _similar(name: str, owner: Any) -> str:
    """Return a question for a name that may be meant; empty if none is similar."""
    close = difflib.get_close_matches(name, [one for one in dir(owner) if not one.startswith("_")], 1)
    return f"; did you mean '{close[0]}'?" if close else ""


@lru_cache(maxsize=16)
def _loaded(path: str, _changed: int) -> ModuleType:
    """Return the module of a file, under a name of its own, as several rubrics may have a `solution.py`."""
    name = f"reference_{hashlib.sha256(path.encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # a dataclass in it looks for its module
    spec.loader.exec_module(module)
    return module


def seed_all(seed: int) -> None:
    """Seed the generators that the worker seeds, too."""
    import torch

    torch.default_generator.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)


@contextmanager
def usual_settings() -> Iterator[None]:
    """Leave torch's, NumPy's and Python's random state as it was."""
    import torch

    kept = np.random.get_state(), random.getstate()
    with torch.random.fork_rng(devices=[]):
        yield
    np.random.set_state(kept[0])
    random.setstate(kept[1])


def typed(value: Any) -> Any:
    """Return an object as a typed value, as the worker sends it."""
    import torch

    if isinstance(value, torch.Tensor):
        plain = value.detach().cpu()
        dtype = str(plain.dtype).removeprefix("torch.")
        return Tensor((plain.float() if plain.dtype == torch.bfloat16 else plain).numpy(), dtype, value.requires_grad)
    if isinstance(value, (np.number, np.bool_)):
        return value.item()
    if value is None or isinstance(value, (bool, int, float, complex, str, np.ndarray)):
        return value
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return Record(type(value).__name__, tuple((name, typed(getattr(value, name))) for name in value._fields))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = tuple((field.name, typed(getattr(value, field.name))) for field in dataclasses.fields(value))
        return Record(type(value).__name__, fields)
    if isinstance(value, Mapping):
        return {key: typed(part) for key, part in value.items()}
    if isinstance(value, (set, frozenset)):
        return Record("set", numbered([typed(part) for part in value]))
    if isinstance(value, (list, tuple)):
        return type(value)(map(typed, value)) if type(value) in (list, tuple) else tuple(map(typed, value))
    if isinstance(value, (Iterator, range)):
        return [typed(part) for part in itertools.islice(value, 4000)]
    return Opaque(type(value).__name__)
