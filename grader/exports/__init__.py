"""Export results to other programs: each module of `formats/` is one format."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from grader.exports import formats
from grader.exports.export_format import Format


@cache
def export_formats() -> dict[str, Format]:
    """Return every format by its name: a module of `formats/` with a `FORMAT`."""
    found = {}
    for module in pkgutil.iter_modules(formats.__path__):
        made = getattr(importlib.import_module(f"{formats.__name__}.{module.name}"), "FORMAT", None)
        if isinstance(made, Format):
            found[made.name] = made
    return dict(sorted(found.items()))
