"""The top-level names of cells and modules with the statements that bind them, in order. Read, never run."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from grader.definitions.annotations import without_annotations
from grader.definitions.bound_names import (
    bound_names,
    certainly_bound,
    global_names,
    local_names,
    names_again_in_classes,
    targets_of,
)
from grader.definitions.libraries import Libraries
from grader.model import NOTHING, Cell, Message, Place, Submission, say
from grader.syntax import cell_magic, parse_cell, tokens_in
from grader.text import decode

MAX_TOKENS = 300_000  # words and signs of all code of a submission, whose trees are kept


class Doubt(Exception):
    """A part of the source that static analysis cannot follow: a clause with the reason, and the place."""

    def __init__(self, why: Message, place: Place | None = None) -> None:
        words = place.in_words() if place is not None else NOTHING
        self.reason = say("{why} ({place})", why=why, place=words) if words else why
        self.place = place
        super().__init__(str(self.reason))


@dataclass(eq=False)
class Binding:
    """A statement that binds a name or changes what it is bound to; `uses` are the global names in it."""

    node: ast.stmt
    place: Place  # the cell or the file
    module: str  # the module that it is part of; empty in a notebook
    uses: tuple[str, ...] = ()
    local: frozenset[str] = frozenset()  # the names in it that certainly refer to something of its own
    readable: bool = True
    text: str = ""  # the statement as source, once all cells are known


@dataclass(frozen=True)
class Import:
    """The object that an imported name refers to: `import module as name`, or `from module import what as name`."""

    module: str
    what: str = ""
    imported_by: str = ""  # the module with the import statement; empty in a notebook

    @property
    def full(self) -> str:
        """Return the full name, such as `torch.nn.Linear`."""
        return f"{self.module}.{self.what}" if self.what else self.module

    def text(self, name: str) -> str:
        """Return the statement that binds `name` so."""
        if self.what:
            return f"from {self.module} import {self.what} as {name}"
        return f"import {self.module} as {name}" if name != self.module else f"import {name}"


@dataclass
class Bindings:
    """The names of all cells and modules in one namespace; `double` has those that two places bind differently."""

    bound: dict[str, list[Binding]] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    own_modules: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)  # from model import LSTM as L
    own_aliases: set[str] = field(default_factory=set)  # import model, import model as m
    relative: bool = False  # something is imported from a place relative to a module
    double: dict[str, Doubt] = field(default_factory=dict)  # with the reason
    unparsed: list[Place] = field(default_factory=list)
    doubts: dict[Binding, Doubt | None] = field(default_factory=dict)  # of the statements that were checked
    libraries: Libraries = field(default_factory=Libraries)

    def full_name(self, node: ast.AST, local: frozenset[str] = frozenset()) -> str:
        """Return the full name of a dotted expression, if it begins with an imported name; otherwise empty.

        `local` are the names that mean something else in the statement that the expression is part of.
        """
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.imports or node.id in local:
            return ""
        return ".".join([self.imports[node.id].full, *reversed(parts)])

    @classmethod
    def read(cls, cells: Sequence[Cell], allowed: frozenset[str] = frozenset()) -> Bindings:
        """Read modules and cells in the order of execution; a part that does not parse is left out.

        `allowed` are the packages that the course allows besides the grader's list.
        """
        found = cls(libraries=Libraries(allowed))
        cells = list(_with_written_modules(cells))
        found.own_modules = {part for cell in cells if cell.module for part in cell.module.split(".")}
        left = MAX_TOKENS  # a part beyond it is left out too
        for cell in cells:
            left -= tokens_in(cell.source)
            if left < 0:
                found.unparsed.append(cell.place)
                continue
            try:
                for statement in parse_cell(cell.source).body:
                    found._statement(statement, cell)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                found.unparsed.append(cell.place)
        for binding in {id(b): b for several in found.bound.values() for b in several}.values():
            found._finish(binding)
        return found

    def of(self, name: str) -> list[Binding]:
        """Return the statements that give `name` its final value."""
        return self.bound.get(name, [])

    def _statement(self, node: ast.stmt, cell: Cell) -> None:
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Import, ast.ImportFrom)):
                self._import(inner, cell)
        if self._is_alias(node, cell):
            return
        names = dict.fromkeys(bound_names(node))
        certainly = certainly_bound(node)
        binding = Binding(node, cell.place, cell.module)
        for name in names:
            certain = name in certainly
            if name in self.imports and not certain:
                continue  # a patch of a library is no definition; the definitions process runs without it
            before = self.bound.get(name, [])
            if before and before[-1].module != cell.module and ast.dump(before[-1].node) != ast.dump(node):
                self.double[name] = _defined_twice(name, before[-1].place, cell.place)
            self.bound[name] = [binding] if certain else [*before, binding]
            if certain and name in self.imports:
                if self.imports[name].imported_by != cell.module:
                    self.double[name] = _imported_and_defined(name, cell.place)
                del self.imports[name]

    def _is_alias(self, node: ast.stmt, cell: Cell) -> bool:
        """Return whether a statement is an import under another name, such as `F = torch.nn.functional`."""
        targets = targets_of(node)
        if len(targets) != 1 or not isinstance(targets[0], ast.Name):
            return False
        value = getattr(node, "value", None) or node
        base = getattr(value, "value", None)
        own = isinstance(base, ast.Name) and base.id in self.own_aliases
        if own and getattr(value, "attr", "") == targets[0].id:  # LSTM = model.LSTM, where all is in one namespace
            return True
        full = self.full_name(value)
        module, _, what = full.rpartition(".")
        if module:
            self._bind(targets[0].id, Import(module, what, cell.module), cell.place)
        return bool(module)

    def _bind(self, name: str, new: Import, place: Place) -> None:
        old = self.imports.get(name)
        if old is not None and old.full != new.full:
            self.double[name] = _imported_twice(name, old, new, place)
        if name in self.bound:
            self.double[name] = _imported_and_defined(name, place)
        self.imports[name] = new

    def _import(self, node: ast.Import | ast.ImportFrom, cell: Cell) -> None:
        own = self._is_own(node)
        for entry in node.names:
            name = entry.asname or entry.name
            top = name.partition(".")[0]
            if isinstance(node, ast.Import):
                if entry.name.partition(".")[0] in self.own_modules:
                    self.own_aliases.add(top)
                else:
                    self._bind(top, Import(entry.name if entry.asname else top, "", cell.module), cell.place)
            elif own and entry.name in self.own_modules:
                self.own_aliases.add(name)
            elif own and name != entry.name:
                self.renamed[name] = entry.name
            elif entry.name == "*" and not own:
                self.stars.append(node.module or "")
            elif not own:
                self._bind(name, Import(node.module or "", entry.name, cell.module), cell.place)

    def _is_own(self, node: ast.Import | ast.ImportFrom) -> bool:
        if isinstance(node, ast.Import):
            return False
        self.relative |= node.level > 0
        return node.level > 0 or (node.module or "").partition(".")[0] in self.own_modules

    def _flattened(self, node: ast.stmt) -> ast.stmt:
        """Return `node` with `model.LSTM` as `LSTM` and without imports of own modules, for a single namespace."""
        flat: ast.stmt = _Flat(self).visit(node)
        return ast.fix_missing_locations(flat)

    def _finish(self, binding: Binding) -> None:
        """Bring a statement into the one namespace, once all cells are known, and note the names that it uses."""
        try:
            if self.own_modules or self.relative:
                binding.node = self._flattened(binding.node)
            binding.node = without_annotations(binding.node)
            binding.text = ast.unparse(binding.node)
            binding.local = local_names(binding.node, binding.text)
            again = (
                name for name in names_again_in_classes(binding.text) if name in self.bound or name in self.imports
            )
            binding.uses = tuple(dict.fromkeys([*global_names(binding.text), *again]))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            binding.readable = False


class _Flat(ast.NodeTransformer):
    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        own = self.bindings.own_aliases
        if isinstance(node.value, ast.Name) and node.value.id in own and node.attr not in self.bindings.own_modules:
            return ast.copy_location(ast.Name(node.attr, node.ctx), node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Name(self.bindings.renamed.get(node.id, node.id), node.ctx), node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        return ast.copy_location(ast.Pass(), node) if self.bindings._is_own(node) else node


@lru_cache(maxsize=2)
def _read(cells: tuple[Cell, ...], allowed: frozenset[str]) -> Bindings:
    return Bindings.read(cells, allowed)


def bindings_of(submission: Submission) -> Bindings:
    """Read the submission's modules, and then its cells in the order of execution: the last definition counts.

    Several checks look at the same submission one after the other, so the last ones are kept; they are not to be
    changed.
    """
    known = {*(cell.origin for cell in submission.cells), *submission.passed_over}
    modules = [
        Cell(0, decode(data), path, module_name(path), place=Place(path))
        for path, data in sorted(submission.laid_out.items())
        if is_module_file(path) and path not in known
    ]
    return _read((*modules, *submission.cells), submission.course_modules)


def is_module_file(path: str) -> bool:
    """Return whether a path is that of a Python module, with its ending in any case."""
    return path.lower().endswith(".py")


def module_name(path: str) -> str:
    """Return the dotted name by which the module at this path is imported."""
    return path[: -len(".py")].replace("/", ".")


def _with_written_modules(cells: Sequence[Cell]) -> Iterator[Cell]:
    """Yield the cells; one that writes a module (`%%writefile models.py`) becomes that module.

    A file that several cells write has no certain text: what they write is left out.
    """
    magics = [None if cell.module else cell_magic(cell.source) for cell in cells]
    count = Counter(magic.written_file for magic in magics if magic is not None)
    for cell, magic in zip(cells, magics, strict=True):
        path = magic.written_file if magic is not None else ""
        if magic is None or not is_module_file(path) or count[path] > 1:
            yield cell
        else:
            yield replace(cell, source="\n" * magic.lines_before + magic.body, module=module_name(path))


def _defined_twice(name: str, before: Place, place: Place) -> Doubt:
    return Doubt(
        say("{name} has different definitions, one of them in {before}", name=name, before=before.in_words()), place
    )


def _imported_twice(name: str, old: Import, new: Import, place: Place) -> Doubt:
    return Doubt(say("{name} refers to both {old} and {new}", name=name, old=old.full, new=new.full), place)


def _imported_and_defined(name: str, place: Place) -> Doubt:
    return Doubt(say("{name} is both imported and defined", name=name), place)
