"""The texts of `reference/inside/`: classes and training recipes that run inside the sandbox. They are not imported."""

from __future__ import annotations

import ast
import importlib.util
from functools import cache
from pathlib import Path


@cache
def inside_parts() -> tuple[str, ...]:
    """Return the source of each file, by name; none where the references are not installed."""
    spec = importlib.util.find_spec("reference")
    if spec is None or spec.origin is None:
        return ()
    folder = Path(spec.origin).parent / "inside"
    paths = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
    return tuple(path.read_text(encoding="utf-8") for path in paths)


@cache
def names_in_parts(table: str) -> frozenset[str]:
    """Return the keys of a table, `EQUIVALENTS` or `RECIPES`, in all files, read without loading torch."""
    found: set[str] = set()
    for text in inside_parts():
        for node in ast.parse(text).body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == table:
                assert isinstance(node.value, ast.Dict)
                found |= {str(key.value) for key in node.value.keys if isinstance(key, ast.Constant)}
    return frozenset(found)
