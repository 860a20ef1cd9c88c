"""The kind `must_not_use`: what a class is built from, read off the syntax tree.

Equal outputs cannot tell an own LSTM from a wrapped `torch.nn.LSTM`; the source can.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, Seen, Verdict, failed, passed, waiting
from grader.model import Cell

_MAGIC = re.compile(r"(?m)^(\s*)([%!?].*)$")
_INDIRECT = {"eval", "exec", "__import__", "globals", "vars", "compile", "import_module"}


class MustNotUse(Check):
    """The class is written by hand and does not wrap a ready-made layer."""

    label: ClassVar[str] = "Written by hand"
    example: ClassVar[str] = (
        "{kind: must_not_use, target: LSTM, apart: [LSTMCell], names: [torch.nn.LSTM, torch.nn.LSTMCell]}"
    )
    kind: Literal["must_not_use"] = "must_not_use"
    target: str = Field(description="the class or function that is looked at, with everything of the hand-in it uses")
    names: list[str] = Field(min_length=1, description="what it must not use, as full names: torch.nn.LSTM")
    apart: list[str] = Field([], description="classes with a check of their own, which are not followed")

    def judge(self, seen: Seen) -> Verdict:
        """Follow the names that the target uses; a forbidden one fails, a hidden way to one waits."""
        code = _Code.read(seen.sources())
        if self.target not in code.defined:
            if code.unparsed:
                what = f"{self.target} was not found, and {', '.join(code.unparsed)} cannot be parsed."
                return waiting(what, "A person looks at the cell.")
            return failed(f"{self.target} is not defined in the hand-in.", f"Define a class named {self.target}.")
        doubts: list[str] = []
        for use in code.uses(self.target, set(self.apart)):
            if use.name in self.names:
                what = f"{use.origin} uses {use.name} (line {use.line}); {self.target} has to be written by hand."
                return failed(what, "Build it from torch.nn.Linear and tensor operations.")
            if use.name in _INDIRECT or use.name == "getattr":
                doubts.append(f"{use.origin} calls {use.name} (line {use.line})")
        if doubts:
            what = f"What {self.target} uses cannot be read off the code: {doubts[0]}."
            return waiting(what, "A person looks at the line.")
        short = ", ".join(name.rpartition(".")[2] for name in self.names)
        return passed(f"{self.target} uses none of {short}.")


@dataclass(frozen=True)
class _Use:
    name: str
    origin: str
    line: int


@dataclass
class _Code:
    """The top-level definitions of a hand-in (the last one of a name counts) and what its names stand for."""

    defined: dict[str, tuple[ast.stmt, str]] = field(default_factory=dict)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    unparsed: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, cells: Sequence[Cell]) -> _Code:
        code = cls()
        for cell in cells:
            try:
                tree = ast.parse(_MAGIC.sub(r"\1pass", cell.source))
            except (SyntaxError, ValueError, RecursionError):
                code.unparsed.append(cell.origin)
                continue
            for node in ast.walk(tree):
                code._imports(node)
            for node in tree.body:
                code._definition(node, cell.origin)
        return code

    def _definition(self, node: ast.stmt, origin: str) -> None:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            self.defined[node.name] = (node, origin)
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            for inner in node.body:
                self._definition(inner, origin)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self.defined[target.id] = (node, origin)

    def _imports(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for name in node.names:
                top = name.name if name.asname else name.name.partition(".")[0]
                self.aliases.setdefault(name.asname or top, set()).add(top)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                if name.name == "*":
                    self.stars.append(node.module)
                else:
                    self.aliases.setdefault(name.asname or name.name, set()).add(f"{node.module}.{name.name}")

    def uses(self, target: str, apart: set[str]) -> Iterator[_Use]:
        """Yield every full name used by `target` and by what it uses of the hand-in."""
        todo, done = [target], set(apart)
        while todo:
            name = todo.pop()
            if name in done or name not in self.defined:
                continue
            done.add(name)
            node, origin = self.defined[name]
            for inner in ast.walk(node):
                line = getattr(inner, "lineno", 0)
                for full in self._names(inner):
                    yield _Use(full, origin, line)
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
                    todo.append(inner.id)
                elif isinstance(inner, ast.Attribute):
                    todo.append(inner.attr)

    def _names(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, (ast.Name, ast.Attribute)):
            yield from self._dotted(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            yield from self._getattr(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            module = getattr(node, "module", None)
            yield from (f"{module}.{name.name}" if module else name.name for name in node.names)

    def _getattr(self, node: ast.Call) -> Iterator[str]:
        """`getattr(nn, "LSTM")` is `nn.LSTM`; with a computed name nobody can tell."""
        if len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            yield from (f"{base}.{node.args[1].value!s}" for base in self._dotted(node.args[0]))
        else:
            yield "getattr"

    def _dotted(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Attribute):
            yield from (f"{base}.{node.attr}" for base in self._dotted(node.value))
        elif isinstance(node, ast.Name):
            if node.id in self.aliases:
                yield from sorted(self.aliases[node.id])
            elif node.id in self.defined:
                yield f"the hand-in's {node.id}"
            else:
                yield node.id
                yield from (f"{module}.{node.id}" for module in self.stars)
