"""Notebooks as code cells and text; the text of stored outputs is kept for a comparison with the run."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from grader.ingest.damage import notebook_notice
from grader.ingest.documents import clean
from grader.model import Cell, Document, Mistake, Notice, NoticeCode, Place, say
from grader.model.file_kinds import is_read
from grader.syntax import syntax_mistake
from grader.text import decode

MAX_STORED = 5000  # characters
MAX_PICTURES = 12  # of the outputs of a notebook
MAX_PICTURE = 1 << 20  # bytes


# Names of kernels that say their language where the notebook does not.
_KERNELS = {
    "ir": "R",
    "xr": "R",
    "julia": "Julia",
    "octave": "Octave",
    "matlab": "MATLAB",
    "bash": "Bash",
    "sos": "SoS",
}


class NotebookParts(NamedTuple):
    """The code cells of a notebook, its Markdown cells as one document, and a notice if a part was not read."""

    cells: list[Cell]
    document: Document | None
    notice: Notice | None


def is_notebook(path: str, data: bytes) -> bool:
    """Return whether a file is a notebook: by its ending, or by its content where a browser changed the ending."""
    name = path.lower().rstrip()
    if name.endswith(".ipynb"):
        return True
    if (is_read(path) and not name.endswith(".txt")) or b'"cell_type"' not in data or data.lstrip()[:1] != b"{":
        return False
    return bool(strip(data).cells)


def notebook_name(path: str) -> str:
    """Return a notebook's file name in lower case with the ending `.ipynb`, for the rubric's pattern."""
    name = path.rpartition("/")[2].lower().rstrip()
    before, found, _ = name.partition(".ipynb")
    return f"{before if found else name.rpartition('.')[0] or name}.ipynb"


class StrippedNotebook(NamedTuple):
    """The cells of a notebook, its language if that is not Python, and an error text if it is not a notebook."""

    cells: list[dict[str, str]]
    language: str = ""
    error: str = ""


def strip(data: bytes) -> StrippedNotebook:
    """Return a notebook's cells as type, source and language only, and the output that they had printed.

    A cell tagged `skip-execution` would keep a forged output, and `raises-exception` would hide an error.
    """
    try:
        notebook: Any = json.loads(decode(data))
        return StrippedNotebook([_stripped(cell) for cell in _raw_cells(notebook)], _language(notebook.get("metadata")))
    except KeyError:
        return StrippedNotebook([], error="it has no cells")
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        return StrippedNotebook([], error=f"{type(error).__name__}: {error}")


def _raw_cells(notebook: Any) -> list[Any]:
    if "cells" in notebook:
        return list(notebook["cells"])
    return [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]


def _stripped(cell: Any) -> dict[str, str]:
    source = cell.get("source", cell.get("input", ""))
    text = "".join(source) if isinstance(source, list) else str(source)
    stored = _stored(cell.get("outputs")) if cell.get("cell_type") == "code" else ""
    return {
        "type": str(cell.get("cell_type", "raw")), "source": text, "stored": stored, "language": _cell_language(cell),
        "pictures": "\0".join(_encoded_pictures(cell.get("outputs"))),
    }  # fmt: skip


def _stored(outputs: Any) -> str:
    """Return the text that a cell had printed when it was submitted."""
    parts = []
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict) and output.get("output_type") in ("stream", "execute_result"):
            data = output.get("data")
            text = output.get("text", data.get("text/plain", "") if isinstance(data, dict) else "")
            parts.append("".join(map(str, text)) if isinstance(text, list) else str(text))
    return clean("\n".join(parts)[-MAX_STORED:])


def _encoded_pictures(outputs: Any) -> Iterator[str]:
    """Yield the pictures of a cell's outputs, as they are stored in base64."""
    for output in outputs if isinstance(outputs, list) else ():
        data = output.get("data") if isinstance(output, dict) else None
        for name in ("image/png", "image/jpeg"):
            found = data.get(name) if isinstance(data, dict) else None
            text = "".join(map(str, found)) if isinstance(found, list) else found
            if isinstance(text, str) and 0 < len(text) <= 2 * MAX_PICTURE:
                yield text
                break


def _decoded(pictures: str) -> Iterator[bytes]:
    for text in pictures.split("\0") if pictures else ():
        try:
            data = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if data and len(data) <= MAX_PICTURE:
            yield data


def _values(data: Any, *paths: tuple[str, ...]) -> Iterator[str]:
    """Yield the texts at these paths of nested mappings, as far as they are there."""
    for path in paths:
        value = data
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        if isinstance(value, str) and value.strip():
            yield value.strip()


def _other_language(names: Iterable[str]) -> str:
    """Return the first of the languages; empty if one of them is Python, or there is none."""
    found = list(names)
    return "" if any("python" in name.lower() for name in found) or not found else found[0]


def _cell_language(cell: Any) -> str:
    paths = (("metadata", "vscode", "languageId"), ("metadata", "dotnet_interactive", "language"), ("language",))
    return _other_language(_values(cell, *paths))


def _language(metadata: Any) -> str:
    """Return the language that a notebook states if that is not Python; otherwise empty."""
    stated = list(_values(metadata, ("language_info", "name"), ("kernelspec", "language")))
    if not stated:
        kernels = [name.lower().partition("-")[0] for name in _values(metadata, ("kernelspec", "name"))]
        stated = [_KERNELS[kernel] for kernel in kernels if kernel in _KERNELS]
    return _other_language(stated)


def read_notebook(path: str, data: bytes) -> NotebookParts:
    """Return the parts of a notebook; one that is damaged or in another language has no code cells."""
    cells, language, error = strip(data)
    if error:
        return NotebookParts([], None, notebook_notice(path, data, error[:120]))
    notice = None
    if language:
        what = say("{file} is a notebook for {language}; Python is expected.", file=path, language=language[:40])
        notice = Notice(NoticeCode.other_language, what, say("A tutor will look at the notebook."), True)
    code: list[Cell] = []
    text: list[str] = []
    number, pictures = 0, 0
    for cell in cells:
        if cell["type"] == "code" and cell["source"].strip():
            number += 1
            place = Place(path, cell=number)
            if cell["language"]:
                notice = notice or _left_out(place, cell["language"])
            elif not language:
                mistake = mistake_in(cell["source"], place)
                origin = f"{path}, cell {number}"
                stored = tuple(_decoded(cell["pictures"]))[: MAX_PICTURES - pictures]
                pictures += len(stored)
                made = Cell(number, cell["source"], origin, stored=cell["stored"], place=place, mistake=mistake)
                code.append(replace(made, pictures=stored))
        elif cell["type"] in ("markdown", "raw", "heading"):
            text.append(clean(cell["source"]))
    document = Document(path, "notebook", "\n\n".join(text)) if any(part.strip() for part in text) else None
    return NotebookParts(code, document, notice)


def _left_out(place: Place, language: str) -> Notice:
    what = say("{place} is in {language} and was left out.", place=place.in_words(), language=language[:40])
    return Notice(NoticeCode.other_language, what, say("Python is expected in code cells."), True)


def mistake_in(source: str, place: Place, module: bool = False) -> Mistake | None:
    """Return the syntax error in a cell or module; None if it has none."""
    found = syntax_mistake(source, module)
    return Mistake(place.at_line(found[0]), f"SyntaxError: {found[1]}") if found is not None else None
