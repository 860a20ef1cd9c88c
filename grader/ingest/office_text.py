"""The text of office documents (docx, odt), written as Markdown; nothing in them is run or loaded from elsewhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

MAX_BYTES = 64 << 20  # of a document when it is unpacked
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"


def can_be_read() -> bool:
    """Return whether the library for office documents is installed (the extra `office`)."""
    return find_spec("docx") is not None


def text_of_office(path: str, data: bytes) -> tuple[str, bool]:
    """Return the text of a docx or odt as Markdown, and whether it has pictures or formulas that are not in the text.

    Raises:
        ValueError: the document cannot be read, or is too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                raise ValueError(f"larger than {MAX_BYTES >> 20} MiB when unpacked")
            content = archive.read("content.xml") if path.lower().endswith(".odt") else b""
        lines, more = _odt(content) if content else _docx(data)
    except ValueError:
        raise
    except Exception as error:  # whatever the libraries raise for a damaged document
        raise ValueError(type(error).__name__) from None
    return "\n".join(lines).strip(), more


def _docx(data: bytes) -> tuple[list[str], bool]:
    import docx

    document = docx.Document(io.BytesIO(data))
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            lines += [f"| {' | '.join(' '.join(cell.text.split()) for cell in row.cells)} |" for row in block.rows]
            continue
        style = block.style.name or "" if block.style is not None else ""
        level = style.removeprefix("Heading ") if style.startswith("Heading ") else ""
        start = f"{'#' * int(level)} " if level.isdigit() else "- " if style.startswith("List") else ""
        lines += ["", f"{start}{_runs(block)}"]
    body = document.element.body
    more = any(
        True for _ in body.iter(_MATH, f"{_WORD}drawing", f"{_WORD}pict", f"{_WORD}object", f"{_WORD}txbxContent")
    )
    return lines, more


def _runs(paragraph: Any) -> str:
    """Return the text of a paragraph; where only a part of it is bold, that has asterisks."""
    runs = [run for run in paragraph.runs if run.text]
    if not runs or all(run.bold for run in runs) or "".join(run.text for run in runs) != paragraph.text:
        return str(paragraph.text)
    return "".join(f"**{run.text}**" if run.bold and run.text.strip() else run.text for run in runs)


def _odt(content: bytes) -> tuple[list[str], bool]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    more = any(True for _ in root.iter(f"{_DRAW}image", f"{_DRAW}object", f"{_DRAW}text-box"))
    return list(_odt_lines(root)), more


def _odt_lines(root: Any) -> Iterator[str]:
    for element in root.iter(f"{_TEXT}h", f"{_TEXT}p", f"{_TABLE}table-row"):
        above = [parent.tag for parent in element.iterancestors()]
        if element.tag == f"{_TABLE}table-row":
            cells = [" ".join("".join(cell.itertext()).split()) for cell in element.iter(f"{_TABLE}table-cell")]
            yield f"| {' | '.join(cells)} |"
        elif f"{_TABLE}table-row" not in above:
            level = element.get(f"{_TEXT}outline-level", "")
            heading = f"{'#' * min(int(level), 6)} " if element.tag == f"{_TEXT}h" and level.isdigit() else ""
            item = "- " if f"{_TEXT}list-item" in above else ""
            yield ""
            yield f"{heading or item}{''.join(element.itertext())}"
