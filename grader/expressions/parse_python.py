"""Read small programs in Python: assignments, functions with one result, loops that fill a matrix; nothing is run."""

from __future__ import annotations

import ast
import re

from grader import syntax
from grader.expressions.code_reader import KNOWN, CodeReader, Functions, called, name_of
from grader.expressions.tree import (
    Entries,
    Index,
    Node,
    NotRead,
    Product,
    Symbol,
)
from grader.expressions.vocabulary import RNN, Vocabulary, canonical
from grader.model.message import say

MAX_LINES = 12


def parse_code(text: str, vocabulary: Vocabulary = RNN) -> list[Node]:
    """Read `J = np.diag(1 - h**2) @ W`, or only the expression, into its links.

    Raises:
        NotRead: it is no Python expression, or it uses something outside the whitelist.
    """
    links = parse_program(text, vocabulary)
    if len(links) != 1:
        raise NotRead(say("it contains more than one statement"))
    return links[0]


def parse_program(text: str, vocabulary: Vocabulary = RNN) -> list[list[Node]]:
    """Read several lines; assigned names are substituted where they are used, except those that a rubric declares.

    Raises:
        NotRead: a line could not be read.
    """
    try:
        tree = syntax.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotRead(say("it is not valid Python")) from None
    if len(tree.body) > MAX_LINES:
        raise NotRead(say("it has more than {limit} lines of code", limit=MAX_LINES))
    known: dict[str, Node] = {name: Symbol(name) for name in vocabulary.in_code}
    functions: Functions = {}
    found: list[list[Node]] = []
    for statement in tree.body:
        found += _statement(statement, known, functions)
    jacobians = [name for name in functions if re.match(r"(?i)j(?:ac|_|$)", name)]
    if not found and len(jacobians) == 1:
        _, body = functions.pop(jacobians[0])
        found = [[Symbol("J"), CodeReader(known, functions).read(body)]]
    if not found:
        raise NotRead(say("it computes nothing"))
    return found


def _statement(statement: ast.stmt, known: dict[str, Node], functions: Functions) -> list[list[Node]]:
    match statement:
        case ast.Import() | ast.ImportFrom():
            return []
        case ast.FunctionDef(name=name, args=ast.arguments(args=[ast.arg(arg=argument), *_]), body=body) if (
            isinstance(body[-1], ast.Return) and body[-1].value is not None
        ):
            for inner in body[:-1]:  # names of the function's own
                if not _is_text(inner) and _statement(inner, known, functions):
                    raise NotRead(say("only assignments, expressions and simple loops are supported"))
            functions[name] = (argument, body[-1].value)
            return []
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.Lambda(args=ast.arguments(args=[ast.arg(arg=argument)]), body=inner_value),
        ):
            functions[name] = (argument, inner_value)
            return []
        case ast.Assign(targets=[ast.Name(id=name)], value=(ast.Name() | ast.Attribute()) as value) if name_of(
            value
        ) in ("tanh", "sigmoid"):
            functions[name] = ("u", ast.Call(value, [ast.Name("u")], []))
            return []
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_size(value):
            return []
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name not in KNOWN and not _declared(name, known):
            known[name] = CodeReader(known, functions).read(value)
            return []
        case ast.Assign(targets=[ast.Name(id="J")], value=ast.Call(func=function)) if name_of(function) == "zeros":
            return []
        case ast.Assign(targets=[target], value=value):
            if isinstance(target, ast.Name) and target.id in ("h_next", "h_new", "z_next", "z_new"):
                known.setdefault("h", Symbol("h", Index("k", 0)))  # a name without "next" is the state before
            declared = isinstance(target, ast.Name) and _declared(target.id, known)
            head = CodeReader(known if declared else {}, {}).read(target)
            links = [head, CodeReader(known, functions).read(value)]
            if isinstance(target, ast.Name) and target.id in ("z", "h_next", "z_next", "h_new", "z_new"):
                known[target.id] = links[1]  # checked as a claim, and used from here on
            return [links]
        case ast.Return(value=ast.expr() as value) | ast.Expr(value=value):
            return [[CodeReader(known, functions).read(value)]]
        case ast.For(target=ast.Name(id=variable), iter=ast.Call() as over, body=[ast.Assign() as inner], orelse=[]):
            return [_loop(variable, over, inner, known, functions)]
    raise NotRead(say("only assignments, expressions and simple loops are supported"))


def _declared(name: str, known: dict[str, Node]) -> bool:
    """Return whether a rubric declares a name and the code has not given it another value."""
    return known.get(canonical(name)) == Symbol(canonical(name))


def _is_size(value: ast.expr) -> bool:
    """Return whether an expression is only a size, such as `len(h)` or `h.shape[0]`."""
    return ast.unparse(value).startswith("len(") or ".shape" in ast.unparse(value) or ".size" in ast.unparse(value)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _loop(variable: str, over: ast.Call, inner: ast.Assign, known: dict[str, Node], functions: Functions) -> list[Node]:
    """Read a loop that fills the diagonal, or one that builds a product."""
    target, value = inner.targets[0], inner.value
    if called(over.func) != "range" or over.keywords:
        raise NotRead(say("a loop is not over a range"))
    match target:
        case ast.Subscript(value=ast.Name(id="J"), slice=ast.Tuple(elts=[ast.Name(id=row), ast.Name(id=column)])) if (
            row == column == variable and len(over.args) == 1
        ):
            step = Index("k", 1)
            names = {"z": Symbol("z", step), "h": Symbol("h", step), **known}
            return [Symbol("J"), Entries(row, column, CodeReader(names, functions).read(value), diagonal=True)]
        case ast.Name(id="J") if len(over.args) == 2 and "J" in {
            n.id for n in ast.walk(value) if isinstance(n, ast.Name)
        }:
            body = CodeReader({**known, "J": Symbol("I")}, functions).read(value)
            return [Symbol("J"), Product("product", variable, Index("t", 0), Index("T", -1), body)]
    raise NotRead(say("this kind of loop is not supported"))
