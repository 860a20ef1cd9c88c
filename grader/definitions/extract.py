"""The definitions that a target is made of, as source that runs by itself and was analysed completely.

A notebook can change the meaning of its names while it runs: by patches, hooks, threads, or code that recognises the
grader. So requests go to a process that ran only these definitions. A target is covered when everything that it uses
was followed and is on the allowed list; otherwise the doubt names the line. The source is read and never run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.definitions.allowlist import check_statement
from grader.definitions.bindings import Binding, Bindings, Doubt
from grader.model import Message, Place, say

MAX_STATEMENTS = 400


@dataclass(frozen=True)
class Definitions:
    """The source that defines the covered targets; `doubts` has the reason for each of the others, as a clause."""

    source: str = ""
    targets: frozenset[str] = frozenset()
    doubts: Mapping[str, Message] = field(default_factory=dict)
    lines: tuple[tuple[int, Place], ...] = ()  # lines of the source at which statements begin, and their places


def extract_definitions(bindings: Bindings, targets: Sequence[str]) -> Definitions:
    """Follow each of `targets` through cells and modules, and put the definitions together."""
    kept: list[Binding] = []
    covered: set[str] = set()
    doubts: dict[str, Message] = {}
    for target in targets:
        try:
            found = list(_followed(bindings, target))
        except Doubt as doubt:
            doubts[target] = doubt.reason
            continue
        covered.add(target)
        kept += [binding for binding in found if binding not in kept]
    texts = list(_texts(bindings, kept))
    source = "\n".join(text for text, _ in texts)
    return Definitions(source, frozenset(covered), doubts, tuple(sorted(_lines(texts), key=lambda entry: entry[0])))


def _lines(texts: Sequence[tuple[str, Binding | None]]) -> Iterator[tuple[int, Place]]:
    """Yield the line of each statement in the joined source, with its place in the submission."""
    line = 1
    for text, binding in texts:
        if binding is not None:
            for now, before in zip(ast.walk(ast.parse(text).body[0]), ast.walk(binding.node), strict=False):
                if isinstance(now, ast.stmt) and isinstance(before, ast.stmt):
                    yield line + now.lineno - 1, binding.place.at_line(before.lineno)
        line += text.count("\n") + 1


def first_doubt(bindings: Bindings, target: str, apart: Sequence[str] = ()) -> Doubt | None:
    """Return the reason why `target` cannot be analysed completely, classes of `apart` left out; None if it can."""
    try:
        if target in bindings.double:
            raise bindings.double[target].with_traceback(None)
        for count, binding in enumerate(_reached(bindings, target, frozenset(apart))):
            if count >= MAX_STATEMENTS:
                raise Doubt(say("{name} uses more than {limit} definitions", name=target, limit=MAX_STATEMENTS))
            check_statement(binding, bindings)
            if not set(apart).isdisjoint(binding.uses):
                _check_apart(binding, frozenset(apart))
    except Doubt as doubt:
        return doubt
    return None


def _check_apart(binding: Binding, apart: frozenset[str]) -> None:
    """Allow functions to create and call a class that another check judges, but not to take attributes from it."""
    functions = [node for node in ast.walk(binding.node) if isinstance(node, (ast.FunctionDef, ast.Lambda))]
    bodies = [part for node in functions for part in (node.body if isinstance(node.body, list) else [node.body])]
    inside = {id(node) for part in bodies for node in ast.walk(part)}
    bases = {id(node.value) for node in ast.walk(binding.node) if isinstance(node, ast.Attribute)}
    for node in ast.walk(binding.node):
        if not isinstance(node, ast.Name) or node.id not in apart:
            continue
        if id(node) in bases or id(node) not in inside:
            raise Doubt(say("it takes an attribute from {name}", name=node.id), binding.place.at_line(node.lineno))


@dataclass(frozen=True)
class Use:
    """A full name from a library, such as `torch.nn.LSTM`, and the place of its use."""

    name: str
    place: Place


def uses(bindings: Bindings, target: str, apart: Sequence[str]) -> Iterator[Use]:
    """Yield every name from a library in the definitions that `target` is made of, allowed or not."""
    if target in bindings.imports:
        yield Use(bindings.imports[target].full, Place())
    for binding in _reached(bindings, target, frozenset(apart)):
        for node in ast.walk(binding.node):
            for name in _names(node, bindings, binding.local):
                yield Use(name, binding.place.at_line(getattr(node, "lineno", 1)))


def _names(node: ast.AST, bindings: Bindings, local: frozenset[str]) -> Iterator[str]:
    if isinstance(node, (ast.Name, ast.Attribute)):
        if full := bindings.full_name(node, local):
            yield full
        elif isinstance(node, ast.Name) and node.id not in bindings.bound:
            yield from (f"{module}.{node.id}" for module in bindings.stars)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{entry.name}" for entry in node.names)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
        base = bindings.full_name(node.args[0], local) if len(node.args) > 1 else ""
        if base and isinstance(node.args[1], ast.Constant):
            yield f"{base}.{node.args[1].value!s}"


def _followed(bindings: Bindings, target: str) -> Iterator[Binding]:
    """Yield the statements of `target`, dependencies first; raise `Doubt` at the first that is not allowed."""
    if target not in bindings.bound:
        raise Doubt(say("no definition of {name} was found in a cell that can be parsed", name=target))
    if (doubt := first_doubt(bindings, target)) is not None:
        raise doubt
    yield from _reached(bindings, target)


def _reached(bindings: Bindings, target: str, apart: frozenset[str] = frozenset()) -> Iterator[Binding]:
    """Yield the statements that `target` is made of and those that they use, dependencies first."""
    done: set[int] = set()
    todo: list[tuple[Binding | None, Iterator[Binding]]] = [(None, iter(bindings.of(target)))]
    while todo:
        binding, rest = todo[-1]
        following = next(rest, None)
        if following is None:
            todo.pop()
            if binding is not None:
                yield binding
        elif id(following) not in done:
            done.add(id(following))
            needed = [name for name in following.uses if name not in apart]
            todo.append((following, iter([part for name in needed for part in bindings.of(name)])))


def _texts(bindings: Bindings, kept: Sequence[Binding]) -> Iterator[tuple[str, Binding | None]]:
    """Yield the imports that the definitions use, and the definitions in an order of their dependencies."""
    used = dict.fromkeys(name for binding in kept for name in binding.uses if name in bindings.imports)
    yield from ((bindings.imports[name].text(name), None) for name in used)
    yield from ((f"from {module} import *", None) for module in bindings.stars)
    yield from ((binding.text, binding) for binding in kept)
