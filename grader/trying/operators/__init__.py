"""Small changes that students make, one function each; modules of this folder are found by being in it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from grader.trying.operators.base import Operator, is_operator


@cache
def operators() -> Mapping[str, Operator]:
    """Return all operators by name, in the order of modules and names."""
    found: dict[str, Operator] = {}
    for module in sorted(entry.name for entry in pkgutil.iter_modules(__path__)):
        content = vars(importlib.import_module(f"{__name__}.{module}"))
        found |= {name: content[name] for name in sorted(content) if is_operator(content[name])}
    return found
