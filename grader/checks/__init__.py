"""The check kinds: one file each, found by being there."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from grader.checks.base import Check

__all__ = ["Check", "kinds"]


@cache
def kinds() -> dict[str, type[Check]]:
    """Return every check kind by the name that a rubric uses; a new file in this folder is a new kind."""
    found: dict[str, type[Check]] = {}
    for module in pkgutil.iter_modules(__path__):
        name = f"{__name__}.{module.name}"
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, type) and issubclass(value, Check) and value.__module__ == name:
                kind = value.model_fields["kind"].default
                if isinstance(kind, str):  # a base class of several kinds has none
                    found[kind] = value
    return dict(sorted(found.items()))
