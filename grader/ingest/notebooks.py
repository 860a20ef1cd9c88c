"""Notebooks and Python trees as code cells; the text of stored outputs is kept for a comparison with the run."""

from __future__ import annotations

import ast
import fnmatch
import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from grader import syntax
from grader.ingest.documents import clean
from grader.model import Cell, Document, Notice, NoticeCode, Place, say
from grader.text import decode

MAX_STORED = 5000  # characters
_MAGIC = re.compile(r"(?m)^(\s*)([%!?].*)$")


def strip(data: bytes) -> tuple[list[dict[str, str]], str]:
    """Return a notebook's cells as type and source only, and an error text if it is not a notebook.

    A cell tagged `skip-execution` would keep a forged output, and `raises-exception` would hide an error.
    """
    try:
        notebook: Any = json.loads(decode(data))
        raw = notebook["cells"] if "cells" in notebook else [c for s in notebook["worksheets"] for c in s["cells"]]
        cells = []
        for cell in raw:
            source = cell.get("source", cell.get("input", ""))
            text = "".join(source) if isinstance(source, list) else str(source)
            stored = _stored(cell.get("outputs")) if cell.get("cell_type") == "code" else ""
            cells.append({"type": str(cell.get("cell_type", "raw")), "source": text, "stored": stored})
        return cells, ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return [], f"{type(error).__name__}: {error}"


def _stored(outputs: Any) -> str:
    """Return the text that a cell had printed when it was submitted."""
    parts = []
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict) and output.get("output_type") in ("stream", "execute_result"):
            data = output.get("data")
            text = output.get("text", data.get("text/plain", "") if isinstance(data, dict) else "")
            parts.append("".join(map(str, text)) if isinstance(text, list) else str(text))
    return clean("\n".join(parts)[-MAX_STORED:])


def read_notebook(path: str, data: bytes) -> tuple[list[Cell], Document | None, Notice | None]:
    """Return the code cells, the Markdown cells as one document, and a notice if the file is damaged."""
    cells, error = strip(data)
    if error:
        what = say("{file} is not a valid notebook ({error}).", file=path, error=error[:120])
        hint = say("Open it in Jupyter, save it and submit it again.")
        return [], None, Notice(NoticeCode.damaged_notebook, what, hint, True)
    code: list[Cell] = []
    text: list[str] = []
    for cell in cells:
        if cell["type"] == "code" and cell["source"].strip():
            number = len(code) + 1
            place = Place(path, cell=number)
            code.append(Cell(number, cell["source"], f"{path}, cell {number}", stored=cell["stored"], place=place))
        elif cell["type"] == "markdown":
            text.append(clean(cell["source"]))
    document = Document(path, "notebook", "\n\n".join(text)) if any(part.strip() for part in text) else None
    return code, document, None


def plain_python(source: str) -> str:
    """Comment out magics and shell lines, so that a cell can be parsed; line numbers stay."""
    return _MAGIC.sub(lambda found: f"{found[1]}pass  # {found[2]}", source)


def parse(source: str) -> ast.Module | None:
    """Return the syntax tree of a cell, or None if it does not parse."""
    try:
        return syntax.parse(plain_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def defined(cells: Sequence[Cell]) -> set[str]:
    """Return the names of classes and functions that the cells define at top level."""
    found: set[str] = set()
    for cell in cells:
        tree = parse(cell.source)
        for node in tree.body if tree else ():
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                found.add(node.name)
    return found


def module_cells(files: Mapping[str, bytes], targets: Sequence[str]) -> list[Cell]:
    """Return one cell per module of a tree that defines a target, as an import; the module's own text is kept.

    An import does not run the code behind `if __name__ == "__main__"`.
    """
    cells: list[Cell] = []
    for path in sorted(files):
        if not path.endswith(".py") or path.rpartition("/")[2].startswith(("setup", "conftest", "test_")):
            continue
        source = decode(files[path])
        names = defined([Cell(0, source, path)])
        if targets and not names & set(targets):
            continue
        parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
        shadowing = len(parts) > 1 and parts[0] in sys.stdlib_module_names
        parts = parts[1:] if len(parts) > 2 or shadowing else parts  # its folder is on the path
        module = ".".join(parts) if all(part.isidentifier() for part in parts) else ""
        cells.append(Cell(len(cells) + 1, source, path, module, place=Place(path)))
    return cells


def choose(notebooks: Mapping[str, bytes], pattern: str, targets: Sequence[str]) -> tuple[str | None, Notice | None]:
    """Return the notebook to run, the one that matches the pattern and defines most of the targets, and a notice."""
    names = [n for n in sorted(notebooks) if fnmatch.fnmatch(n.rpartition("/")[2].lower(), pattern.lower())]
    if not names:
        return None, None
    if len(names) == 1:
        return names[0], None
    wanted = set(targets)
    counts = {name: len(defined(read_notebook(name, notebooks[name])[0]) & wanted) for name in names}
    best = max(names, key=lambda name: (counts[name], -len(name)))
    what = say("{file} was run; not run: {others}.", file=best, others=[name for name in names if name != best])
    tied = counts[best] > 0 and list(counts.values()).count(counts[best]) > 1
    code = NoticeCode.ambiguous_notebook if tied else NoticeCode.several_notebooks
    return best, Notice(code, what, say("Submit a single notebook."), serious=tied)
