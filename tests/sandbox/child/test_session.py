"""The child's side of a session: objects live from request to request, and a new process says that it has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.boundary.worker_module import worker
from tests.checks.answering_worker import HEAD, worker_namespace

SOURCE = """
class Net:
    def __init__(self): self.calls = 0
    def __call__(self, n):
        print("called")
        self.calls += n
        return self.calls
"""


@pytest.fixture(autouse=True)
def submission(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    exec(HEAD + SOURCE, worker_namespace(monkeypatch, tmp_path))


def ask(session: str, number: int, do: str, **operation: Any) -> dict[str, Any]:
    modes = {"gradients": True, "dtype": "float32"}
    arguments = {"session": session, "number": number, "do": do, "dropped": [], "changes": [], "random": {}}
    listed = [[name, value] for name, value in operation.items()]
    child: Any = worker()
    reply: dict[str, Any]
    reply, _ = child._reply("session", {**arguments, "operation": listed, "modes": modes}, {})
    return reply


def call(key: str, *args: Any) -> dict[str, Any]:
    return {
        "target": {"same": key},
        "args": {"tuple": list(args)},
        "kwargs": {"new": f"h{args}", "kind": "dict", "pairs": []},
    }


def test_an_object_lives_from_request_to_request() -> None:
    made = ask("one", 0, "get", name="Net")["value"]["result"]
    assert made["type"] == "type"
    net = ask("one", 1, "call", **call(made["object"]))["value"]["result"]
    assert net["type"] == "Net"
    assert ask("one", 2, "call", **call(net["object"], 2))["value"]["result"] == 2
    reply = ask("one", 3, "call", **call(net["object"], 3))["value"]
    assert (reply["result"], reply["printed"]) == (5, "called\n")


def test_a_process_without_the_objects_says_so() -> None:
    assert ask("two", 3, "get", name="Net")["value"] == {"gone": True}
    ask("two", 0, "get", name="Net")
    assert ask("two", 5, "get", name="Net")["value"] == {"gone": True}


def test_a_name_that_is_not_there_is_missing_and_an_exception_is_described() -> None:
    assert ask("three", 0, "get", name="Absent") == {"status": "missing", "message": "Absent"}
    made = ask("three", 1, "get", name="Net")["value"]["result"]
    raised = ask("three", 2, "call", **call(made["object"], 1))["value"]["raised"]
    assert (raised["type"], raised["origin"]) == ("TypeError", "call")
