"""The export formats: one module each, found by being in this folder."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from grader.exports.export_format import Format


@cache
def formats() -> dict[str, Format]:
    """Return every format by its name: a module of this package with a `FORMAT`."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        made = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FORMAT", None)
        if isinstance(made, Format):
            found[made.name] = made
    return dict(sorted(found.items()))
