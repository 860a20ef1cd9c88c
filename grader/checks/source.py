"""A hand-in's source as definitions and what their names stand for; read, never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.model import Cell

_MAGIC = re.compile(r"(?m)^(\s*)([%!?].*)$")
_DEPTH = 5  # of names that stand for names
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True)
class Use:
    """A full name, such as `torch.nn.LSTM`, and where it stands."""

    name: str
    origin: str
    line: int


@dataclass
class Code:
    """The top-level definitions of cells and modules, the last of a name first, and what imported names stand for."""

    defined: dict[str, list[tuple[ast.stmt, str]]] = field(default_factory=dict)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    modules: set[str] = field(default_factory=set)
    patched: dict[str, str] = field(default_factory=dict)
    unparsed: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, cells: Sequence[Cell]) -> Code:
        """Read cells in the order of execution; those that do not parse are listed."""
        code = cls()
        code.modules = {cell.module.rpartition(".")[2] for cell in cells if cell.module}
        for cell in cells:
            try:
                tree = ast.parse(_MAGIC.sub(r"\1pass", cell.source))
            except (SyntaxError, ValueError, RecursionError):
                code.unparsed.append(cell.origin)
                continue
            for node in ast.walk(tree):
                code._imports(node)
            for statement in tree.body:
                code._definition(statement, cell.origin)
        return code

    def _definition(self, node: ast.stmt, origin: str) -> None:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            self.defined[node.name] = [(node, origin)]
            return
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for inner in ast.walk(target):
                    if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                        self.defined.setdefault(inner.id, []).insert(0, (node, origin))
                    elif isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
                        self.patched[inner.value.id] = origin
            return
        for name in ("body", "orelse", "finalbody"):
            for inner_statement in getattr(node, name, []):
                self._definition(inner_statement, origin)
        for handler in getattr(node, "handlers", []):
            for inner_statement in handler.body:
                self._definition(inner_statement, origin)

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

    def uses(self, target: str, apart: set[str]) -> Iterator[Use]:
        """Yield every full name used by `target` and by what it uses of the hand-in."""
        todo, done = [target], set(apart)
        while todo:
            name = todo.pop()
            if name in done or name not in self.defined:
                continue
            done.add(name)
            for node, origin in self.defined[name]:
                for inner in _outer_names(node):
                    line = getattr(inner, "lineno", 0)
                    for full in self.names(inner):
                        yield Use(full, origin, line)
                        base, _, last = full.rpartition(".")
                        if base.partition(".")[0] in self.modules or base.rpartition(".")[2] in self.modules:
                            todo.append(last)
                    if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
                        todo.append(inner.id)

    def names(self, node: ast.AST) -> Iterator[str]:
        """Yield the full names that one node means."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            yield from self._dotted(node, 0)
            if isinstance(node, ast.Attribute) and node.attr.startswith("__") and node.attr != "__init__":
                yield node.attr  # whatever it is asked of
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            yield from self._getattr(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            module = getattr(node, "module", None)
            yield from (f"{module}.{name.name}" if module else name.name for name in node.names)

    def _getattr(self, node: ast.Call) -> Iterator[str]:
        """`getattr(nn, "LSTM")` is `nn.LSTM`; with a computed name nobody can tell."""
        if len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            yield from (f"{base}.{node.args[1].value!s}" for base in self._dotted(node.args[0], 0))
        else:
            yield "getattr"

    def _dotted(self, node: ast.AST, depth: int) -> Iterator[str]:
        if depth > _DEPTH:
            return
        if isinstance(node, ast.Attribute):
            yield from (f"{base}.{node.attr}" for base in self._dotted(node.value, depth))
        elif isinstance(node, ast.Name):
            yield from sorted(self.aliases.get(node.id, ()))
            for statement, _ in self.defined.get(node.id, ()):  # `m = torch.nn` makes m.LSTM torch.nn.LSTM
                value = getattr(statement, "value", None)
                if isinstance(value, (ast.Name, ast.Attribute)):
                    yield from self._dotted(value, depth + 1)
            if node.id not in self.aliases and node.id not in self.defined:
                yield node.id if node.id != "getattr" else "getattr()"
                yield from (f"{module}.{node.id}" for module in self.stars)


def _outer_names(node: ast.AST, bound: frozenset[str] = frozenset()) -> Iterator[ast.AST]:
    """Walk a definition; names that a function binds itself are its own and are left out."""
    if isinstance(node, _Function):
        arguments = node.args
        own = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        own |= {a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None}
        stored = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        bound = bound | own | {n.id for n in stored}
    if isinstance(node, ast.Name) and node.id in bound:
        return
    if isinstance(node, ast.Attribute):
        base: ast.AST = node
        while isinstance(base, ast.Attribute):
            base = base.value
        if isinstance(base, ast.Name) and base.id in bound:
            return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outer_names(child, bound)
