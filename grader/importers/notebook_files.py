"""Read and write source notebooks: `.ipynb`, and scripts in the percent format. Nothing is run."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.importers.assignment import Cell
from grader.text import decode

MAX_BYTES = 64 << 20
_PERCENT = re.compile(r"(?m)^# %%(?!%)[ \t]*(?P<head>.*)$")
_KIND = re.compile(r"\[(markdown|md|raw)\]")
_KEY = re.compile(r"([\w.-]+)=")
_HEADER = re.compile(r"\A# ---\n(?:#.*\n)*?# ---\n+")


def read_bytes(path: Path) -> bytes:
    """Return the content of a file of bounded size.

    Raises:
        GraderError: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    if len(data) > MAX_BYTES:
        raise GraderError(f"{path}: has more than {MAX_BYTES >> 20} MiB; only smaller files are imported")
    return data


def is_percent_script(text: str) -> bool:
    """Return whether a Python file is a notebook in the percent format."""
    return _PERCENT.search(text) is not None


def read_cells(path: Path) -> tuple[list[Cell], dict[str, Any]]:
    """Return the cells of a notebook and its metadata.

    Raises:
        GraderError: the file cannot be read, or is no notebook.
    """
    text = decode(read_bytes(path))
    if path.suffix == ".py":
        return _percent_cells(text), {}
    try:
        notebook: Any = json.loads(text)
        cells = [_cell(number, cell) for number, cell in enumerate(notebook["cells"], 1)]
        return cells, dict(notebook.get("metadata") or {})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise GraderError(f"{path}: is no notebook ({type(error).__name__}: {error}); save it again") from None


def _cell(number: int, cell: Any) -> Cell:
    printed = "".join(_printed(output) for output in cell.get("outputs") or ())
    return Cell(str(cell["cell_type"]), _text(cell["source"]), number, dict(cell.get("metadata") or {}), printed)


def _text(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _printed(output: Mapping[str, Any]) -> str:
    data = output.get("data")
    shown = data.get("text/plain", "") if isinstance(data, Mapping) else ""
    return _text(output.get("text", "")) + _text(shown)


def _percent_cells(text: str) -> list[Cell]:
    text = _HEADER.sub("", text, count=1)
    heads = list(_PERCENT.finditer(text))
    cells = []
    before = text[: heads[0].start()] if heads else text
    if before.strip():
        cells.append(Cell("code", before.strip("\n"), 1))
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        source = text[head.end() : after.start() if after else len(text)].strip("\n")
        kind = _KIND.search(head["head"])
        name = {"md": "markdown"}.get(kind[1], kind[1]) if kind else "code"
        source = source if name == "code" else _uncommented(source)
        cells.append(Cell(name, source, len(cells) + 1, _metadata(head["head"])))
    return cells


def _uncommented(source: str) -> str:
    """Return the text of a Markdown or raw cell: comments, or one string over several lines."""
    if source.startswith(('"""', "'''")):
        try:
            value = ast.literal_eval(source)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return source
        return str(value).strip("\n")
    return "\n".join(re.sub(r"^# ?", "", line) for line in source.splitlines())


def _metadata(head: str) -> dict[str, object]:
    """Return the metadata of a cell, which are `key=JSON` in its first line."""
    found: dict[str, object] = {}
    reader = json.JSONDecoder()
    place = 0
    while (key := _KEY.search(head, place)) is not None:
        try:
            found[key[1]], place = reader.raw_decode(head, key.end())
        except (ValueError, RecursionError):
            place = key.end()
    return found


def notebook_bytes(cells: Iterable[Cell]) -> bytes:
    """Return a notebook of these cells, without outputs."""
    written: list[dict[str, Any]] = []
    for cell in cells:
        one: dict[str, Any] = {"cell_type": cell.kind, "metadata": {}, "source": cell.source.splitlines(keepends=True)}
        if cell.kind == "code":
            one |= {"execution_count": None, "outputs": []}
        written.append(one)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook = {"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def title_of(cells: Sequence[Cell], otherwise: str) -> str:
    """Return the first heading of a notebook."""
    for cell in cells:
        if cell.kind == "markdown" and (found := re.search(r"(?m)^#+ +(.+?) *#*$", cell.source)):
            return found[1]
    return otherwise
