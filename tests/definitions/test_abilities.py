"""Nothing that a definition may name, up to four attributes deep, gives more than numbers."""

from __future__ import annotations

import functools
import importlib
import warnings
from collections import deque
from collections.abc import Iterator
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import Any

import pytest

from grader.definitions import abilities
from grader.definitions.abilities import does_more_than_compute
from grader.definitions.libraries import NEVER, ROOTS, Libraries

DEPTH = 4
MIN_WALKED = 20_000  # objects; fewer would mean that the walk does not walk
NEVER_MODULES = {name for modules in NEVER.values() for name in modules} - {"builtins"}
# Modules of others that a library shows as its own, whose objects compute.
OF_OTHERS = {"PIL", "contextlib", "cycler", "packaging", "pybind11_builtins", "reprlib", "textwrap", "unicodedata"}


def parts(found: Any) -> Iterator[tuple[str, Any]]:
    """The attributes of an object."""
    for name in dir(found):
        try:
            yield name, getattr(found, name)
        except Exception:  # an attribute that this machine does not offer
            continue


def walked() -> Iterator[tuple[str, Any]]:
    """Every object that the list lets through, by the shortest way to it."""
    ours = Libraries()
    depths: dict[int, int] = {}
    for root in (*sorted(ROOTS), "matplotlib.pyplot"):
        try:
            todo = deque([(root, importlib.import_module(root), root.count("."))])
        except ImportError:
            continue
        while todo:
            above, found, depth = todo.popleft()
            for name, part in parts(found):
                full = f"{above}.{name}"
                if not ours.is_allowed(full):
                    continue
                yield full, part
                if depth + 1 < DEPTH and depths.get(id(part), DEPTH) > depth + 1 and has_parts(part):
                    depths[id(part)] = depth + 1
                    todo.append((full, part, depth + 1))


def has_parts(found: Any) -> bool:
    return isinstance(found, (ModuleType, type)) or (not callable(found) and hasattr(found, "__dict__"))


def gives_more(found: Any) -> bool:
    """Whether an object is of a module that gives files, processes, frames or imports, or does such a thing itself."""
    if isinstance(found, ModuleType):
        return found.__name__.partition(".")[0] not in ROOTS
    module = getattr(found, "__module__", None)
    top = module.partition(".")[0] if isinstance(module, str) else ""
    if top in NEVER_MODULES or isinstance(found, (FrameType, CodeType, TracebackType)):
        return True
    made = top.startswith(("_", "namedtuple_"))  # scipy makes the methods of its results in modules without a file
    foreign = top and not made and top not in ROOTS | OF_OTHERS
    return bool(foreign) or does_more_than_compute(found)


@pytest.mark.slow
def test_no_chain_of_attributes_leads_to_more_than_numbers() -> None:
    count, more = 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for full, found in walked():
            count += 1
            more += [full] if gives_more(found) else []
    assert more == []
    assert count > MIN_WALKED


def of_a_library(text: str) -> Any:
    return eval(text)


def plain(value: float) -> float:
    return abs(value)


@functools.wraps(of_a_library)
def wrapped(text: str) -> Any:
    return text


class Opens:
    def __init__(self, path: str) -> None:
        with open(path, encoding="utf-8") as file:
            self.text = file.read()

    def computes(self) -> int:
        return len(self.text)


def outer(text: str) -> Any:
    def inner() -> Any:
        return __import__(text)

    return inner()


@pytest.mark.parametrize(
    "found",
    [
        of_a_library,
        Opens,
        outer,
        functools.lru_cache(of_a_library),
        wrapped,
        of_a_library.__code__,
    ],
)
def test_what_does_more_is_known_by_its_code(found: Any) -> None:
    assert does_more_than_compute(found)


@pytest.mark.parametrize("found", [plain, Opens.computes, 3, None, int, functools.partial(plain)])
def test_what_computes_is_let_through(found: Any) -> None:
    assert not does_more_than_compute(found)


def test_each_harmless_function_is_there_and_would_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abilities, "HARMLESS", frozenset())
    found = {name for full, part in walked_harmless() for name in [full] if does_more_than_compute(part)}
    assert found == HARMLESS


HARMLESS = abilities.HARMLESS


def walked_harmless() -> Iterator[tuple[str, Any]]:
    for full in HARMLESS:
        module, _, rest = full.rpartition(".")
        while module:
            try:
                found: Any = importlib.import_module(module)
            except ImportError:
                module, _, before = module.rpartition(".")
                rest = f"{before}.{rest}"
                continue
            yield full, functools.reduce(getattr, rest.split("."), found)
            break
