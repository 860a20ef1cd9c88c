"""Draws beyond those of a rubric: other sizes, larger numbers, random masks, other parameters, both modes.

They decide whether a mutant that every check accepts computes the same as the solution. The rubric's own draws cannot:
a mask that is never false there hides that a mutant ignores masks.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from grader.checks import Check
from grader.checks.model_check import CallingCheck
from grader.checks.outputs import Outputs
from grader.comparing.reference_functions import Reference
from grader.comparing.reference_outputs import ReferenceFault

OTHER_SIZES = 6  # draws with other sizes
SCALE = 4  # of larger numbers
_GIVEN = ("init", "given")
_FILLED = ("positive", "ones", "zeros")  # words whose arrays have no number below zero
_KEPT = frozenset(
    ("normal", "uniform", "sorted", "ints", "bools", "one_hot", "choice", "array", "value", "list", "tuple", "dict")
)


def wide_draws(check: Check, folder: str, seed: int) -> list[Check]:
    """Return checks of the same target with other draws, each of which the reference can answer; none for some kinds.

    The draws are the same each time. `folder` is the rubric's.
    """
    if not isinstance(check, (Outputs, CallingCheck)):
        return []
    keys = check.model_dump(by_alias=True, exclude_unset=True) | {"needs": ()}
    found: list[Check] = []
    for number, changes in enumerate(_changes(check, keys, folder, seed)):
        try:
            draw = type(check).model_validate(
                {**keys, **changes, "id": f"{check.id}-{number}"}, context={"folder": folder}
            )
        except ValidationError:
            continue
        asks = getattr(draw, "mistake_in_reference", None)
        if not draw.mistake_in_keys() and (asks is None or not asks(seed)):
            found.append(draw)
    return found


def _changes(check: Check, keys: Mapping[str, Any], folder: str, seed: int) -> Iterator[dict[str, Any]]:
    sizes = [dict(one) for one in keys.get("sizes", ({},))]
    others = list(_other_sizes(sizes, seed))
    yield from ({"sizes": [one]} for one in others)
    if not isinstance(check, Outputs):
        return
    wider = {name: _wider(keys[name]) for name in (*_GIVEN, "then") if keys.get(name)}
    for one in (*sizes, *others):
        yield {**wider, "sizes": [one]}
    if check.init is not None:
        yield {"mode": "eval" if check.mode == "train" else "train", "sizes": sizes[:1]}
    if not check.helpers and check.library == "torch":
        yield {"gradients": True, "sizes": sizes[:1]}
    for name, parameters in _parameters(check, folder).items():
        for changed in _other_parameters(dict(keys.get(name) or {}), parameters):
            yield {name: changed, "sizes": sizes[:1]}


def _other_sizes(sizes: list[dict[str, int]], seed: int) -> Iterator[dict[str, int]]:
    chosen = random.Random(seed)  # noqa: S311 - the same sizes each time
    names = list(dict.fromkeys(name for one in sizes for name in one))
    most = {name: max(one.get(name, 1) for one in sizes) + 2 for name in names}
    for _ in range(OTHER_SIZES if names else 0):
        yield {name: chosen.randint(1, most[name]) for name in names}


def _wider(given: Any) -> Any:
    """Return an input with larger numbers where it is a list of sizes, and with random masks."""
    if isinstance(given, list):
        return {"normal": given, "scale": SCALE}
    if isinstance(given, tuple):
        return [_wider(one) for one in given]
    if not isinstance(given, Mapping):
        return given
    if "mask" in given and "shape" in given:
        return {**given, "mask": "random"}
    if given.get("chance") in (0, 1):
        return {name: value for name, value in given.items() if name != "chance"}
    if filled := [word for word in _FILLED if isinstance(given.get(word), list)]:
        return {"normal": given[filled[0]], "scale": SCALE}
    if _KEPT.isdisjoint(given):
        inner = {name: value for name, value in given.items() if isinstance(value, (list, Mapping))}
        return {**given, **{name: _wider(value) for name, value in inner.items()}}
    return given


def _parameters(check: Outputs, folder: str) -> dict[str, dict[str, Any]]:
    """Return the parameters of the target that have a default, for the constructor and for the call."""
    try:
        target = Reference(check.reference, folder).get()
    except ReferenceFault:
        return {}
    asked = {"given": target} if check.init is None else {"init": target, "given": getattr(target, "forward", None)}
    return {name: _with_default(function) for name, function in asked.items() if callable(function)}


def _with_default(function: Any) -> dict[str, Any]:
    try:
        known = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return {}
    return {one.name: one.default for one in known if one.default is not inspect.Parameter.empty}


def _other_parameters(given: dict[str, Any], parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the inputs without each that has a default, and with another value for each that is not given."""
    for name, default in parameters.items():
        if name in given:
            yield {key: value for key, value in given.items() if key != name}
        elif isinstance(default, bool):
            yield {**given, name: not default}
        elif isinstance(default, (int, float)):
            yield {**given, name: default * 2 + 1}
