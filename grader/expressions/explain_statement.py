"""The reading of an answer as text: each statement with its tree, to explain a verdict."""

from __future__ import annotations

from collections.abc import Iterator

from grader.expressions.statements import Statement, statements
from grader.expressions.tree import Node, children, show
from grader.expressions.vocabulary import RNN, Vocabulary


def explain_statements(text: str, vocabulary: Vocabulary = RNN) -> Iterator[str]:
    """Yield how each statement of an answer is read, and its tree, a line each."""
    for statement in statements(text, vocabulary):
        yield from _statement(statement)


def _statement(statement: Statement) -> Iterator[str]:
    if statement.problem:
        yield f"  not read: {statement.text} ({statement.problem})"
        return
    yield f"  read: {' = '.join(show(link) for link in statement.links)}"
    yield from _tree(statement.links[-1], 2)


def _tree(node: Node, depth: int) -> Iterator[str]:
    parts = children(node)
    name = type(node).__name__.lower() if parts else show(node)
    label = {"apply": "function", "binary": "operator"}.get(name, name)
    shown = getattr(node, "function", "") + "'" * getattr(node, "order", 0) if label == "function" else ""
    shown = shown or (getattr(node, "operator", "") if label == "operator" else "")
    yield "  " * depth + f"{label} {shown}".rstrip()
    for part in parts:
        yield from _tree(part, depth + 1)
