"""Try whether this machine can run a definition and answer a request, before it takes a submission."""

from __future__ import annotations

import importlib
from functools import cache

from grader.model import Request
from grader.sandbox.boundary.absent_torch import is_installed
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.definitions_host import DefinitionsProcess
from grader.sandbox.limits import Limits

_SOURCE = "class Twice:\n    def __call__(self, x):\n        return 2 * x\n"
_REQUEST = Request("call", {"target": "Twice", "cases": []})


@cache
def why_no_request(level: Level) -> str:
    """Return why a request cannot be answered here, or an empty text if it can."""
    if is_installed():
        try:
            importlib.import_module("torch")
        except Exception as error:  # what a broken library raises is not known
            return f"torch cannot be loaded there ({type(error).__name__}: {error})"
    process = DefinitionsProcess(_SOURCE, Limits(level=level))
    try:
        [outcome] = process.ask([_REQUEST])
    finally:
        process.close()
    return (
        ""
        if outcome.status == "ok"
        else f"a trial request was not answered there ({outcome.status}: {outcome.message})"
    )
