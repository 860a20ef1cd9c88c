"""The names of a submission that a file of tests uses, read from its imports. The file is parsed and never run."""

from __future__ import annotations

import ast
import importlib.metadata
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache


class BadTests(Exception):
    """A file of tests whose use of the submission cannot be read. The text of the error says why."""


@dataclass
class TestedNames:
    """The modules of the submission that a file imports, and the names in them that it uses."""

    __test__ = False
    modules: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@cache
def installed_modules() -> frozenset[str]:
    """Return the names of all modules that are installed or part of Python, without importing any."""
    return frozenset(importlib.metadata.packages_distributions()) | sys.stdlib_module_names


def names_in_tests(
    source: str, modules: Sequence[str] | None = None, helpers: Collection[str] = frozenset(), inside: bool = False
) -> TestedNames:
    """Return the modules and names of the submission; `modules` are the modules, if they are known.

    Otherwise a module belongs to the submission if it is not installed. `helpers` are modules of the tests themselves.
    With `inside`, or where a test has that decorator, a module may be a value: in the submission's process it is one.

    Raises:
        BadTests: the file does not parse, or what it imports is not clear.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadTests(f"it cannot be parsed: {error}") from None
    reading = _Reading(tree, modules, helpers, inside or "mark.inside" in {_last_two(name) for name in _dotted(tree)})
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            reading.from_module(node)
        elif isinstance(node, ast.Import):
            for entry in node.names:
                reading.module(entry, node.lineno)
    found = reading.found
    return TestedNames(list(dict.fromkeys(found.modules)), list(dict.fromkeys(found.names)))


class _Reading:
    def __init__(self, tree: ast.Module, modules: Sequence[str] | None, helpers: Collection[str], values: bool) -> None:
        self._known, self._helpers, self._values = modules, helpers, values
        self._dotted = list(_dotted(tree))
        self._bare = _bare_names(tree)
        self.found = TestedNames()

    def _is_own(self, module: str, line: int) -> bool:
        top = module.partition(".")[0]
        if top in self._helpers:
            return False
        if self._known is None:
            return top not in installed_modules()
        if module in self._known or any(name.startswith(f"{module}.") for name in self._known):
            return True
        if top not in installed_modules():
            raise BadTests(f"line {line} imports {module}, which is not installed and not in 'modules'")
        return False

    def module(self, entry: ast.alias, line: int) -> None:
        """Read `import module` or `import module as name`."""
        if self._is_own(entry.name, line):
            self.found.modules.append(entry.name)
            self._uses(entry.asname or entry.name)

    def _uses(self, base: str) -> None:
        """Note the names that are taken from a module, which is called `base` in the file."""
        if base in self._bare and not self._values:
            raise BadTests(f"the module {base} is used as a value")
        for dotted in self._dotted:
            if dotted.startswith(f"{base}.") and dotted not in self.found.modules:
                name = dotted.removeprefix(f"{base}.").partition(".")[0]
                if not any(f"{base}.{name}" == known or known.startswith(f"{base}.{name}.") for known in self._all()):
                    self.found.names.append(name)

    def _all(self) -> Sequence[str]:
        return [*self.found.modules, *(self._known or ())]

    def from_module(self, node: ast.ImportFrom) -> None:
        """Read `from module import name`."""
        module = node.module or ""
        if not self._is_own(module, node.lineno):
            return
        self.found.modules.append(module)
        for entry in node.names:
            if entry.name == "*":
                raise BadTests(f"line {node.lineno} imports all names of {module}; name those that are needed")
            part, name = f"{module}.{entry.name}", entry.asname or entry.name
            if self._known is not None and part in self._known:
                self.found.modules.append(part)
                self._uses(name)
            elif self._known is None and entry.name.islower() and name not in self._bare and self._is_base(name):
                raise BadTests(f"line {node.lineno}: list in 'modules' which of {module} and {part} are modules")
            else:
                self.found.names.append(entry.name)

    def _is_base(self, name: str) -> bool:
        return any(dotted.startswith(f"{name}.") for dotted in self._dotted)


def _last_two(dotted: str) -> str:
    return ".".join(dotted.split(".")[-2:])


def _dotted(tree: ast.Module) -> Iterator[str]:
    """Yield every dotted name, such as `models.LSTM.forward`, and its beginnings."""
    for node in ast.walk(tree):
        parts: list[str] = []
        part: ast.AST = node
        while isinstance(part, ast.Attribute):
            parts.append(part.attr)
            part = part.value
        if parts and isinstance(part, ast.Name):
            yield ".".join([part.id, *reversed(parts)])


def _bare_names(tree: ast.Module) -> frozenset[str]:
    """Return the names that are used without an attribute."""
    bases = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in bases)
