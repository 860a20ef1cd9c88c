"""The worker's own code answers requests in this process, without a sandbox: for kinds that call a model."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.checks.base import Check, CheckContext
from grader.comparing.inside_parts import inside_parts
from grader.model import Outcome
from grader.model.evidence import request_key
from grader.model.verdict import Verdict
from grader.sandbox.boundary.worker_module import worker as load_worker
from grader.sandbox.host.reply_schema import raised_of
from tests.helpers import context

worker: Any = load_worker()
HEAD = "import torch\nfrom torch import nn\n"


def worker_namespace(monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, object]:
    """Return the namespace that the worker takes for the notebook's."""
    parts: dict[str, Any] = {}
    for text in inside_parts():
        exec(text, parts)
    monkeypatch.setattr(worker, "EQUIVALENTS", parts["EQUIVALENTS"])
    monkeypatch.chdir(folder)  # the worker takes modules below the working directory for the submission's
    module = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    return vars(module)


def reference_module(monkeypatch: pytest.MonkeyPatch, name: str, source: str) -> ModuleType:
    """Make a course's own module of references that can be imported as `name`."""
    module = ModuleType(name)
    exec(HEAD + source, vars(module))
    monkeypatch.setitem(sys.modules, name, module)
    return module


def answered(check: Check, namespace: dict[str, object], source: str, **given: Any) -> CheckContext:
    """Run `source`, answer all requests of `check`, and return the context with the replies."""
    exec(HEAD + source, namespace)
    outcomes: dict[str, Outcome] = {}
    state = context(**given)
    while asked := [request for request in check.ask(state) if request_key(request) not in outcomes]:
        for request in asked:
            reply, sent = worker._reply(request.action, request.arguments, request.arrays)
            if reply["status"] == "raised":
                outcomes[request_key(request)] = Outcome("raised", raised=raised_of(reply["raised"]))
                continue
            outcomes[request_key(request)] = Outcome(
                reply["status"], reply.get("value", {}), sent, reply.get("message", "")
            )
        state = context(outcomes=outcomes, **given)
    return state


def verdict_on(check: Check, namespace: dict[str, object], source: str, **given: Any) -> Verdict:
    """Return the verdict of `check` on `source`; `given` describes the submission, such as findings."""
    return check.judge(answered(check, namespace, source, **given))
