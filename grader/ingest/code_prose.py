"""Words that people write into code: comments, documentation and printed texts, where an answer may stand."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator

from grader.ingest.modules import statements
from grader.model import Cell, Document

MAX_SOURCE = 200_000  # characters of a cell or module that is read for words


def prose_in(cells: Iterable[Cell]) -> list[Document]:
    """Return the words in each cell and module as a document; those without any are left out."""
    found = []
    for cell in cells:
        if len(cell.source) <= MAX_SOURCE and (text := _words(cell)):
            found.append(Document(str(cell.place.in_words()), "text", text))
    return found


def _words(cell: Cell) -> str:
    """Return comments and texts in the order of their lines; comments below each other are one paragraph."""
    parts = sorted([*_comments(cell.source), *_texts(cell)])
    text, before = "", -1
    for line, words, is_comment in parts:
        text += ("\n" if is_comment and line == before + 1 else "\n\n") + words
        before = line if is_comment else -1
    return text.strip()


def _comments(source: str) -> Iterator[tuple[int, str, bool]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            alone = token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip()
            if alone and not token.string.startswith("#!"):
                yield token.start[0], token.string.lstrip("#!").strip(), True
    except (tokenize.TokenError, SyntaxError, ValueError):
        return


def _texts(cell: Cell) -> Iterator[tuple[int, str, bool]]:
    for statement in statements(cell):
        for node in ast.walk(statement):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                yield node.lineno, _dedented(node.value.value), False
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                for given in node.args:
                    if isinstance(given, ast.Constant) and isinstance(given.value, str):
                        yield given.lineno, given.value, False


def _dedented(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().split("\n"))
