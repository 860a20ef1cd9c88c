"""The texts of `reference/inside/`: classes and training recipes that run inside the sandbox. They are not imported."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from grader.model import Request


@cache
def inside_parts() -> tuple[str, ...]:
    """Return the source of each file, by name; none where the references are not installed."""
    spec = importlib.util.find_spec("reference")
    if spec is None or spec.origin is None:
        return ()
    folder = Path(spec.origin).parent / "inside"
    paths = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
    return tuple(path.read_text(encoding="utf-8") for path in paths)


def names_in_parts(table: str) -> frozenset[str]:
    """Return the keys of a table, `EQUIVALENTS` or `RECIPES`, in all files, read without loading torch."""
    return _names(table, inside_parts())


def mistake_in_replace(replace: Mapping[str, str]) -> str:
    """Return what is wrong with the classes that a rubric names as replacements, or nothing."""
    known = names_in_parts("EQUIVALENTS")
    if unknown := sorted(set(replace.values()) - known):
        return f"unknown part {', '.join(unknown)} in replace; known are {', '.join(sorted(known))}"
    return ""


def lacking_parts(request: Request, parts: Sequence[str]) -> list[str]:
    """Return the classes and recipes that a request names and that `parts` do not have."""
    classes = set(request.arguments.get("replace", {}).values())
    recipes = {request.arguments["recipe"]} if "recipe" in request.arguments else set()
    return sorted(classes - _names("EQUIVALENTS", tuple(parts)) | recipes - _names("RECIPES", tuple(parts)))


@cache
def _names(table: str, texts: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for text in texts:
        for node in ast.parse(text).body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == table:
                assert isinstance(node.value, ast.Dict)
                found |= {str(key.value) for key in node.value.keys if isinstance(key, ast.Constant)}
    return frozenset(found)
