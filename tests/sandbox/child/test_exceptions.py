"""An exception as data: whose line it is, what it names, and the lines of the student's own that led to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.boundary.worker_module import worker
from grader.sandbox.child.exceptions import MAX_FRAMES, describe


def raised(code: str, names: dict[str, Any] | None = None, file: str = "/student/a.py") -> dict[str, Any]:
    try:
        exec(compile(code, file, "exec"), {} if names is None else names)
    except Exception as error:
        return describe(error.with_traceback(getattr(error.__traceback__, "tb_next", None)))  # without this test's line
    raise AssertionError("nothing was raised")


def test_what_it_is_and_what_it_names() -> None:
    found = raised("import no_such_module")
    assert (found["type"], found["name"], found["origin"]) == ("ModuleNotFoundError", "no_such_module", "student")
    assert found["bases"] == ["ImportError", "Exception", "BaseException"]
    gone = raised("open('/no/such/file')")
    assert (gone["name"], gone["errno"]) == ("/no/such/file", 2)


def test_the_lines_of_the_students_own_without_those_of_libraries() -> None:
    found = raised("import json\ndef read(text):\n    return json.loads(text)\nread('{')\n")
    assert found["frames"] == [["/student/a.py", 4, "<module>"], ["/student/a.py", 3, "read"]]
    assert found["origin"] == "student"


def test_a_deep_recursion_is_bounded() -> None:
    found = raised("def f():\n    f()\nf()")
    assert (found["type"], len(found["frames"])) == ("RecursionError", MAX_FRAMES)


def test_a_syntax_error_has_its_line() -> None:
    found = raised("x = 1\nprint 'done'")
    assert (found["type"], found["origin"], found["frames"][-1]) == ("SyntaxError", "student", ["/student/a.py", 2, ""])


def test_an_error_that_cannot_be_shown_is_described_without_words() -> None:
    code = "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\nraise Odd"
    assert raised(code)["message"] == ""


def test_earlier_exceptions_are_described_and_hidden_ones_are_not() -> None:
    code = "try:\n    import no_such_module\nexcept ImportError as error:\n    raise ValueError('sorry') from {}"
    assert raised(code.format("error"))["chain"] == [["ModuleNotFoundError", "No module named 'no_such_module'"]]
    assert raised(code.format("None"))["chain"] == []


@pytest.mark.parametrize(
    ("source", "action", "origin"),
    [
        ("class M:\n    def __init__(self): raise ValueError", "call", "student"),
        ("class M:\n    def __init__(self, a, b): pass", "call", "call"),
        ("class M:\n    def __init__(self): pass\n    def __call__(self, x): raise ValueError", "call", "student"),
        ("class M:\n    def __init__(self): pass", "call", "call"),
        ("class M:\n    def __init__(self): pass", "no such action", "grader"),
    ],
    ids=["in the constructor", "another signature", "in the call", "not callable", "ours"],
)
def test_whose_line_it_is(
    source: str, action: str, origin: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours: Any = worker()
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, "/student/a.py", "exec"), namespace)
    monkeypatch.setattr(ours, "_find", namespace.__getitem__)
    arguments = {"target": "M", "cases": [{"init": {}, "calls": [{"inputs": ["x"]}]}]}
    reply, _ = ours._reply(action, arguments, {"x": [1.0]})
    assert (reply["status"], reply["raised"]["origin"]) == ("raised", origin)
