"""What the end of a test proves: a wrong value, an exception of the submission, or nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import FrameType, FunctionType, ModuleType, TracebackType
from typing import Any, Literal

from grader.own_tests.asker import Asker
from grader.own_tests.proxies import is_proxy
from grader.own_tests.trouble import NOWHERE, Place

Result = Literal["passed", "failed", "raised", "ended", "used up", "unsupported", "skipped"]
MAX_MESSAGE = 600
MAX_SEARCHED = 20_000  # parts of a value
MAX_NESTED = 4  # of parts in parts
# Exceptions that a value of the wrong kind causes. Others, such as a file that is not there, say nothing about a value.
OF_VALUES = (TypeError, AttributeError, ValueError, LookupError, ArithmeticError, RuntimeError, StopIteration)
_WORST: tuple[Result, ...] = ("ended", "used up", "unsupported", "skipped", "raised", "failed", "passed")


@dataclass
class TestResult:
    """The result of a test: what it proves, where and why it failed, and its operations without a usual result."""

    __test__ = False
    name: str
    points: str = ""
    hint: str = ""
    hidden: bool = False
    shows: str = ""
    said: str = ""  # the words of the course's own in a failure, without values
    result: Result = "passed"
    message: str = ""
    file: str = ""
    line: int = 0
    operations: list[int] = field(default_factory=list)
    restarted: bool = False
    inside: bool = False  # it runs in the process of the submission, and not here

    def add(self, result: Result, message: str = "", place: Place = NOWHERE) -> None:
        """Add the result of one phase; the one that proves least counts."""
        if _WORST.index(result) < _WORST.index(self.result):
            same = re.sub(r" at 0x[0-9a-f]+", "", message)  # in each run
            self.result, self.message, (self.file, self.line) = result, same[:MAX_MESSAGE], place


def classify(error: BaseException, failures: tuple[type[BaseException], ...], asker: Asker) -> tuple[Result, str]:
    """Return what an exception that ended a test proves, and the message.

    `failures` are the types with which a test says that it failed. Any other exception proves that a value is wrong
    only if no object of the submission was handed to the code that raised it.
    """
    if getattr(error, "grader_operation", None) is not None:
        if getattr(error, "grader_exact", False):
            return "raised", f"{type(error).__name__}: {error}"
        return "unsupported", f"the submission raised an exception of its own type ({error})"
    if isinstance(error, failures):
        return "failed", str(error) or type(error).__name__
    if not isinstance(error, OF_VALUES) or type(error).__module__.partition(".")[0] in ("hypothesis", "_pytest"):
        return "unsupported", f"{type(error).__name__}: {error}"
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        return "unsupported", f"{type(error).__name__}: {error}"  # another version of a library
    if error.__traceback__ is None or _handed_over(error.__traceback__, asker):
        return "unsupported", f"an object of the submission is used in a way that is not passed on ({error})"
    return "failed", f"{type(error).__name__}: {error}"


def own_words(error: BaseException, failures: tuple[type[BaseException], ...], asker: Asker) -> str:
    """Return what the course's own line says about a failure, without the values that pytest adds to it."""
    traces = list(_traces(error.__traceback__))
    at_line = bool(traces) and (asker.in_tests(traces[-1].tb_frame) or type(error) is not AssertionError)
    if not isinstance(error, failures) or not at_line:
        return ""
    words = str(error)
    return "" if words.startswith("assert ") else words.partition("\nassert ")[0][:MAX_MESSAGE]


def place_of(error: BaseException, asker: Asker) -> Place:
    """Return the last line of the course's files that led to an exception."""
    own = [trace for trace in _traces(error.__traceback__) if asker.in_tests(trace.tb_frame)]
    return (asker.name_of(own[-1].tb_frame), own[-1].tb_lineno) if own else NOWHERE


def _traces(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _handed_over(trace: TracebackType, asker: Asker) -> bool:
    """Return whether an object of the submission was at hand where the exception was raised."""
    traces = list(_traces(trace))
    own = [number for number, one in enumerate(traces) if asker.in_tests(one.tb_frame)]
    if not own:
        return True
    last = traces[own[-1]]
    if any(holds_proxy(value) for one in traces[own[-1] + 1 :] for value in list(one.tb_frame.f_locals.values())):
        return True
    if asker.objects_at == ((asker.name_of(last.tb_frame), last.tb_lineno), asker.operations):
        return True
    return any(holds_proxy(value) for value in _handed_values(last))


def holds_proxy(value: Any) -> bool:
    """Return whether a value is an object of the submission, or holds one in its parts or attributes.

    Of a value with too many parts it is not known, so that it counts as one that does.
    """
    left, seen = [(value, 0)], set()
    while left:
        one, depth = left.pop()
        if is_proxy(one):
            return True
        if id(one) in seen or depth > MAX_NESTED or isinstance(one, (ModuleType, type, FunctionType)):
            continue
        seen.add(id(one))
        parts = list(one) if isinstance(one, (list, tuple, set, frozenset)) else []
        parts += [*one, *one.values()] if isinstance(one, dict) else []
        parts += vars(one).values() if hasattr(one, "__dict__") else []
        if len(seen) + len(parts) > MAX_SEARCHED:
            return True
        left += [(part, depth + 1) for part in parts]
    return False


def _handed_values(trace: TracebackType) -> Iterator[Any]:
    """Yield the values in the failing statement that stand by themselves: not called, and not the base of a part.

    Of `self.models[0]` it is that part, and all of `self` where the part is not to be had without running anything.
    """
    tree = _parsed(trace.tb_frame.f_code.co_filename)
    line = trace.tb_lineno
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and _holds(node, line)]
    if not statements:
        return
    statement = min(statements, key=lambda node: (node.end_lineno or node.lineno) - node.lineno)
    bases = {id(_base(node)) for node in ast.walk(statement)}
    for node in ast.walk(statement):
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and id(node) not in bases:
            yield _value(node, trace.tb_frame)


def _value(node: ast.AST, frame: FrameType) -> Any:
    """Return the value of a name, or of a part that is found without running anything; otherwise that of its base.

    A part of an object of the submission was asked for there, so it is no object that was handed over.
    """
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id))
    if not isinstance(node, (ast.Attribute, ast.Subscript)):
        return None
    base = _value(node.value, frame)
    if is_proxy(base):
        return None
    if isinstance(node, ast.Attribute):
        return vars(base).get(node.attr, base) if hasattr(base, "__dict__") else base
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if type(base) in (list, tuple) and type(key) is int and -len(base) <= key < len(base):
        return base[key]
    return base.get(key, base) if type(base) is dict and isinstance(key, str) else base


def _holds(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _base(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Call):
        return node.func
    return node.value if isinstance(node, (ast.Attribute, ast.Subscript)) else None


@lru_cache(maxsize=16)
def _parsed(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text(encoding="utf-8"))
