"""A check for each function and class that was called, as the keys of a rubric; or the reason why there is none."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.starting.observed_calls import ObservedCall

FLOATS = ("float16", "float32", "float64", "bfloat16")


class NoInput(Exception):
    """A value that the rubric cannot describe."""


@dataclass(frozen=True)
class Written:
    """The keys of one check; none where `why` says what is missing."""

    target: str
    keys: Mapping[str, Any]
    why: str = ""


def written_checks(source: str, calls: Mapping[str, Sequence[ObservedCall]]) -> Iterator[Written]:
    """Yield a check for each public function and class at the top of `source`, in its order."""
    for node in ast.parse(source).body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
            continue
        try:
            keys = _of_class(node, calls) if isinstance(node, ast.ClassDef) else _of_function(node.name, calls)
        except NoInput as missing:
            yield Written(node.name, {}, str(missing))
        else:
            yield Written(node.name, {"kind": "outputs", "points": 1, "target": node.name, **keys})


def _of_function(name: str, calls: Mapping[str, Sequence[ObservedCall]]) -> dict[str, Any]:
    given = _first(name, calls)
    keys: dict[str, Any] = {"reference": f"reference:{name}"}
    return keys | _library(given) | {"given": {key: _input(value) for key, value in given.items()}}


def _of_class(node: ast.ClassDef, calls: Mapping[str, Sequence[ObservedCall]]) -> dict[str, Any]:
    method = next((one for one in ("forward", "__call__") if f"{node.name}.{one}" in calls), "")
    if not method:
        raise NoInput("no object of it was called while the solution ran")
    init = _first(f"{node.name}.__init__", calls) if f"{node.name}.__init__" in calls else {}
    given = _first(f"{node.name}.{method}", calls)
    return {
        "reference": f"reference:{node.name}",
        **_library(given),
        "init": {key: _input(value) for key, value in init.items()},
        "given": {key: _input(value) for key, value in given.items()},
    }


def _first(name: str, calls: Mapping[str, Sequence[ObservedCall]]) -> dict[str, Any]:
    if name not in calls:
        raise NoInput("it was not called while the solution ran")
    call = calls[name][0]
    if call.more:
        raise NoInput("it takes any number of inputs")
    return {key: value for key, value in call.given.items() if key != "self"}


def _library(given: Mapping[str, Any]) -> dict[str, str]:
    return {"as": "numpy"} if any(_holds_numpy(value) for value in given.values()) else {}


def _holds_numpy(value: Mapping[str, Any]) -> bool:
    parts = value.get("parts", ())
    inner = parts.values() if isinstance(parts, Mapping) else parts
    return value["is"] == "numpy" or any(_holds_numpy(part) for part in inner)


def _input(value: Mapping[str, Any]) -> Any:
    """Return the description of an input like the one that was observed.

    >>> _input({"is": "torch", "shape": [2, 3], "dtype": "int64", "from": 0.0, "to": 4.0})
    {'ints': [2, 3], 'from': 0, 'below': 5}
    >>> _input({"is": "value", "value": "mean"})
    {'value': 'mean'}
    """
    kind = value["is"]
    if kind == "value":
        return {"value": value["value"]} if isinstance(value["value"], str) else value["value"]
    if kind in ("list", "tuple"):
        return {kind: [_input(part) for part in value["parts"]]}
    if kind == "dict":
        return {"dict": {key: _input(part) for key, part in value["parts"].items()}}
    if kind in ("torch", "numpy"):
        return _array(value["shape"], value["dtype"], value["from"], value["to"])
    raise NoInput(f"an input is a {value['name']}, which a rubric cannot describe")


def _array(shape: list[int], dtype: str, least: float, most: float) -> Any:
    if dtype == "bool":
        return {"bools": shape}
    if dtype in FLOATS:
        own = {} if dtype in ("float32", "float64") else {"dtype": dtype}
        if least > 0:
            return {"positive": shape, **own}
        return {"uniform": shape, **own} if least == 0 and most <= 1 else {"normal": shape, **own} if own else shape
    if dtype.startswith(("int", "uint")):
        return {"ints": shape, "from": int(least), "below": int(most) + 1}
    raise NoInput(f"an input has numbers of the type {dtype}")
