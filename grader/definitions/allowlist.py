"""The names and statements that a definition may use so that its source shows all of its effects.

Anything else is a doubt and never fails a student. The list names the allowed objects, because a list of forbidden ones
would have no end: there are too many ways to reach an object without naming it.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from grader.definitions.bindings import Binding, Bindings, Doubt
from grader.definitions.libraries import BUILTINS, DUNDER_NAMES
from grader.model import NOTHING, Message, say

_DUNDER_METHODS = {"__init__", "__repr__", "__str__", "__len__", "__getitem__", "__iter__", "__next__", "__post_init__"}
# What a class without a base may define besides: it is called, or computed with, as the code says.
_PLAIN_METHODS = {
    "__call__", "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__truediv__", "__neg__",
    "__matmul__", "__contains__",
}  # fmt: skip
_NO_MODULES = {"NamedTuple", "object"}  # bases with which a class is no module of torch
_CLASS_NAMES = {"__doc__", "__slots__"}
_FRAMES = {
    "f_back", "f_globals", "f_locals", "f_builtins", "f_code", "gi_frame", "gi_code", "cr_frame", "cr_code", "ag_frame",
    "ag_code", "tb_frame", "tb_next", "co_code", "co_consts",
}  # fmt: skip
_ATTRIBUTES_NOT = {"mro", "ctypes", "tofile", "dump", "func_globals", "_VF", "_C"}
_OWN_METHODS = {"forward", "extra_repr", "backward"}  # of a module that a class may define anew


def check_statement(binding: Binding, bindings: Bindings) -> None:
    """Raise `Doubt` at the first part of a definition that is not allowed."""
    if binding not in bindings.doubts:
        try:
            _check(binding, bindings)
        except Doubt as doubt:
            bindings.doubts[binding] = doubt
        else:
            bindings.doubts[binding] = None
    if (found := bindings.doubts[binding]) is not None:
        raise found.with_traceback(None)


def _check(binding: Binding, bindings: Bindings) -> None:
    if not binding.readable:
        raise Doubt(say("the code is nested too deeply to be read"), binding.place)
    for name in binding.uses:
        if name in bindings.double:
            raise bindings.double[name].with_traceback(None)
        _global(name, binding, bindings)
    nodes = list(ast.walk(binding.node))
    reading = _Reading(nodes, bindings, binding.local)
    for node in nodes:
        why = _RULES[type(node)](node, reading) if type(node) in _RULES else NOTHING
        if why:
            raise Doubt(why, binding.place.at_line(getattr(node, "lineno", 1)))


class _Reading:
    """A statement with its nodes that are the base of an attribute or the function of a call."""

    def __init__(self, nodes: Sequence[ast.AST], bindings: Bindings, local: frozenset[str]) -> None:
        self.bindings = bindings
        self.local = local
        self.bases = {id(inner.value) for inner in nodes if isinstance(inner, ast.Attribute)}
        self.called = {id(inner.func) for inner in nodes if isinstance(inner, ast.Call)}

    def full_name(self, node: ast.AST) -> str:
        """Return the full name of a dotted expression that begins with an imported name; otherwise empty."""
        return self.bindings.full_name(node, self.local)

    def module_as_value(self, node: ast.AST, full: str) -> Message:
        """Refuse a module that is used as a value: anything in it can be reached later."""
        whole = id(node) not in self.bases and self.bindings.libraries.is_module(full)
        return say("it uses the module {name} as a value", name=full) if whole else NOTHING


def _global(name: str, binding: Binding, bindings: Bindings) -> None:
    if name in bindings.bound or name in bindings.imports or name in bindings.own_aliases or name in BUILTINS:
        return
    if name in ("getattr", "setattr") or any(bindings.libraries.has(module, name) for module in bindings.stars):
        return
    raise Doubt(say("it uses {name}, and no definition of that name was found", name=name), binding.place)


def _name(node: ast.AST, reading: _Reading) -> Message:
    assert isinstance(node, ast.Name)
    if node.id in ("getattr", "setattr"):
        return NOTHING if id(node) in reading.called else say("it uses {name} as a value", name=node.id)
    if node.id.startswith("__") and node.id not in BUILTINS | _CLASS_NAMES:
        return say("it uses {name}", name=node.id)
    if not (full := reading.full_name(node)):
        return NOTHING
    return reading.bindings.libraries.refusal(full) or reading.module_as_value(node, full)


def _attribute(node: ast.AST, reading: _Reading) -> Message:
    assert isinstance(node, ast.Attribute)
    full = reading.full_name(node)
    if isinstance(node.ctx, (ast.Store, ast.Del)):
        if full:
            return say("it changes {name}", name=full)
        own = isinstance(node.value, ast.Name) and node.value.id == "self"
        if node.attr != "forward" and (_is_module_method(node.attr) or (not own and _is_tensor_method(node.attr))):
            return say("it changes the attribute {name} of an object", name=node.attr)
    if full:
        refused = reading.bindings.libraries.refusal(full) or _attribute_name(node.attr)
        return refused or reading.module_as_value(node, full)
    return _attribute_name(node.attr) or _format(node)


def _attribute_name(name: str) -> Message:
    refused = name in _ATTRIBUTES_NOT or name in _FRAMES or (_is_dunder(name) and name not in DUNDER_NAMES)
    return say("it uses the attribute {name}", name=name) if refused else NOTHING


def _format(node: ast.Attribute) -> Message:
    """Allow `format` only of a literal whose fields take no attribute or item that begins with an underscore."""
    text = node.value.value if isinstance(node.value, ast.Constant) else None
    literal = isinstance(text, str) and not re.search(r"[.\[]\s*_", text)
    if node.attr not in ("format", "format_map") or literal:
        return NOTHING
    return say("it uses the attribute {name}", name=node.attr)


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


@cache
def _is_module_method(name: str) -> bool:
    """Return whether torch's modules have a method of this name, which the grader may call."""
    return callable(getattr(_class_of_torch("nn.Module"), name, None))


@cache
def _is_tensor_method(name: str) -> bool:
    return callable(getattr(_class_of_torch("Tensor"), name, None))


def _class_of_torch(path: str) -> Any:
    """Return a class of torch; None where torch is not installed, so that no object is of it."""
    try:
        import torch
    except ModuleNotFoundError:
        return None
    return operator.attrgetter(path)(torch)


def _call(node: ast.AST, reading: _Reading) -> Message:
    """Allow `getattr` and `setattr` only with a literal name, or one that begins with literal letters."""
    assert isinstance(node, ast.Call)
    if not isinstance(node.func, ast.Name):
        return NOTHING
    if node.func.id == "type" and len(node.args) != 1:
        return say("it creates a class with type()")
    if node.func.id not in ("getattr", "setattr"):
        return NOTHING
    begin = _written(node.args[1]) if len(node.args) > 1 else ""
    if not begin:
        return say("it calls {name} with a computed name", name=node.func.id)
    attribute = ast.Attribute(node.args[0], begin, ast.Load() if node.func.id == "getattr" else ast.Store())
    return _attribute(attribute, reading)


def _written(node: ast.expr) -> str:
    """Return the literal letters that a string begins with; empty if it begins with an underscore or an expression."""
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    while isinstance(node, ast.BinOp):
        node = node.left
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return "" if text.startswith("_") else text


def _class(node: ast.AST, reading: _Reading) -> Message:
    assert isinstance(node, ast.ClassDef)
    if node.keywords:
        return say("it uses a metaclass")
    allowed = _DUNDER_METHODS | _CLASS_NAMES | (set() if node.bases else _PLAIN_METHODS)
    plain = all(isinstance(base, ast.Name) and base.id in _NO_MODULES for base in node.bases)
    for part in node.body:
        for name in _defined_in(part):
            if _is_dunder(name) and name not in allowed:
                return say("it defines {name}", name=name)
            if not plain and not _is_dunder(name) and name not in _OWN_METHODS and _is_module_method(name):
                return say("it overrides {name}, a method of torch's modules", name=name)
    return NOTHING


def _defined_in(part: ast.stmt) -> Iterator[str]:
    if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield part.name
    for target in getattr(part, "targets", []) or [getattr(part, "target", None)]:
        if isinstance(target, ast.Name):
            yield target.id


def _imports(node: ast.AST, reading: _Reading) -> Message:
    assert isinstance(node, (ast.Import, ast.ImportFrom))
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{entry.name}" for entry in node.names if entry.name != "*"] or [node.module or ""]
    else:
        names = [entry.name for entry in node.names]
    libraries = reading.bindings.libraries
    if lacking := [name for name in names if libraries.missing(name)]:
        return libraries.refusal(lacking[0])
    refused = [name for name in names if not libraries.is_allowed(name)]
    return say("it imports {name}", name=refused[0]) if refused else NOTHING


def _never(why: Message) -> Callable[[ast.AST, _Reading], Message]:
    return lambda node, reading: why


_RULES: dict[type[ast.AST], Callable[[ast.AST, _Reading], Message]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.ClassDef: _class,
    ast.Import: _imports,
    ast.ImportFrom: _imports,
    ast.AsyncFunctionDef: _never(say("it defines an asynchronous function")),
    ast.Await: _never(say("it uses await")),
}
